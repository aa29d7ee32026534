"""Authored claims: read, written, identified; passages and the texts of sources."""
