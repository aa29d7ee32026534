"""Claims to take away."""
