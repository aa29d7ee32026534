"""The verbs of who weighs a graph: why a strength is what it is, and what does not fit."""

from __future__ import annotations
