"""What a notebook shows: results, plots, and the progress of a run."""
