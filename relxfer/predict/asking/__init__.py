"""What to ask: questions that have an answer, and items whose labels would teach the model most."""
