"""The form of questions about a graph: what a query holds, and what its answer is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

import numpy as np

from relxfer.contract.data import Examples
from relxfer.contract.tasks import Task
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph


class Form(ABC):
    """One kind of task on a graph: from facts to queries with their answers, and back; n queries, m facts."""

    @abstractmethod
    def task(self, graph: KnowledgeGraph) -> Task:
        """What is predicted."""

    @abstractmethod
    def examples(self, graph: KnowledgeGraph, facts: np.ndarray, units: np.ndarray | None) -> Examples:
        """The queries of facts [m, 3] with their answers.

        units  [m]: facts with equal numbers are one item; None makes every fact an item. They are numbered within their
               split: numbers across splits would tell what the sealed test holds
        """

    @abstractmethod
    def facts(self, examples: Examples) -> np.ndarray:
        """[m, 3] (head, relation, tail): the facts of examples with answers."""

    @abstractmethod
    def units(self, examples: Examples) -> np.ndarray:
        """[m]: the item of each fact of a split."""

    def tagged(self, test: Examples) -> Examples:
        """The test with tags by which its questions can be told apart."""
        return test

    @abstractmethod
    def of_names(self, graph: KnowledgeGraph, question: Mapping[str, Sequence[str]]) -> Examples:
        """Queries from columns of names, see `Domain.ask`."""

    @abstractmethod
    def everything(self, graph: KnowledgeGraph) -> Examples:
        """Every question worth asking without being told which, see `Domain.everything`."""

    def answerable(self, graph: KnowledgeGraph, queries: np.ndarray) -> np.ndarray | None:
        """[n]: the probability that a query has an unknown answer; None: each is taken to have one."""
        return None

    @abstractmethod
    def kinds(self, graph: KnowledgeGraph, queries: np.ndarray) -> np.ndarray:
        """[n] int: of which kind each query is."""

    @abstractmethod
    def name_kinds(self, graph: KnowledgeGraph, kinds: np.ndarray) -> list[str]:
        """The names of kinds."""

    @abstractmethod
    def name_queries(self, graph: KnowledgeGraph, queries: np.ndarray) -> dict[str, list[str]]:
        """Columns head, relation and tail; what is asked for is "?"."""


def items(units: np.ndarray | None, count: int) -> np.ndarray:
    """[count] int: items numbered within a split."""
    return np.arange(count) if units is None else np.unique(units, return_inverse=True)[1].reshape(-1)
