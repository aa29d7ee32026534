"""Selections of claims, and the subgraph that a selection gives: what is taken away."""
