"""A whole release, described, as an RO-Crate."""
