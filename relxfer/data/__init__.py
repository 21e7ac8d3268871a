"""Data sets by name: their files, found or fetched, and always verified."""
