"""Pictures: a network laid out and drawn."""
