"""Inspection of the user's network, for `relxfer init`: its files, its contents, and problems with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from relxfer.contract.data import Domain
from relxfer.contract.readers import Told
from relxfer.errors import DataError, NotMine
from relxfer.judge.metrics.answer_columns import Guess
from relxfer.plan.answer_names import unanswered
from relxfer_social.files.folder import Files, found
from relxfer_social.files.label_guess import advice, guess_of
from relxfer_social.files.user_domain import user_domain
from relxfer_social.files.user_network import attributes
from relxfer_social.options import NetworkFiles
from relxfer_social.weights import NONE


@dataclass(frozen=True)
class Inspection:
    """The files of a network, the domain that they make, what was taken for its labels, and what the user told.

    cells  the attributes of the nodes by name, as far as they have names
    bad_weights  why the weights of edges are left out; "" where they are not
    """

    files: Files
    domain: Domain
    guess: Guess | None = None
    told: Told = field(default_factory=Told)
    cells: Mapping[str, Sequence[str]] = field(default_factory=dict)
    bad_weights: str = ""

    @property
    def unlabelled(self) -> bool:
        """Whether no node has an answer, so that a source with labels is needed."""
        return unanswered(self.domain)

    @property
    def to_label(self) -> str:
        """What could be the labels, and what needs none."""
        return advice(self.cells, self.told, str(self.files.place))

    @property
    def certain(self) -> bool:
        """Nodes have labels, so that this is a network, whoever else can read its files."""
        return not self.unlabelled

    def dataset_table(self) -> dict[str, Any]:
        """The table `dataset` of a target; its paths are `Path`."""
        weight = {"weight": NONE} if self.bad_weights else {}
        return {"use": "network-files", **self.files.table(), **_table(self.told, self.guess), **weight}

    def tables(self) -> Mapping[str, Any]:
        """What a configuration for networks has besides: features that every network has, or where there are no others
        those that its labels choose, and strategies that give a new head, or, where there are no labels, that need
        none."""
        chosen = self.domain.inputs.features is None and not self.unlabelled
        adapter = {"use": "networks"} if chosen else {"use": "networks", "features": ["structure"]}
        if self.unlabelled:
            strategies = [{"use": name} for name in ("zero-shot", "mmd", "dann", "grade")]
            return {"target": {"adapter": adapter, "label_budgets": [0]}, "strategy": strategies}
        return {
            "source": {"datasets": ["geo-world-borders"], "shared": True, "training": {"steps": 500}},
            "target": {"adapter": adapter, "label_budgets": [10, 100, "all"]},
            "strategy": [{"use": "feature-extraction"}, {"use": "finetune", "head_lr_factor": 10}],
        }

    def cheaper(self) -> list[Mapping[str, Any]]:
        """Training on a few neighbours of each node, where a network is large."""
        tables = self.tables()
        adapter = tables["target"]["adapter"] | {"fanout": [10, 10]}
        return [{"target": tables["target"] | {"adapter": adapter}}]

    def tables_with(self, source: Any) -> Mapping[str, Any]:
        """The same where another inspected network is the source: its features, where half of them are the same.

        A source may have features where the target has none, and one that is not inspected (None) too: both then see
        what every network has.
        """
        tables = dict(self.tables())
        if source is None or source.domain.inputs.features is not None:
            adapter = {"features": ["structure"], **tables["target"]["adapter"]}
            tables["target"] = tables["target"] | {"adapter": adapter}
        if source is None:
            return tables
        own, theirs = set(self.domain.inputs.columns), set(source.domain.inputs.columns)
        if 2 * len(own & theirs) > max(len(own), len(theirs)):
            tables["target"] = tables["target"] | {"adapter": {"use": "networks", "features": ["given"]}}
        return tables

    def sentences(self) -> list[str]:
        """What to tell the user."""
        network = self.domain.inputs
        features = 0 if network.features is None else network.features.shape[1]
        return [
            f"{self.files.place}: {len(network):,} nodes, {network.edges.shape[1]:,} edges, {features:,} features",
            self._labels(),
            *([self.guess.sentence()] if self.guess else []),
            *self.files.queries,
            *self.domain.notes,
            *([f"weights of edges are left out; with them: {self.bad_weights}"] if self.bad_weights else []),
            *([_SHARED] if features and not self.unlabelled else []),
        ]

    def _labels(self) -> str:
        """How many nodes have each label, or any answer at all."""
        splits = [split for split in (self.domain.train, self.domain.val, self.domain.test) if split is not None]
        task = self.domain.task
        if self.unlabelled:
            return "labels: none; the classes are those of the source"
        if not task.classes:
            return f"{task.kind}: {', '.join(task.answers[:12])} of {sum(map(len, splits)):,} nodes"
        given = [split.answers for split in splits if split.answers is not None]
        labelled = Counter(task.answers[answer] for answers in given for answer in answers.tolist())
        counts = [f"{name} {labelled[name]:,}" for name in task.answers]
        more = [f"... {len(counts) - 12} more"] * (len(counts) > 12)
        return f"labels: {', '.join(counts[:12] + more)}"


_SHARED = (
    "note: with other features than its source, a target shares the structure alone, which every network has; name a "
    'source with the same features in datasets, and write features = ["given"]'
)


def inspect(path: str | Path, told: Told = Told()) -> Inspection:
    """Inspect a network of one file, or of a folder with its links, a table of nodes and lists of features.

    Raises:
        NotMine: there is no network.
        DataError: there is one that cannot be used, or whose labels could be several columns.
    """
    told.only("network-files", "label", "item", "columns", "group", "skip_bad")
    files = found(Path(path))
    given = {**files.resolved().table(), **_table(told, None)}
    try:
        return _inspected(files, told, given)
    except NotMine:
        raise
    except DataError as error:
        try:  # weights that are none, such as correlations below 0
            made = _inspected(files, told, {**given, "weight": NONE})
        except DataError:
            raise error from None
        return replace(made, bad_weights=str(error).partition("; ")[0])


def _inspected(files: Files, told: Told, given: Mapping[str, Any]) -> Inspection:
    options = NetworkFiles.model_validate(given)
    cells = attributes(options)
    guess = None if told.label else guess_of(cells, told, str(options.place))
    domain = user_domain(NetworkFiles.model_validate({**given, **(guess.table() if guess else {})}))
    if unanswered(domain) and not files.alone(bool(cells)):
        raise NotMine(f"{files.place}: expected nodes with labels, got none; name their column with --label")
    labelled = sum(len(split) for split in (domain.train, domain.val, domain.test) if split is not None)
    if domain.task.classes and not unanswered(domain) and 2 * len(domain.task.answers) > labelled:
        raise DataError(
            f"{options.place}: expected labels that several nodes share, got {len(domain.task.answers):,} "
            f"of {labelled:,} nodes, which seem to be names; name another column with label"
        )
    return Inspection(files, domain, guess, told, cells)


def _table(told: Told, guess: Guess | None) -> dict[str, Any]:
    """The options that say what the user told, or what was guessed."""
    label = {"label": told.label[0] if len(told.label) == 1 else list(told.label)} if told.label else {}
    given = {"node": told.item, "columns": list(told.columns), "group": told.group, "skip_bad": told.skip_bad}
    return {**label, **{name: value for name, value in given.items() if value}, **(guess.table() if guess else {})}
