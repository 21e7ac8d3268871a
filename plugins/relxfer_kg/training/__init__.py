"""What a model is trained on: parts of graphs, negatives, derived relations and synthetic graphs."""
