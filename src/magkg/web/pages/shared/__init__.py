"""Pieces that several pages show: claims, nodes, propositions, lists."""
