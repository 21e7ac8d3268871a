"""A network as tensors: as a whole, drawn by neighbourhoods, and in slices."""
