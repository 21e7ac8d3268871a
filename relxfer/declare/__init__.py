"""What an experiment is: TOML tables, their schema, names and options resolved, and a first configuration."""
