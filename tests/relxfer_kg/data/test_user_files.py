"""The user's own facts: what options and files become."""

import networkx as nx
import numpy as np
import tomli_w
from relxfer_kg.data.user_files import load
from relxfer_kg.domain import facts_of
from relxfer_kg.options import OwnFiles

from relxfer.contract.only_with import acting

CITIES = [f"c{i}" for i in range(12)]
FACTS = [[a, relation, b] for i, a in enumerate(CITIES) for relation, b in
         (("next", CITIES[(i + 1) % 12]), ("far", CITIES[(i + 5) % 12]))]  # fmt: skip


def options(folder, **table) -> OwnFiles:
    return OwnFiles.model_validate(table, context={"folder": folder})


def write(path, facts):
    path.write_text("".join("\t".join(fact) + "\n" for fact in facts))
    return path.name


def named(domain, split) -> list[list[str]]:
    graph = domain.inputs
    rows = graph.facts if split == "observed" else facts_of(graph, getattr(domain, split))
    return [[graph.entities[h], graph.relations[r], graph.entities[t]] for h, r, t in rows]


def test_one_file_is_split_by_seed(tmp_path):
    write(tmp_path / "mine.v1.tsv", FACTS)
    domain = load(options(tmp_path, facts="mine.v1.tsv"))
    splits = {split: named(domain, split) for split in ("observed", "val", "test")}
    assert domain.name == "mine"
    assert sorted(fact for facts in splits.values() for fact in facts) == sorted(FACTS)
    assert [len(facts) for facts in splits.values()] == [20, 2, 2]
    note = "24 facts: 20 observed, 2 validation, 2 test; split by pair of entities (seed 0)"
    assert domain.notes == (note,)
    assert domain.inputs.entities[:4] == ("c0", "c5", "c1", "c6")
    assert domain.inputs.relations == ("far", "next")
    other = load(options(tmp_path, facts="mine.v1.tsv", split_seed=1, name="mine"))
    assert other.inputs.entities == domain.inputs.entities
    assert other.test.digest() != domain.test.digest()


def test_given_splits_stay_as_given(tmp_path):
    write(tmp_path / "train.tsv", [*FACTS, FACTS[0]])
    write(tmp_path / "a.tsv", [["c0", "next", "new"], FACTS[1]])
    write(tmp_path / "b.tsv", [["c2", "owns", "c1"]])
    write(tmp_path / "valid.tsv", [["c0", "far", "c1"], ["c0", "next", "new"]])
    given = options(tmp_path, facts="train.tsv", test=["a.tsv", "b.tsv"], valid="valid.tsv")
    domain = load(given)
    assert named(domain, "observed") == sorted(FACTS)
    assert sorted(named(domain, "val")) == [["c0", "far", "c1"], ["c0", "next", "new"]]
    assert named(domain, "test") == [FACTS[1], ["c0", "next", "new"], ["c2", "owns", "c1"]]
    assert domain.notes == (
        "24 observed, 2 validation, 3 test facts, split as given",
        "1 repeated observed fact dropped",
        "1 entity of the test facts in no observed fact",
        "1 relation of the test facts in no observed fact",
        "1 of 3 test facts are also observed facts: their answers are given away",
        "1 of 3 test facts are also validation facts",
    )


def test_columns_by_name(tmp_path):
    write(tmp_path / "mine.tsv", [["t", "x", "h", "r"], *([b, "1", a, r] for a, r, b in FACTS)])
    domain = load(options(tmp_path, facts="mine.tsv", columns=["h", "r", "t"]))
    assert set(domain.inputs.entities) == set(CITIES)


def test_inline_rows_and_a_graph_in_memory_and_what_is_saved_of_them():
    graph = nx.DiGraph()
    graph.add_edges_from((a, b, {"relation": relation}) for a, relation, b in FACTS)
    rows = OwnFiles(facts=FACTS)
    assert rows.facts == tuple(map(tuple, FACTS))
    of_graph = OwnFiles(facts=graph)
    assert sorted(of_graph.facts) == sorted(rows.facts)
    for forms in (np.array(FACTS), np.array(FACTS, dtype=object), [tuple(fact) for fact in FACTS]):
        assert OwnFiles(facts=forms) == rows
    saved = acting(of_graph)
    again = OwnFiles.model_validate(saved)
    assert again == of_graph
    first, second = load(of_graph), load(again)
    assert (first.sha, first.test.digest(), first.name) == (second.sha, second.test.digest(), "own-facts")
    tomli_w.dumps({key: value for key, value in saved.items() if value is not None})


def test_facts_in_memory_are_named_own_facts_and_files_by_the_first_of_them(tmp_path):
    for name in ("one.tsv", "two.tsv"):
        write(tmp_path / name, FACTS)
    assert load(OwnFiles(facts=FACTS)).name == "own-facts"
    assert load(options(tmp_path, facts=["one.tsv", "two.tsv"])).name == "one"
    assert load(options(tmp_path, facts="one.tsv", name="mine")).name == "mine"
