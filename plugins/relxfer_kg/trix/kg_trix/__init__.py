"""Weights of TRIX for entity prediction, which `CARD.md` in this folder describes."""
