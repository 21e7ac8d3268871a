"""The knowledge graph and what is computed of it once: adjacency, relation graph, quotient."""
