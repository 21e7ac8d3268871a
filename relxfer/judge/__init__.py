"""From scores to verdicts: filtered ranking, classification, statistics over seeds and items."""
