"""RDF: the statements of a subgraph, in every syntax."""
