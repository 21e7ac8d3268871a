"""Scores of all entities for many queries, computed only where they differ."""
