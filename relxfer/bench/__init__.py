"""Suites, published values, and how a run stands beside them."""
