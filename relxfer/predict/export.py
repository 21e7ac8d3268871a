"""`relxfer export`: the network of a run for programs without relxfer, as a state dict and as ONNX."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from relxfer import __version__
from relxfer.contract.learners import Portable
from relxfer.errors import Incompatible, NotInstalled, UsageError
from relxfer.predict.chosen import ChosenRow, Member
from relxfer.store import files

#: The files of the folder; the card is written last.
STATE, ONNX, CARD = "model.safetensors", "model.onnx", "model.json"
#: Name of the first dimension, which may be any, and of the output.
_BATCH, _SCORES = "batch", "scores"


def check(out: Path, onnx: bool) -> None:
    """Check before anything is computed that the folder can be written.

    Raises:
        UsageError: it holds something else.
        DataError: a library is missing.
    """
    if out.exists() and not out.is_dir():
        raise UsageError(f"expected a folder to write to, got the file {out}; choose another --out")
    other = sorted({path.name for path in out.iterdir()} - {STATE, ONNX, CARD}) if out.exists() else []
    if other:
        raise UsageError(f"expected an empty folder, or one of export, got {out} with {other[0]!r}; choose another")
    if onnx:
        _onnx_libraries()


def export(chosen: ChosenRow, out: Path, onnx: bool = False) -> dict[str, Any]:
    """Write the network of the first model: its state dict, what is to be known to use it, and ONNX if asked for.

    model.safetensors  parameters and buffers by the names of the architecture, as `load_state_dict` takes them
    model.json         what this returns: architecture, how inputs are prepared, answers, calibration
    model.onnx         inputs -> scores, any number at a time; the same JSON is in its metadata

    Args:
        chosen: the row, as `predictions.choose` returns it; of several models the first is written.
        out: the folder.
        onnx: whether ONNX is written.

    Raises:
        Incompatible: the model needs more than its inputs, such as data beside them.
        UsageError, DataError: as `check`.
    """
    check(out, onnx)
    chosen = chosen.first()
    (member,) = chosen.members
    portable = _portable(chosen, member)
    card = _card(chosen, member, portable)
    out.mkdir(parents=True, exist_ok=True)
    arrays = {name: np.asarray(value.detach().cpu().numpy(), order="C") for name, value in portable.state.items()}
    _write_state(out / STATE, arrays)
    if onnx:
        files.write_bytes(out / ONNX, _as_onnx(portable, card))
    else:
        (out / ONNX).unlink(missing_ok=True)  # of an earlier export, perhaps of another model
    files.write_json(out / CARD, card)
    return card


def _portable(chosen: ChosenRow, member: Member) -> Portable:
    learner: Any = member.learner
    if not hasattr(learner, "portable"):
        raise Incompatible(
            "a model that needs nothing but its inputs",
            f"that of '{chosen.domain.name}' ({type(learner).__name__}), which answers by data beside it or by others",
            "write a folder that answers with relxfer predict instead: relxfer refit RUN",
        )
    made: Portable = learner.portable()
    return made


def _card(chosen: ChosenRow, member: Member, portable: Portable) -> dict[str, Any]:
    """What a program has to know to use the network, as JSON."""
    task, model, fitted = chosen.domain.task, member.model, member.calibration
    architecture: dict[str, Any] = {"class": portable.made_by}
    if model is not None:
        options = {name: value for name, value in model.content().items() if name != "use"}
        architecture |= {"name": model.name, "options": options}
    made: dict[str, Any] = {
        "relxfer": __version__,
        "model": chosen.description,
        "architecture": architecture,
        "inputs": {**portable.inputs, **chosen.domain.prepares()},
        "scores": {"task": task.kind, "shows": task.shows, "answers": list(task.answers)},
    }
    if portable.scale:
        made["scores"] |= {"values": "scores * std + mean", **portable.scale}
    if fitted is not None:
        arrays = {name: np.asarray(array).tolist() for name, array in fitted.arrays.items()}
        made["calibration"] = {**fitted.calibrator, **fitted.card, **arrays}
    checked: dict[str, Any] = json.loads(files.to_json(made))
    return checked


def _write_state(path: Path, arrays: dict[str, np.ndarray]) -> None:
    from safetensors.numpy import save

    files.write_bytes(path, save(arrays, {"format": "pt"}))


def _onnx_libraries() -> None:
    try:
        import onnx  # noqa: F401
        import onnxscript  # noqa: F401
    except ImportError as error:
        raise NotInstalled(str(error.name), "ONNX", "onnx", "leave --onnx out") from None


def _as_onnx(portable: Portable, card: dict[str, Any]) -> bytes:
    import torch

    from relxfer.authoring.torch_learner import evaluating

    name, batch = str(portable.inputs.get("name", "inputs")), torch.export.Dim(_BATCH)
    with evaluating(portable.network), torch.no_grad(), _quiet():
        program: Any = torch.onnx.export(
            portable.network,
            (portable.example,),
            dynamo=True,
            input_names=[name],
            output_names=[_SCORES],
            dynamic_shapes=({0: batch},),
            verbose=False,
        )
    proto = program.model_proto
    proto.producer_name, proto.producer_version = "relxfer", __version__
    told = {"relxfer": json.dumps(card), "classes": json.dumps(card["scores"]["answers"])}
    for key, value in told.items():
        proto.metadata_props.add(key=key, value=value)
    made: bytes = proto.SerializeToString()
    return made


@contextmanager
def _quiet() -> Iterator[None]:
    """What the exporter warns about concerns its own code."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
