"""The knowledge graph and what is computed from it once: adjacency, quotient, relation graph."""
