"""The metrics of every kind of task: from scores to a value, or an influence, of every query."""
