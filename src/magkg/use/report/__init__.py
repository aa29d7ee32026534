"""The audit as a document: one page of HTML, Markdown, plain text."""
