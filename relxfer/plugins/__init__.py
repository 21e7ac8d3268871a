"""Plugins: discovery and isolation, their offers, and the versions of their code."""
