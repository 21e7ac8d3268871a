"""A model as it is stored: an architecture with arrays and a card, and for a composite model those of its members.

In a file, the arrays of a single model have the names that the model gives them. Those of a composite model begin with
`own/`, those of its members with `0/`, `1/` and so on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from relxfer.authoring import tasks
from relxfer.contract.learners import Model
from relxfer.contract.records import SourceModel
from relxfer.declare.experiment import Chosen
from relxfer.declare.resolve import options_model
from relxfer.errors import PluginError, UnfitArtefact, UnknownName
from relxfer.plugins.finder import Plugins, load_object
from relxfer.store import files
from relxfer.store.json_text import JsonObject

if TYPE_CHECKING:
    import numpy as np

#: Limits of a composite model: levels of members, and members in all.
MOST_LEVELS = 4
MOST_MEMBERS = 256
#: Begins the names of the arrays that belong to a composite model itself.
_OWN = "own/"


@dataclass(frozen=True)
class Part:
    """A model with what it stores.

    model    the architecture, with its options
    arrays   parameters and buffers by name; those of its own, for a composite model
    card     what the model stores beside its arrays, as JSON
    members  of a composite model
    """

    model: Chosen
    arrays: Mapping[str, np.ndarray]
    card: JsonObject
    members: tuple[Part, ...] = ()

    def load(self) -> Model:
        """Build the model with these arrays, members first.

        Raises:
            UnfitArtefact: a card describes a model that is far larger than the arrays.
        """
        from relxfer.authoring.torch_learner import no_larger_than

        members = [member.load() for member in self.members]
        make, rest = load_object(self.model.record.load), (members,) if self.model.record.composite else ()
        with no_larger_than(self.arrays):
            made: Model = make(self.model.options, dict(self.arrays), self.card, *rest)
        return made

    def copied(self) -> Part:
        """The same with copies of all arrays, which the model may go on changing."""
        import numpy as np

        arrays = {name: np.array(array) for name, array in self.arrays.items()}
        return Part(self.model, arrays, self.card, tuple(member.copied() for member in self.members))

    def all_arrays(self) -> dict[str, np.ndarray]:
        """The arrays of the whole model, under the names that they have in a file."""
        if not self.model.record.composite:
            return dict(self.arrays)
        below = {
            f"{index}/{name}": array
            for index, member in enumerate(self.members)
            for name, array in member.all_arrays().items()
        }
        return {f"{_OWN}{name}": array for name, array in self.arrays.items()} | below


def of(model: Any, like: Part, plugins: Plugins) -> Part:
    """What a model stores.

    like  the model that the learner began with, of whose architectures the model and its members are, unless they say
          `offered_as`; see `untrained`

    Raises:
        PluginError: it is not a model, or its state cannot be stored.
    """
    return _of(model, like, plugins, MOST_LEVELS)


def called(part: Part, names: Mapping[str, str]) -> Part:
    """The model with other names for the answers in its card, and likewise its members."""
    members = tuple(called(member, names) for member in part.members)
    card = tasks.card_called(part.card, names)
    if card is part.card and all(new is old for new, old in zip(members, part.members, strict=True)):
        return part
    return replace(part, card=card, members=members)


def untrained(architecture: Chosen) -> Part:
    """A single model with nothing stored."""
    return Part(architecture, {}, {})


def _of(model: Any, like: Part, plugins: Plugins, levels: int) -> Part:
    if not hasattr(model, "state"):
        raise PluginError(
            f"expected export() of a learner to return a model, got {_kind_of(model)}; correct its return value"
        )
    own = getattr(model, "offered_as", None) is not None
    chosen = _own(model, plugins) if own else _architecture(model, like)
    if wrong := wrong_state(state := model.state()):
        raise PluginError(f"expected state() of the model {chosen.name!r} to return {wrong}")
    members = _members(model, chosen, levels)
    same = own and _built_as(model, like)
    likes = like.members if same else [like] * len(members)
    parts = tuple(_of(member, each, plugins, levels - 1) for member, each in zip(members, likes, strict=True))
    part = Part(like.model if same else chosen, dict(state[0]), state[1], parts)
    if levels == MOST_LEVELS and (count := sum(1 for _ in below(part))) > MOST_MEMBERS:
        raise PluginError(
            f"expected a composite model of at most {MOST_MEMBERS} members, got {count}; use fewer members"
        )
    return part


def _built_as(model: Any, part: Part) -> bool:
    """Whether a model is made of models as another is, so that each of them has the architecture that it has there."""
    name, members = getattr(model, "offered_as", None), getattr(model, "members", ()) or ()
    if name is None:
        return not part.members
    alike = (name, len(members)) == (part.model.name, len(part.members))
    return alike and all(map(_built_as, members, part.members))


def _architecture(model: Any, like: Part) -> Chosen:
    """The architecture of a model that does not name its own: the only one among those of `like`."""
    single = {files.fingerprint(part.model.card()): part.model for part in (like, *below(like)) if not part.members}
    if len(single) != 1:
        raise PluginError(
            f"expected offered_as of {type(model).__name__}, because the source is made of several architectures, "
            "got none; name its source model there"
        )
    return next(iter(single.values()))


def below(part: Part) -> Iterator[Part]:
    """The members of a model, and theirs."""
    for member in part.members:
        yield member
        yield from below(member)


def _own(model: Any, plugins: Plugins) -> Chosen:
    """The offer that a model of a strategy's own is stored as, with its default options."""
    try:
        offer = plugins.find(SourceModel.kind, str(model.offered_as))
        return Chosen(offer, options_model(offer)())
    except (UnknownName, ValueError) as error:
        raise PluginError(
            f"expected offered_as of {type(model).__name__} as the name of a source model with default options, which "
            f"a plugin offers with the hook relxfer_source_models, got {model.offered_as!r}: {error}"
        ) from None


