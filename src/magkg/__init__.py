"""magkg: a claim-level evidence knowledge graph."""
