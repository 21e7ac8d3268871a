"""From scores to verdicts: metrics of every kind of task, intervals over seeds and items, and verdicts on gains."""
