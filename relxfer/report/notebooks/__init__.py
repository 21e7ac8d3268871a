"""What a notebook shows: plots, and the progress of a run."""
