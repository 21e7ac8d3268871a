"""Configurations: reading TOML, validating it, resolving names to plugins, and writing a first configuration."""
