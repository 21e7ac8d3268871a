"""Graph neural networks: their options and loaders, and beside each the layers themselves."""
