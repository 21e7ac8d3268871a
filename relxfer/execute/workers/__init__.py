"""Processes that do jobs: how they are started, what they send, and how the run follows them."""
