"""Rows of tables become claims: read, looked up, named by content, landed in graphs/imported/."""

__all__: list[str] = []
