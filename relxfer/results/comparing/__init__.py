"""Runs, and sources of a run, beside each other."""
