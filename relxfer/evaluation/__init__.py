"""Honest evaluation: filtered ranking, classification, statistics over seeds and items, the verdict."""
