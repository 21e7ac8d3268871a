"""The cells of an experiment: which there are, who may see what, which rule selects, and their fingerprints."""
