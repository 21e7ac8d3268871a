"""Readers of the user's networks: tables, graphs, arrays."""
