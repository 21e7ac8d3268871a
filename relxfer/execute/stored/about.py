"""What a file of a model says beside the model, so that it can be moved: predicting takes nothing but the inputs.

These are the adapter with its options, how raw inputs are prepared, the columns of a query, and a calibration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relxfer.contract import messages
from relxfer.contract.data import Domain
from relxfer.contract.learners import Learner
from relxfer.declare.experiment import Chosen
from relxfer.errors import PluginError, UnfitArtefact
from relxfer.execute import cards
from relxfer.judge.conformal import Conformity
from relxfer.store import files
from relxfer.store.json_text import Json, JsonObject

if TYPE_CHECKING:
    import numpy as np

#: The schema that is written. Files of the first one hold the model and its tasks only.
SCHEMA = 2
#: Begins the names of the arrays of a calibration.
CALIBRATION = "calibration/"
#: Begins the names of the arrays of a conformity.
CONFORMITY = "conformity/"
_OF_CONFORMITY = ("scores", "groups", "items")
_MOST_COLUMNS = 1_000


@dataclass(frozen=True)
class Calibration:
    """A calibrator with what was fitted.

    calibrator  its name and plain options, as in a configuration
    arrays      what it fitted, by name
    card        likewise, as JSON
    """

    calibrator: JsonObject
    arrays: Mapping[str, np.ndarray]
    card: JsonObject


@dataclass(frozen=True)
class About:
    """What is stored beside a model.

    adapter      its name and plain options, as in a configuration; None in files of the first schema
    inputs       how the domain prepares raw inputs, as JSON
    network      how the learner prepares the inputs of its network, as JSON
    columns      names of the columns of a query
    calibration  None if there is none
    conformity   None if no sets of answers can be made
    """

    adapter: JsonObject | None = None
    inputs: JsonObject = field(default_factory=dict)
    network: JsonObject = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    calibration: Calibration | None = None
    conformity: Conformity | None = None

    @classmethod
    def of(
        cls,
        learner: Learner,
        adapter: Chosen,
        target: Domain | None,
        calibration: Calibration | None,
        conformity: Conformity | None = None,
    ) -> About:
        """What is to be stored beside the model of a learner.

        Raises:
            PluginError: `prepares` of the domain or of the learner returns no JSON table.
        """
        columns = () if target is None else tuple(target.name_queries(_no_queries(target)))
        inputs = {} if target is None else _prepared(target, f"the domain {target.name!r}")
        network = _prepared(learner, f"the learner {type(learner).__name__}")
        return cls(cards.plain(adapter), inputs, network, columns, calibration, conformity)

    def card(self) -> JsonObject:
        """As JSON, to be written into the card of the file."""
        beside = {"adapter": self.adapter, "inputs": self.inputs, "network": self.network}
        made: JsonObject = {**beside, "columns": list(self.columns)}
        if self.calibration is None:
            return made
        return {**made, "calibration": {"calibrator": self.calibration.calibrator, "card": self.calibration.card}}

    def arrays(self) -> dict[str, np.ndarray]:
        """The arrays of calibration and conformity, under the names that they have in a file."""
        of = {} if self.calibration is None else self.calibration.arrays
        sets = {} if self.conformity is None else {name: getattr(self.conformity, name) for name in _OF_CONFORMITY}
        return {f"{CALIBRATION}{name}": array for name, array in of.items()} | {
            f"{CONFORMITY}{name}": array for name, array in sets.items()
        }


def read(card: JsonObject, arrays: Mapping[str, np.ndarray], path: Path) -> tuple[About, dict[str, np.ndarray]]:
    """What the card of a file says beside the model, and the arrays that are left for the model.

    Raises:
        UnfitArtefact: the schema is unknown, or something has another form.
    """
    try:
        return _read(card, arrays)
    except UnfitArtefact as error:
        raise UnfitArtefact(f"{path}: {error}") from None


def _read(card: JsonObject, arrays: Mapping[str, np.ndarray]) -> tuple[About, dict[str, np.ndarray]]:
    schema = card.get("relxfer")
    if isinstance(schema, bool) or schema not in (1, SCHEMA):
        raise UnfitArtefact(
            f"expected a model of schema 1 or {SCHEMA}, got {messages.shown(schema)}: another relxfer wrote it; "
            "upgrade relxfer (pip install -U relxfer), or name another checkpoint"
        )
    if schema == 1:
        return About(), dict(arrays)
    columns = card.get("columns", [])
    if not isinstance(columns, list) or not all(isinstance(c, str) for c in columns) or len(columns) > _MOST_COLUMNS:
        raise _unfit("columns", "a list of names", columns)
    adapter = card.get("adapter")
    about = About(
        None if adapter is None else _table(card, "adapter"),
        _table(card, "inputs"),
        _table(card, "network"),
        tuple(map(str, columns)),
    )
    conformity, arrays = _conformity(arrays)
    about = replace(about, conformity=conformity)
    if "calibration" not in card:
        return about, dict(arrays)
    fitted = _table(card, "calibration")
    own = {name.removeprefix(CALIBRATION): a for name, a in arrays.items() if name.startswith(CALIBRATION)}
    rest = {name: array for name, array in arrays.items() if not name.startswith(CALIBRATION)}
    calibration = Calibration(_table(fitted, "calibrator"), own, _table(fitted, "card"))
    return replace(about, calibration=calibration), rest


def _conformity(arrays: Mapping[str, np.ndarray]) -> tuple[Conformity | None, dict[str, np.ndarray]]:
    """The conformity that a file holds, and the arrays that are left."""
    import numpy as np

    own = {name.removeprefix(CONFORMITY): a for name, a in arrays.items() if name.startswith(CONFORMITY)}
    rest = {name: array for name, array in arrays.items() if not name.startswith(CONFORMITY)}
    if not own:
        return None, rest
    lists = [own.get(name, np.zeros((0, 0))) for name in _OF_CONFORMITY]
    kinds = [each.dtype.kind for each in lists]
    if any(each.shape != lists[0].shape or each.ndim != 1 for each in lists) or kinds != ["f", "i", "i"]:
        raise UnfitArtefact("expected lists of equal length under 'conformity/', got others; name another checkpoint")
    return Conformity(*lists), rest


def _table(card: JsonObject, key: str) -> JsonObject:
    value = card.get(key)
    if not isinstance(value, dict):
        raise _unfit(key, "a table", value)
    return value


def _unfit(key: str, wanted: str, got: Json) -> UnfitArtefact:
    return UnfitArtefact(
        f"expected in its card {wanted} under {key!r}, got {messages.shown(got)}; name another checkpoint"
    )


def _prepared(owner: Any, what: str) -> JsonObject:
    """What an optional method `prepares` says, checked to be JSON."""
    if not hasattr(owner, "prepares"):
        return {}
    said = owner.prepares()
    try:
        if not isinstance(said, Mapping):
            raise TypeError(f"{type(said).__name__}")
        files.fingerprint(dict(said))
        return dict(said)
    except (TypeError, ValueError) as error:
        raise PluginError(f"expected prepares() of {what} to return a table of JSON values, got {error}") from None


def _no_queries(target: Domain) -> Any:
    import numpy as np

    some = next((e for e in (target.train, target.unlabelled, target.val) if e is not None), None)
    return np.zeros((0, 2), np.int64) if some is None else some.queries[:0]
