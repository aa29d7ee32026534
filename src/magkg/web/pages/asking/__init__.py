"""Queries, their answers, and the SPARQL editor."""
