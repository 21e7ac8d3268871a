"""Weights of TRIX for relation prediction, which `CARD.md` in this folder describes."""
