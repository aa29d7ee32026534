"""The pages of sources and of the studies that they report."""
