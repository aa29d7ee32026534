"""Builds of any size: statements stream into columns, through rules and shapes, into a store."""
