"""One model file of several that answer together, by the mean of the softmax of their scores.

    python benchmarks/asked_together.py kg-base kg-trix --out both.safetensors

Each is the name of weights, a file that relxfer wrote, or a run that pre-trained one source. The file is a source like
any other, with `checkpoint = "both.safetensors"` under [source]. It only predicts.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from mean_of_weights import file_of

from relxfer.authoring.ensemble import Ensemble
from relxfer.contract.records import SourceModel
from relxfer.errors import RelxferError
from relxfer.execute import artefacts, cards
from relxfer.execute.artefacts import Artefact
from relxfer.execute.stored.parts import Part
from relxfer.plugins.finder import Plugins, load_object


def weights(name: str, plugins: Plugins) -> Artefact:
    """The model of a name, a run or a file."""
    if Path(name).exists():
        return artefacts.read(file_of(Path(name)), plugins, None)
    for offer in plugins.all(SourceModel.kind):
        record: Any = offer.record
        if name in record.weights:
            model = cards.offered({"use": record.name}, SourceModel, "a model", plugins)
            return artefacts.read(load_object(record.find)(record.name, name), plugins, model)
    raise SystemExit(f"expected the name of weights, a file or a run, got {name!r}; see `relxfer plugins show ultra`")


def write(path: Path, models: list[Artefact], plugins: Plugins) -> None:
    """Write them as the source model `ensemble`, with what the first file says beside its model."""
    ensemble = cards.offered({"use": "ensemble"}, SourceModel, "a model", plugins)
    like = Part(ensemble, {}, {}, tuple(each.part for each in models))
    made = Ensemble([each.load() for each in models], mean="probabilities")
    artefacts.save(path, made, like, models[0].tasks, plugins, models[0].about)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", nargs="+", help="names, files or runs")
    parser.add_argument("--out", required=True, type=Path)
    given = parser.parse_args()
    plugins = Plugins.load(third_party=False)
    try:
        write(given.out, [weights(name, plugins) for name in given.weights], plugins)
    except RelxferError as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
