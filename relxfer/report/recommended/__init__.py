"""A recommendation on one page."""
