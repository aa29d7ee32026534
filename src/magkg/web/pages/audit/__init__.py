"""The audit, as a page and beside each claim."""
