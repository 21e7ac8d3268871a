"""The families of meetings of relations."""

from __future__ import annotations

#: What relation a, which receives a message, and relation b, which sends it, are at the entity where they meet: in "ht"
#: a is one of which the entity is a head, and b one of which it is a tail.
FAMILIES = ("hh", "ht", "th", "tt")
