"""The results of a run: cells, rows, learning curves, and two runs side by side."""
