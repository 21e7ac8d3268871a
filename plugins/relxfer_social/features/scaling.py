"""Features that are numbers, less their mean and over their standard deviation in the network of the source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from relxfer_social.features.node_features import features_of, number_places, shared
from relxfer_social.network import Network
from relxfer_social.options import NetworkOptions

if TYPE_CHECKING:
    import scipy.sparse as sp

#: How many times a column's scale may differ between two networks before it is told.
APART = 100.0


@dataclass(frozen=True)
class Scale:
    """What the F features of a model are standardised by; mean 0 and deviation 1 for those that are no numbers."""

    means: tuple[float, ...]
    deviations: tuple[float, ...]

    @classmethod
    def of_card(cls, card: Mapping[str, Any]) -> Scale | None:
        """The scale in the card of a model, if it has one."""
        table = card.get("scale")
        return None if not table else cls(tuple(map(float, table["means"])), tuple(map(float, table["deviations"])))

    def card(self) -> dict[str, list[float]]:
        """As JSON."""
        return {"means": [*self.means], "deviations": [*self.deviations]}

    def applied(self, features: sp.csr_matrix, present: np.ndarray) -> sp.csr_matrix:
        """[V, F] float32 of features [V, F]; a column that is not `present` [F] bool in the network is at its mean."""
        import scipy.sparse as sp

        means, deviations = np.array(self.means), np.array(self.deviations)
        made = sp.csr_matrix(features.astype(np.float64) @ sp.diags(1 / deviations))
        moved = np.flatnonzero((means != 0) & present)
        shifts = np.zeros((features.shape[0], len(moved))) - (means / deviations)[moved]
        places = sp.csr_matrix((np.ones(len(moved)), (np.arange(len(moved)), moved)), shape=(len(moved), len(means)))
        return sp.csr_matrix(made + sp.csr_matrix(shifts) @ places, dtype=np.float32)


def fitted(
    sources: Sequence[Network], target: Network | None, columns: tuple[str, ...], width: int, options: NetworkOptions
) -> Scale | None:
    """The scale of a model's features: by the sources, and by the target where they have no such column.

    columns  names of the model's features, or (), where their places say what they are
    width    their number

    None where no feature is a number, or the options leave them as they are.
    """
    if not options.standardise or options.normalise:
        return None
    held: dict[int, list[np.ndarray]] = {}
    for networks, own in ((sources, shared(options)), ([target] if target is not None else [], options)):
        seen: dict[int, list[np.ndarray]] = {}
        for network in networks:
            for place, values in _numbers(network, columns, own).items():
                seen.setdefault(place, []).append(values)
        held = {**seen, **held}
    means, deviations = np.zeros(width), np.ones(width)
    for place, found in held.items():
        values = np.concatenate(found)
        means[place], deviations[place] = values.mean(), values.std() or 1.0
    return Scale(tuple(means.tolist()), tuple(deviations.tolist())) if held else None


def extended(learnt: Scale | None, ours: Scale | None, width: int, more: int) -> Scale | None:
    """The scale of `width` features, of which a model has learnt all but the last `more`, whose scale is ours.

    >>> extended(None, Scale((0.0, 2.0), (1.0, 4.0)), 2, 1)
    Scale(means=(0.0, 2.0), deviations=(1.0, 4.0))
    """
    if learnt is None and ours is None:
        return None
    plain = Scale((0.0,) * width, (1.0,) * width)
    first, last = learnt or plain, ours or plain
    own = width - more
    return Scale(
        (*first.means[:own], *last.means[own:]),
        (*first.deviations[:own], *last.deviations[own:]),
    )


def _numbers(network: Network, columns: tuple[str, ...], options: NetworkOptions) -> dict[int, np.ndarray]:
    """Place in the model -> the values [V] of each feature that is a number."""
    features, names = features_of(network, options)
    places = {name: place for place, name in enumerate(columns)}
    by_name = bool(columns and names)
    return {
        places[names[own]] if by_name else own: features[:, [own]].toarray().ravel().astype(np.float64)
        for own in number_places(network, options)
        if not by_name or names[own] in places
    }


def apart(sources: Sequence[Network], target: Network, options: NetworkOptions) -> dict[str, float]:
    """Name -> how many times larger the numbers of the target are, for features whose scales are far apart.

    >>> def network(factor):
    ...     import scipy.sparse as sp
    ...     ages = sp.csr_matrix(np.array([[1.0], [3.0]]) * factor)
    ...     return Network(("a", "b"), np.zeros((2, 0), int), ages, ("age",), (0,))
    >>> apart([network(1.0)], network(1000.0), NetworkOptions())
    {'age': 1000.0}
    """
    names = features_of(target, options)[1]
    ours, theirs = _numbers(target, names, options), [_numbers(source, names, shared(options)) for source in sources]
    found = {}
    for place, values in ours.items():
        others = [each[place] for each in theirs if place in each]
        if not (others and names):
            continue
        sizes = [float(np.sqrt(np.mean(np.square(each)))) for each in (values, np.concatenate(others))]
        if min(sizes) > 0 and max(sizes) > APART * min(sizes):
            found[names[place]] = sizes[0] / sizes[1]
    return found
