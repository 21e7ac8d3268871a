"""An explainer of a plugin says on what answers rest."""

from __future__ import annotations

import types

import pytest

import relxfer
from relxfer import Explainer, PluginError, UnknownName, hookimpl
from relxfer.plugins.finder import Plugins
from relxfer.predict.explanations import explain
from relxfer.predict.predictions import choose
from relxfer.testing import blobs

CONFIG = {
    "name": "explained", "threads": 1, "device": "cpu", "target": {"dataset": "blobs-target"},
    "training": {"steps": 2, "batch_size": 8}, "strategy": ["scratch"], "report": {"baselines": False},
}  # fmt: skip


class Coordinates:
    """The coordinates of a point, the larger first; with `wrong`, no explanation of the last point."""

    wrong = ""

    def __init__(self, options):
        self.options = options

    def explain(self, learner, examples):
        points = examples.inputs[examples.queries]
        made = [sorted(zip("xy", map(abs, point.tolist()), strict=True), key=lambda pair: -pair[1]) for point in points]
        return {"": made, "short": made[:-1], "shape": [[1.0]] * len(made)}[self.wrong]


@pytest.fixture
def asked(tmp_path):
    plugin = types.ModuleType("coordinates")

    @hookimpl
    def relxfer_explainers():
        return [Explainer(name="coordinates", load=f"{__name__}:Coordinates")]

    plugin.relxfer_explainers = relxfer_explainers
    relxfer.run(CONFIG, tmp_path / "run", plugins=[blobs])
    plugins = Plugins.load()
    plugins.register(blobs, "blobs")
    plugins.register(plugin, "coordinates")
    chosen = choose(tmp_path / "run", plugins)
    return chosen, chosen.domain.unlabelled.take(range(3)), plugins


def test_each_query_has_its_heaviest_reasons_first(asked, monkeypatch):
    chosen, examples, plugins = asked
    monkeypatch.setattr("relxfer.declare.experiment.load_object", lambda target: Coordinates)
    table = explain(chosen, examples, "coordinates", plugins)
    assert [*table] == ["query", "because", "weight"]
    assert len(table["weight"]) == 6
    assert all(heavy >= light for heavy, light in zip(table["weight"][::2], table["weight"][1::2], strict=True))
    assert len(explain(chosen, examples, "coordinates", plugins, k=1)["because"]) == 3


@pytest.mark.parametrize(("wrong", "told"), [("short", "to explain 3 queries, got 2"), ("shape", r"\(name, weight\)")])
def test_what_is_no_explanation_is_told(asked, monkeypatch, wrong, told):
    chosen, examples, plugins = asked
    monkeypatch.setattr("relxfer.declare.experiment.load_object", lambda target: Coordinates)
    monkeypatch.setattr(Coordinates, "wrong", wrong)
    with pytest.raises(PluginError, match=told):
        explain(chosen, examples, "coordinates", plugins)
    with pytest.raises(UnknownName, match="did you mean 'coordinates'"):
        explain(chosen, examples, "coordinate", plugins)
