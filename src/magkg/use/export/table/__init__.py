"""Tables: claims, evidence, nodes and edges in rows and columns."""
