"""Plugins: how they are found and isolated, what they offer, and which code they consist of."""
