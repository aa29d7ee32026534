"""Statements as columns of coded terms in DuckDB, and SPARQL over them as SQL."""
