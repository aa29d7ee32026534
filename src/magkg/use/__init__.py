"""What users do with a graph: ask, trace, verify, compare."""
