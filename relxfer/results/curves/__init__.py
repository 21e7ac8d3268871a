"""Learning curves: a metric by the number of target labels, and what labels are worth."""
