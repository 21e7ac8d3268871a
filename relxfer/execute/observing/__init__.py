"""Who observes a run, and what observers are told of its cells."""
