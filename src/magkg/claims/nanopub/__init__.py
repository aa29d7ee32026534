"""Nanopublications: what one is, its trusty URI, its signature, and the claim that it holds."""
