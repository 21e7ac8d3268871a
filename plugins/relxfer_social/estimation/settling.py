"""Which features a model sees of the target that it is attached to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from relxfer.contract.data import Domain
from relxfer.errors import Incompatible
from relxfer_social.features.alignment import union
from relxfer_social.features.known_labels import KnownLabels
from relxfer_social.features.node_features import OWN, features_of, kinds, seen_as, shared
from relxfer_social.features.scaling import extended, fitted
from relxfer_social.network import Network
from relxfer_social.options import NetworkOptions

if TYPE_CHECKING:
    from relxfer_social.model import NodeModel


def settled(
    model: NodeModel, target: Domain | None, options: NetworkOptions, linking: bool, alone: bool = False
) -> tuple[NetworkOptions, Sequence[str]]:
    """The options with the kinds of features that the model sees, and what is to be said of their choice.

    alone  whether nothing comes from a source, so that the target's own features may stand alone

    A model that comes from sources gets further columns for what is the target's own, with weights of 0.

    Raises:
        Incompatible: a source has nothing but what would be its own; links are asked for, and features would tell them;
            or the model knows another network by its own columns.
    """
    own = OWN & set(options.features or ())
    if own and linking:
        raise _refused("features that links do not change", own, 'use "structure" or "random-walk" for links')
    if target is None:
        if own and not shared(options).features:
            remedy = 'add "structure" or "random-walk" to features, or train on the target alone'
            raise _refused("features that another network has too", own, remedy)
        return shared(options), ()
    network = _first(target.inputs)
    if OWN & set(model.kinds) and model.seen_on != network.sha:
        raise Incompatible(
            f"the network whose nodes the model knows by {' and '.join(sorted(OWN & set(model.kinds)))}",
            f"another one, '{target.name}'",
            'use features = ["structure"] where the model is trained, or train it on this network',
        )
    if options.features is None and model.seen_on == network.sha:  # chosen before, by fewer labels perhaps
        return seen_as(model.kinds, options, model.known_labels), ()
    return _for_target(model, target, options, linking, alone)


def _for_target(
    model: NodeModel, target: Domain, options: NetworkOptions, linking: bool, alone: bool
) -> tuple[NetworkOptions, Sequence[str]]:
    wanted = kinds(target.inputs, options)
    said: list[str] = []
    choosing = options.features is None and target.inputs.features is None and not linking
    if choosing:
        from relxfer_social.estimation.choosing import choice

        made = choice(target.inputs, target.train, target.task, options, model.rounds)
        learnt = tuple(kind for kind in model.kinds if kind not in OWN)  # what a source has learnt stays
        learnt = learnt or (() if alone else ("structure",))
        wanted, said = tuple(dict.fromkeys((*learnt, *made.kinds))), [str(made)] if made.explained else []
    known = _known(model, target) if "labels" in wanted else None
    options = seen_as(wanted, options, known)
    if choosing or OWN & set(wanted):
        said += _widened(model, target, options) if model.learnt else []
        model.kinds, model.seen_on, model.known_labels = wanted, _first(target.inputs).sha, known
    return options, said


def _known(model: NodeModel, target: Domain) -> KnownLabels:
    """Those that the model has learnt with, or those of the target."""
    if model.known_labels is not None:
        return model.known_labels
    if target.train is None or not target.task.classes:
        got = f"{target.task.kind} without any" if target.train is None else target.task.kind
        raise Incompatible('labels of classes for features = ["labels"]', got, 'leave "labels" out of features')
    return KnownLabels.of(target.train, target.task)


def _widened(model: NodeModel, target: Domain, options: NetworkOptions) -> list[str]:
    """Give the model the columns that it has not; what is said of them."""
    names = features_of(target.inputs, options)[1]
    if not set(model.columns) & set(names):  # nothing to learn from a source, which is refused when they are aligned
        return []
    columns = union(model.columns, names)
    more = len(columns) - len(model.columns)
    if not more:
        return []
    model.widen(columns)
    model.scale = extended(model.scale, fitted([], target.inputs, columns, len(columns), options), len(columns), more)
    return [f"{more:,} of these are the target's own: their weights begin at 0, and nothing of them is from a source"]


def _first(network: Network) -> Network:
    return network.grown_from or network


def _refused(expected: str, own: set[str] | frozenset[str], remedy: str) -> Incompatible:
    return Incompatible(expected, " and ".join(sorted(own)), remedy)


def about_own(target: Domain, options: NetworkOptions) -> str:
    """What is said before a run about features of the target's own; "" where there are none."""
    if own := [kind for kind in options.features or () if kind in OWN]:
        return f", of which {' and '.join(own)} are the target's own, so that nothing of them comes from a source"
    if options.features is None and target.inputs.features is None and target.task.kind != "link-prediction":
        return (
            ", and beside it what its training labels choose of random walks, eigenvectors, names and labels of its own"
        )
    return ""
