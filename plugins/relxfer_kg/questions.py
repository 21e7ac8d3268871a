"""Questions about a knowledge graph: from columns of names to queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from relxfer.contract.data import Examples
from relxfer.data.lookup import Lookup, refuse
from relxfer.data.tables.roles import usual
from relxfer.errors import DataError
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.named import asked
from relxfer_kg.named.order import ROLES

#: Stands for the side of a fact that a query asks for.
UNKNOWN = "?"


class KGQuestions:
    """Queries about a graph, by the names of its entities and relations."""

    def __init__(self, graph: KnowledgeGraph):
        self.graph = graph
        self.entities = Lookup({name: number for number, name in enumerate(graph.entities)}, "entity")
        self.relations = Lookup({name: number for number, name in enumerate(graph.relations)}, "relation")

    def of(self, question: Mapping[str, Sequence[str]]) -> Examples:
        """Queries from columns of names, see `KGDomain.ask`.

        Raises:
            DataError: there is no column `relation`.
            BadQuestions: a name is not known, or a row has neither head nor tail.
        """
        question = usual(question, ROLES)
        if "relation" not in question:
            pairs = ', or ask for relations in a run with task = "relation-prediction"' * ("tail" in question)
            raise DataError(f"expected a column 'relation' in the queries, got: {', '.join(question)}; add it{pairs}")
        problems: dict[int, str] = {}
        relations = self.relations.of(question["relation"], problems)
        if "head" not in question and "tail" not in question:
            refuse(problems, question)
            return self._of_all(relations)
        nothing = [UNKNOWN] * len(relations)
        heads = self._side(question.get("head", nothing), problems)
        tails = self._side(question.get("tail", nothing), problems)
        for row in np.flatnonzero((heads < 0) & (tails < 0)).tolist():
            problems.setdefault(row, 'neither head nor tail is named; leave the one to be predicted empty or write "?"')
        refuse(problems, question)
        backwards = heads < 0
        queries = np.stack([np.where(backwards, tails, heads), relations + backwards * len(self.graph.relations)], 1)
        answers = np.where(backwards, -1, tails)
        return Examples(self.graph, queries, answers if (answers >= 0).any() else None)

    def of_pairs(self, question: Mapping[str, Sequence[str]]) -> Examples:
        """Pairs (head, tail) from columns of names; a column `relation` says answers, where a cell holds one.

        Raises:
            DataError: there is no column `head`, or none `tail`.
            BadQuestions: a name is not known, or a row lacks one of its two entities.
        """
        question = usual(question, ROLES)
        if missing := [side for side in ("head", "tail") if side not in question]:
            raise DataError(
                f"expected columns head and tail, whose relation is asked for, got: {', '.join(question)}; "
                f"add {' and '.join(missing)}"
            )
        problems: dict[int, str] = {}
        sides = [self._side(question[side], problems) for side in ("head", "tail")]
        for row in np.flatnonzero((sides[0] < 0) | (sides[1] < 0)).tolist():
            problems.setdefault(row, "name both head and tail; the relation is what is predicted")
        answers = self._named(self.relations, question.get("relation", [UNKNOWN] * len(sides[0])), problems)
        refuse(problems, question)
        return Examples(self.graph, np.stack(sides, 1), answers if (answers >= 0).any() else None)

    def _side(self, names: Sequence[str | None], problems: dict[int, str]) -> np.ndarray:
        """[n]: entities, -1 where a cell asks for one."""
        return self._named(self.entities, names, problems)

    def _named(self, lookup: Lookup, names: Sequence[str | None], problems: dict[int, str]) -> np.ndarray:
        """[n]: numbers of names, -1 where a cell is empty or "?"."""
        named = {row: name for row, name in enumerate(names) if name not in (None, "", UNKNOWN)}
        wrong: dict[int, str] = {}
        found = lookup.of([str(name) for name in named.values()], wrong)
        rows = list(named)
        for place, problem in wrong.items():
            problems.setdefault(rows[place], problem)
        made = np.full(len(names), -1, np.int64)
        made[rows] = found
        return made

    def _of_all(self, relations: np.ndarray) -> Examples:
        """Each relation asked of every entity as head, but for literals."""
        entities = asked.subjects(self.graph)
        pairs = np.stack([np.tile(entities, len(relations)), np.repeat(relations, len(entities))], 1)
        return Examples(self.graph, pairs.astype(np.int64))
