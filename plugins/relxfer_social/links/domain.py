"""Links as a domain: a query is a pair of nodes, its answer whether they are linked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.contract.plain import AnswerTable
from relxfer.data.lookup import Lookup, refuse
from relxfer.data.tables.roles import usual
from relxfer.errors import DataError, Incompatible
from relxfer.judge.metrics.links import LinkPrediction
from relxfer.seeding import generator
from relxfer_social import placed
from relxfer_social.headings import ENDS
from relxfer_social.network import Network, both_ways
from relxfer_social.new_edges import with_edges

#: The most pairs of nodes that are asked about at once.
MOST_PAIRS = 10_000_000


@dataclass(frozen=True)
class LinkDomain(Domain):
    """A domain whose inputs are the observed links, in both directions; they are its training answers at once.

    Beside each training link stands, as one unit with it, a pair that is not linked; a learner draws others in its
    place for every batch. Not linked is what the observed network does not link, so that nothing of the test is used.
    """

    @property
    def budgeted(self) -> str:
        return "the number of observed links, validation included; the others are not input either"

    def restrict(self, rows: np.ndarray) -> Domain:
        """A link outside the budget leaves the network too; the others stay the units that they were."""
        assert self.train is not None
        kept = self.train.take(rows)
        return _over(self, _linked(kept), kept.unit_ids()[kept.answers == 1])

    def hold_out(self, rows: np.ndarray) -> Domain:
        """Links for validation leave the network of which they are asked."""
        domain = super().hold_out(rows)
        assert domain.val is not None
        thin = self.inputs.without(self.inputs.between(_linked(domain.val)))
        return replace(domain, val=replace(domain.val, inputs=thin))

    def observe(self, fraction: float) -> Domain:
        """Keep this share of the links that are not of the test."""
        assert self.train is not None
        links = _linked(self.train)
        count = max(1, round(len(links) * fraction))
        kept = np.sort(generator("observed fraction", self.sha).permutation(len(links))[:count])
        note = f"{count:,} of {len(links):,} links are observed (observed_fraction = {fraction})"
        return replace(_over(self, links[kept]), notes=(*self.notes, note))

    def whole(self) -> Domain:
        """The links of validation and of the test enter the network."""
        held = [_linked(split) for split in (self.val, self.test) if split is not None]
        links = np.unique(np.sort(np.concatenate([pairs_of(self.inputs), *held]), axis=1), axis=0)
        return _over(replace(self, val=None, test=None), links, all_known=True)

    def with_new(self, new: Mapping[str, Sequence[str]]) -> Domain:
        """Further links in columns source and target, with new nodes where nodes have no features."""
        return self.over(*with_edges(self.inputs, new))

    def over(self, network: Network, note: str) -> Domain:
        """About the links of another network, in which nodes have the numbers that they have here."""
        made = _over(replace(self, inputs=network), pairs_of(network), all_known=True)
        return replace(made, notes=(*self.notes, note))

    def observed(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """The network; `observed_links` makes a domain of it."""
        return self.inputs.stored(), {}

    def ask(self, question: Mapping[str, Sequence[str]]) -> Examples:
        """Columns `source` and `target`, under any usual names: names of nodes."""
        question = usual(question, ENDS)
        if missing := [name for name in ("source", "target") if name not in question]:
            raise DataError(f"expected columns source and target in the queries, got no {missing[0]}; add it")
        problems: dict[int, str] = {}
        lookup = Lookup(self.inputs.places, "node")
        pairs = np.stack([lookup.of(question[name], problems) for name in ("source", "target")], 1)
        refuse(problems, question)
        return Examples(self.inputs, pairs)

    def everything(self) -> Examples:
        """The pairs that are not linked, of which there must not be too many."""
        size = len(self.inputs)
        if size * (size - 1) // 2 > MOST_PAIRS:
            raise DataError(
                f"expected at most {MOST_PAIRS:,} pairs of nodes, got {size * (size - 1) // 2:,}; ask with --queries"
            )
        first, second = np.triu_indices(size, 1)
        codes = first * size + second
        free = ~np.isin(codes, self.inputs.kept("links", lambda: _codes(self.inputs)))
        return Examples(self.inputs, np.stack([first[free], second[free]], 1))

    def placed(self, answers: AnswerTable) -> Any:
        """A graph of networkx; see `placed.with_links`."""
        return placed.with_links(self.inputs, answers)

    def formats(self) -> Mapping[str, Callable[[AnswerTable, BinaryIO], None]]:
        """GraphML, and tensors."""
        return placed.formats(self.placed, self._held)

    def tensors(self, answers: AnswerTable) -> Any:
        """A `Data` of torch_geometric; see `placed.pair_tensors`."""
        return placed.data(self._held(answers))

    def _held(self, answers: AnswerTable) -> dict[str, Any]:
        return placed.pair_tensors(self.inputs, self.task, answers)

    def name_queries(self, queries: np.ndarray) -> dict[str, list[str]]:
        nodes = self.inputs.nodes
        return {"source": [nodes[a] for a in queries[:, 0]], "target": [nodes[b] for b in queries[:, 1]]}


def link_domain(name: str, network: Network, share: float, seed: int, notes: Sequence[str] = ()) -> LinkDomain:
    """Of the distinct undirected links of a network, this share is the test, beside as many pairs that are not linked.

    share  in [0, 1); 0: no test

    Raises:
        Incompatible: there are too few links.
    """
    links = pairs_of(network)
    held = round(len(links) * share)
    if len(links) - held < 1 or (share and held < 1):
        raise Incompatible("links to train on and to test", f"{len(links)} in '{name}'", "use a network with more")
    order = generator(seed, "links").permutation(len(links))
    test, observed = links[np.sort(order[:held])], links[np.sort(order[held:])]
    absent = not_linked(network, held, generator(seed, "test pairs"))
    empty = replace(network, edges=np.zeros((2, 0), np.int64), weights=None, _kept={})
    note = f"{len(observed):,} links are observed; {held:,} and as many pairs without a link are the test (seed {seed})"
    made = LinkDomain(name=name, task=LinkPrediction(self_supervised=True), inputs=empty)
    domain = replace(_over(made, observed), notes=(*notes, note))
    return replace(domain, test=_asked(domain.inputs, test, absent) if held else None)


def observed_links(name: str, network: Network) -> LinkDomain:
    """A domain of a network all of whose links are observed."""
    empty = replace(network, edges=np.zeros((2, 0), np.int64), weights=None, _kept={})
    made = LinkDomain(name=name, task=LinkPrediction(self_supervised=True), inputs=empty)
    return _over(made, pairs_of(network), all_known=True)


def pairs_of(network: Network) -> np.ndarray:
    """[n, 2]: every undirected link once, the smaller node first; no loops."""
    return np.stack(np.divmod(network.kept("links", lambda: _codes(network)), len(network)), 1)


def _codes(network: Network) -> np.ndarray:
    """[n]: first · V + second of every link, in order."""
    low, high = np.sort(network.edges, axis=0)
    return np.unique((low * len(network) + high)[low != high])


def not_linked(network: Network, count: int, rng: np.random.Generator) -> np.ndarray:
    """[count, 2]: different pairs of different nodes without a link, uniformly.

    Raises `Incompatible` where there are not so many.
    """
    size = len(network)
    taken = network.kept("links", lambda: _codes(network))
    if (free := free_pairs(network)) < count:
        raise Incompatible(f"{count:,} pairs of nodes that are not linked", f"{free:,}", "use a sparser network")
    absent = np.zeros(0, np.int64)
    while len(absent) < count:
        drawn = np.sort(rng.integers(0, size, (2 * count + 8, 2)), axis=1)
        codes = drawn[drawn[:, 0] < drawn[:, 1]] @ np.array([size, 1])
        if len(taken):
            codes = codes[taken[np.minimum(np.searchsorted(taken, codes), len(taken) - 1)] != codes]
        absent = np.concatenate([absent, codes])
        absent = absent[np.sort(np.unique(absent, return_index=True)[1])]
    return np.stack(np.divmod(absent[:count], size), 1)


def free_pairs(network: Network) -> int:
    """The number of pairs of different nodes without a link."""
    return len(network) * (len(network) - 1) // 2 - len(network.kept("links", lambda: _codes(network)))


def _over(
    domain: LinkDomain, links: np.ndarray, units: np.ndarray | None = None, all_known: bool = False
) -> LinkDomain:
    """With these observed links [n, 2] and their units [n], new ones where none are given; a test goes on being asked
    of the observed network.

    all_known  there may be fewer pairs without a link than links, since nothing more is held out
    """
    units = np.arange(len(links)) if units is None else units
    network = replace(domain.inputs, edges=both_ways(np.ascontiguousarray(links.T)), weights=None, _kept={})
    count = min(len(links), free_pairs(network)) if all_known else len(links)
    absent = not_linked(network, count, generator("training pairs", network.sha))
    train = replace(_asked(network, links, absent), units=np.append(units, units[:count]))
    test = None if domain.test is None else replace(domain.test, inputs=network)
    return replace(domain, inputs=network, sha=network.sha, train=train, unlabelled=train.hidden(), test=test)


def _linked(examples: Examples) -> np.ndarray:
    """[n, 2]: the pairs that are linked."""
    return examples.queries[examples.answers == 1]


def _asked(network: Network, linked: np.ndarray, absent: np.ndarray) -> Examples:
    answers = np.repeat([1, 0], [len(linked), len(absent)])
    return Examples(network, np.concatenate([linked, absent]).astype(np.int64), answers)
