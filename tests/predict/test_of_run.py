"""Whose models of a run answer, and what they know."""

from __future__ import annotations

import shutil

import pytest

from relxfer.errors import DataError
from relxfer.plugins.finder import Plugins
from relxfer.predict import of_run, predictions
from relxfer.predict.chosen import Wanted

PLUGINS = Plugins.load(third_party=False)


def test_the_best_row_answers_with_all_its_models(choose, results):
    chosen = choose()
    assert "best of 3 rows by validation accuracy" in chosen.description
    assert len(chosen.members) == 2
    assert chosen.cell.count("-") == 1
    best = max(results.rows, key=lambda row: row.budget == "all")
    assert best.budget == "all"


def test_what_was_held_out_is_known_unless_asked_as_judged(small):
    run = small("facts").run
    whole = of_run.choose(run, PLUGINS, Wanted())
    judged = of_run.choose(run, PLUGINS, Wanted(as_judged=True))
    facts, fewer = (chosen.domain.inputs.facts for chosen in (whole, judged))
    assert len(facts) == 34
    assert len(fewer) < 34
    assert set(map(tuple, fewer.tolist())) < set(map(tuple, facts.tolist()))
    held = next(fact for fact in facts.tolist() if fact not in fewer.tolist())
    names = whole.domain.inputs.entities
    asked = {"head": [names[held[0]]], "relation": [whole.domain.inputs.relations[held[1]]]}
    assert names[held[2]] not in predictions.predict(whole, asked, 20)["answer"], "it is known"
    assert names[held[2]] in predictions.predict(judged, asked, 20)["answer"]


def test_new_facts_bring_new_names(small):
    made = small("facts")
    chosen = of_run.choose(made.run, PLUGINS, Wanted(facts=made.facts, seed=0))
    assert chosen.domain.notes[-1] == "added: 2 new facts, 1 new entity, 0 new relations"
    assert len(predictions.predict(chosen, {"head": ["eve"], "relation": ["parent"]}, 3)["answer"]) == 3
    with pytest.raises(DataError, match="which does not exist; correct --facts"):
        of_run.choose(made.run, PLUGINS, Wanted(facts=made.facts.with_name("none.tsv")))


def test_new_edges_are_seen(small):
    made = small("nodes")
    plain, more = (of_run.choose(made.run, PLUGINS, Wanted(facts=facts)) for facts in (None, made.facts))
    assert more.domain.notes[-1] == "added: 2 links to the network"
    assert more.domain.inputs.edges.shape[1] == plain.domain.inputs.edges.shape[1] + 4
    asked = {"node": ["n21"]}
    one, other = (predictions.predict(chosen, asked, 2)["probability"] for chosen in (plain, more))
    assert one != other


def test_without_its_data_a_run_answers_about_other_data(small, tmp_path):
    made = small("facts")
    run = shutil.copytree(made.run, tmp_path / "run")
    config = run / "config.toml"
    config.write_text(config.read_text().replace("facts.tsv", "gone.tsv"))
    (run / "config.toml.seal").unlink()
    with pytest.raises(DataError, match=r"--facts FILE"):
        of_run.choose(run, PLUGINS, Wanted())
    chosen = of_run.choose(run, PLUGINS, Wanted(facts=made.facts))
    assert "the data of the run cannot be read" in chosen.description
    assert chosen.domain.inputs.entities == ("p3", "eve", "p4")
