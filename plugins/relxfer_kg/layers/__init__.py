"""Layers, scoring head and checks of ids that architectures of conditional message passing have in common."""
