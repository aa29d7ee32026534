"""The front: one process that routes, negotiates, caches and logs, and never opens a graph."""
