"""Recommending: which source, which strategy and which learning rate, by a race of trials within a bounded time."""