def _members(model: Any, chosen: Chosen, levels: int) -> Sequence[Any]:
    members = getattr(model, "members", None) if hasattr(model, "offered_as") else None
    if (members is not None) != bool(chosen.record.composite):
        got = "members" if members is not None else "a model without members"
        raise PluginError(
            f"expected composite=True in the record of a model with members, and of no other, got {got} and "
            f"composite={chosen.record.composite} of {chosen.name!r}; correct the record, or offered_as of the model"
        )
    if members is not None and not members:
        raise PluginError(f"expected at least one member of the composite model {chosen.name!r}, got none; add one")
    if members and levels <= 1:
        raise PluginError(f"expected composite models in at most {MOST_LEVELS} levels, got more; use fewer")
    return members or ()


def split(arrays: Mapping[str, np.ndarray], count: int) -> tuple[dict[str, np.ndarray], list[dict[str, np.ndarray]]]:
    """The arrays of a composite model from those of a file: its own, and those of each of its members.

    Raises:
        UnfitArtefact: an array belongs to none.

    >>> split({"own/w": 1, "0/a": 2, "1/own/b": 3}, 2)
    ({'w': 1}, [{'a': 2}, {'own/b': 3}])
    """
    own: dict[str, np.ndarray] = {}
    members: list[dict[str, np.ndarray]] = [{} for _ in range(count)]
    places = {"own": own} | {str(index): member for index, member in enumerate(members)}
    for key, array in arrays.items():
        place, mark, name = key.partition("/")
        if place not in places or not mark:
            raise UnfitArtefact(f"expected arrays of {count} members, got one called {key!r}; name another checkpoint")
        places[place][name] = array
    return own, members


def wrong_state(state: Any) -> str | None:
    """What is wrong with a state, as expected and got; None if it can be stored."""
    import numpy as np

    both = isinstance(state, tuple) and len(state) == 2
    if not both or not all(isinstance(member, Mapping) for member in state):
        got = f"({', '.join(map(_kind_of, state))})" if isinstance(state, tuple) else _kind_of(state)
        return f"a table of arrays and a card, (arrays, card), got {got}"
    for name, array in state[0].items():
        if (dtype := np.asarray(array).dtype).kind in "OSUmM":
            return f"arrays of numbers, got {dtype} under {name!r}; put everything else into the card"
    try:
        files.fingerprint(state[1])
    except (TypeError, ValueError) as error:
        return f"a card of JSON values: {error}; write it as text, numbers, lists and tables"
    return None


def _kind_of(value: Any) -> str:
    """The name of the type of a value, for messages."""
    return "None" if value is None else type(value).__name__
