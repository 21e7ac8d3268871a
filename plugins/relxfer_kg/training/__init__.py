"""Training data beyond the facts as they are: subgraphs, strict negatives, derived relations, synthetic graphs."""
