"""Benchmark suites, published values, and the comparison of a run with them."""
