"""Plots of results as figures of matplotlib, each drawn by one function; they need the extra `plot`."""
