"""Tuning: the options of every row of an experiment are chosen by validation, with as many trials for scratch."""
