"""Weights from elsewhere: published ones by name, and state dicts in files."""
