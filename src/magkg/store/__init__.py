"""Graphs as stores: validated, derived, built, opened."""
