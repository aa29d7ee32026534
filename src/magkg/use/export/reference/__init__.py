"""References: the sources and studies of a subgraph, to be cited."""
