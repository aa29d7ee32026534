"""The graph as a site and a SPARQL endpoint: a front, worker processes, pages."""
