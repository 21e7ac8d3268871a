"""Pictures as the inputs of a network: stored, brought to its size, and preprocessed."""
