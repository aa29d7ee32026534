"""SHACL shapes compiled: read from their graph, scanned over data, written as SPARQL."""
