"""A built graph in memory as columns (maplib), for analytic queries; Oxigraph answers the rest.

tables (Parquet beside the store) ← child (the process with the model) ← model (its owner) ←
columnar (the store); ``fit`` says which queries the columns may answer.
"""
