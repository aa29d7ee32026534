"""Tests of what benchmarks/ makes and measures."""
