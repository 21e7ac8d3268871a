"""Locking a plan before it is run, and holding a run to its lock."""
