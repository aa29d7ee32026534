"""Exports: one module a format, each with ``write(subgraph, out, options)``."""
