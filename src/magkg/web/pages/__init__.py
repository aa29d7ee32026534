"""Pages: what each shows, gathered and written inside a worker."""
