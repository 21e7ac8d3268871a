"""Knowledge graphs: graphs, the relational kernel, and the ULTRA foundation model."""
