"""What a file of a model holds: its parts, how inputs are prepared, calibration, names; and whether it is as judged."""
