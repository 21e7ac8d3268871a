"""The cells of an experiment: the grid, refusals, the data and the validator of each cell, and fingerprints."""
