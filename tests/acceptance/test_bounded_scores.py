"""Knowledge graphs scored within a bound: a run, its report and its predictions say so."""

import numpy as np
import pytest
from relxfer_kg.data.geo import GeoOptions, load_us

import relxfer
from relxfer.cli import main
from relxfer.judge.metrics.known_answers import Filter
from relxfer.judge.metrics.ranking import rank_block
from relxfer.plugins.finder import Plugins
from relxfer.predict import predictions
from relxfer.results.results import Results

pytest.importorskip("numba")
from relxfer_kg.ultra.locality import scorer_of

pytestmark = pytest.mark.processor


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("subgraph") / "run"
    config = {
        "name": "bounded",
        "calibrator": "none",
        "seeds": 1,
        "threads": 1,
        "target": {"dataset": "geo-us", "label_budgets": [0, "all"], "adapter": {"use": "kg", "subgraph_entities": 12}},
        "strategy": [{"use": "zero-shot"}],
        "report": {"baselines": False},
    }
    relxfer.run(config, folder)
    return folder


def test_a_run_evaluates_within_the_bound_and_its_report_says_so(run, capsys):
    chosen = predictions.choose(run, Plugins.load(third_party=False))
    domain = load_us(GeoOptions(), {})  # with its test, which predictions do not get
    exact = scorer_of(chosen.learner.module, domain.inputs)
    bounded = scorer_of(chosen.learner.module, domain.inputs, subgraph=12)
    known = Filter.build(domain.test.queries, *map(np.concatenate, zip(*_pairs(domain.known()), strict=True)))
    bounded, exact = (
        (1 / rank_block(made.scores(domain.test.queries), domain.test.answers, known).realistic).mean()
        for made in (bounded, exact)
    )
    row = next(row for row in Results.open(run).rows if row.strategy == "zero-shot")
    assert row.metrics["mrr"] == pytest.approx(bounded, abs=1e-4)
    assert abs(bounded - exact) > 1e-3
    assert main(["report", str(run), "--section", "data"]) == 0
    assert "scores of models are approximate" in " ".join(capsys.readouterr().out.split())


def _pairs(parts):
    return [(part.queries, part.answers) for part in parts]


def test_predictions_are_made_within_the_bound_and_say_so(run, tmp_path, capsys):
    chosen = predictions.choose(run, Plugins.load(third_party=False))
    graph = chosen.domain.inputs
    bounded = scorer_of(chosen.learner.module, graph, subgraph=12)
    out, fact = tmp_path / "all.tsv", graph.facts[0].copy()
    assert main(["predict", str(run), "--all", "--top-k", "3", "--keep-known", "--out", str(out)]) == 0
    assert "scores of models are approximate" in " ".join(capsys.readouterr().err.split())
    asked = f"{graph.entities[fact[0]]}\t{graph.relations[fact[1]]}\t?\t"
    found = [line.split("\t")[-1] for line in out.read_text().splitlines() if line.startswith(asked)]
    best = np.sort(bounded.scores(fact[None, :2])[0])[::-1][:3]
    np.testing.assert_allclose(np.array(found, float), best, rtol=0, atol=1e-5)
