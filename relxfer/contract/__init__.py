"""What a plugin and the engine agree on: records, options, hooks, and the protocols of what runs."""
