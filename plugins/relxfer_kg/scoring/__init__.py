"""Scores of all entities for many queries by exact locality: computed only where a query changes them.

It applies to any architecture whose entity states come from layers of conditional message passing
(`relxfer_kg.layers`) and whose edge vectors depend on the relation of the query alone; such an architecture implements
`scorer.Conditioned`. ULTRA's implementation is `relxfer_kg.ultra.locality`.
"""
