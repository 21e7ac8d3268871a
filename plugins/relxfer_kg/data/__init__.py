"""Data that ship with the plugin, and standard data of the literature."""
