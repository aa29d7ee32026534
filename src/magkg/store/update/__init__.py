"""Adding to a built graph: what is touched is validated and derived, the rest is linked."""
