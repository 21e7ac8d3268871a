"""The contract between plugins and the engine: records, options, hooks, and the protocols of run-time objects."""
