"""The evidence matrix and its facets."""
