import re

import networkx as nx
import numpy as np
import pytest
import tomli_w
from pydantic import ValidationError
from relxfer_kg.domain import facts_of
from relxfer_kg.files.own import OwnFiles, domain_of_triples, encode, load

from relxfer.contract import messages
from relxfer.errors import DataError

CITIES = [f"c{i}" for i in range(12)]
FACTS = [[a, relation, b] for i, a in enumerate(CITIES) for relation, b in
         (("next", CITIES[(i + 1) % 12]), ("far", CITIES[(i + 5) % 12]))]  # fmt: skip


def options(folder, **table) -> OwnFiles:
    return OwnFiles.model_validate(table, context={"folder": folder})


def write(path, facts):
    path.write_text("".join("\t".join(fact) + "\n" for fact in facts))
    return path.name


def named(domain, part) -> list[list[str]]:
    graph = domain.inputs
    rows = graph.facts if part == "observed" else facts_of(graph, getattr(domain, part))
    return [[graph.entities[h], graph.relations[r], graph.entities[t]] for h, r, t in rows]


def test_one_file_is_split_by_seed(tmp_path):
    write(tmp_path / "mine.v1.tsv", FACTS)
    domain = load(options(tmp_path, facts="mine.v1.tsv"), {})
    parts = {part: named(domain, part) for part in ("observed", "val", "test")}
    assert domain.name == "mine"
    assert sorted(fact for part in parts.values() for fact in part) == sorted(FACTS)
    assert [len(facts) for facts in parts.values()] == [20, 2, 2]
    note = "24 facts: 20 observed, 2 validation, 2 test; split by pair of entities (seed 0)"
    assert domain.notes == (note,)
    assert domain.inputs.entities[:4] == ("c0", "c1", "c5", "c2")
    assert domain.inputs.relations == ("next", "far")
    other = load(options(tmp_path, facts="mine.v1.tsv", split_seed=1, name="mine"), {})
    assert other.inputs.entities == domain.inputs.entities
    assert other.test.digest() != domain.test.digest()


def test_given_parts_stay_as_given(tmp_path):
    write(tmp_path / "train.tsv", [*FACTS, FACTS[0]])
    write(tmp_path / "a.tsv", [["c0", "next", "new"], FACTS[1]])
    write(tmp_path / "b.tsv", [["c2", "owns", "c1"]])
    write(tmp_path / "valid.tsv", [["c0", "far", "c1"], ["c0", "next", "new"]])
    given = options(tmp_path, facts="train.tsv", test=["a.tsv", "b.tsv"], valid="valid.tsv")
    domain = load(given, {})
    assert named(domain, "observed") == FACTS
    assert sorted(named(domain, "val")) == [["c0", "far", "c1"], ["c0", "next", "new"]]
    assert named(domain, "test") == [["c0", "next", "new"], FACTS[1], ["c2", "owns", "c1"]]
    assert domain.notes == (
        "24 observed, 2 validation, 3 test facts, split as given",
        "1 repeated observed fact dropped",
        "1 entity of the test facts in no observed fact",
        "1 relation of the test facts in no observed fact",
        "1 of 3 test facts are also observed facts: their answers are given away",
        "1 of 3 test facts are also validation facts",
    )


def test_test_without_validation():
    domain = domain_of_triples("x", np.array(FACTS), test=np.array([["c0", "far", "c7"]]))
    assert domain.val is None
    assert (len(domain.train), len(domain.test)) == (48, 2)
    assert domain.notes == ("24 observed, 1 test facts, split as given",)


def test_twins_stay_together_and_duplicates_are_dropped():
    twins = [[b, "before", a] for a, relation, b in FACTS if relation == "next"]
    domain = domain_of_triples("x", np.array([*FACTS, *twins, *FACTS[:3]]), notes=("a note",))
    assert domain.notes[1:] == ("3 repeated facts dropped", "a note")
    observed = {frozenset((h, t)) for h, _, t in named(domain, "observed")}
    assert all(frozenset((h, t)) not in observed for h, _, t in named(domain, "test"))
    items = [(frozenset((h, t)), r) for h, r, t in named(domain, "observed")]
    units = domain.train.unit_ids()[::2].tolist()
    assert len(set(zip(items, units, strict=True))) == len(set(items)) == len(set(units))


def test_a_fact_and_its_reversal_are_one_item_and_other_relations_are_not():
    facts = [["a", "near", "b"], ["b", "near", "a"], ["a", "above", "b"], ["c", "near", "a"]]
    domain = domain_of_triples("x", np.array(facts), valid_fraction=0, test_fraction=0)
    assert domain.train.unit_ids()[::2].tolist() == [0, 0, 1, 2]


def test_no_fractions_no_test():
    domain = domain_of_triples("x", np.array(FACTS), valid_fraction=0, test_fraction=0)
    assert (domain.val, domain.test, len(domain.train)) == (None, None, 48)


def test_inline_rows_and_a_graph_in_memory_and_what_is_saved_of_them():
    graph = nx.DiGraph()
    graph.add_edges_from((a, b, {"relation": relation}) for a, relation, b in FACTS)
    rows = OwnFiles(facts=FACTS)
    assert rows.facts == tuple(map(tuple, FACTS))
    of_graph = OwnFiles(facts=graph)
    assert sorted(of_graph.facts) == sorted(rows.facts)
    for forms in (np.array(FACTS), np.array(FACTS, dtype=object), [tuple(fact) for fact in FACTS]):
        assert OwnFiles(facts=forms) == rows
    saved = of_graph.model_dump(mode="json")
    again = OwnFiles.model_validate(saved)
    assert again == of_graph
    first, second = load(of_graph, {}), load(again, {})
    assert (first.sha, first.test.digest(), first.name) == (second.sha, second.test.digest(), "own-facts")
    tomli_w.dumps({key: value for key, value in saved.items() if value is not None})


def test_a_data_frame_is_rows():
    pandas = pytest.importorskip("pandas")
    assert OwnFiles(facts=pandas.DataFrame(FACTS)) == OwnFiles(facts=FACTS)


def test_saved_paths_are_absolute_and_read_again(tmp_path):
    write(tmp_path / "mine.tsv", FACTS)
    write(tmp_path / "test.tsv", FACTS[:1])
    given = options(tmp_path, facts="mine.tsv", test=["test.tsv"], columns=[0, 1, 2])
    saved = given.model_dump(mode="json")
    assert saved["facts"] == str((tmp_path / "mine.tsv").resolve())
    assert OwnFiles.model_validate(saved) == given


def test_columns_by_name(tmp_path):
    write(tmp_path / "mine.tsv", [["t", "x", "h", "r"], *([b, "1", a, r] for a, r, b in FACTS)])
    domain = load(options(tmp_path, facts="mine.tsv", columns=["h", "r", "t"]), {})
    assert set(domain.inputs.entities) == set(CITIES)


@pytest.mark.parametrize(("table", "key", "message"), [
    ({"facts": "none.tsv"}, "facts", "there is no file or folder '.*none.tsv'"),
    ({"facts": ["none.tsv"]}, "facts[0]", "there is no file or folder"),
    ({"facts": 3}, "facts", r"a path, a list of paths, or rows \[head, relation, tail\] \(got 3\)"),
    ({"facts": [["a", "r"]]}, "facts", r"\[head, relation, tail\], .* as row 1 \(got \['a', 'r'\]\)"),
    ({"facts": [["a", "r", "b"], ["a", " ", "b"]]}, "facts", "as row 2"),
    ({"facts": [["a", "r", None]]}, "facts", "as row 1"),
    ({"facts": [["a", "r", "b"], "c"]}, "facts", r"as row 2 \(got 'c'\)"),
    ({"facts": [["a", "r", "b"]], "valid": [["a", "r", "b"]]}, "", "expected test beside valid"),
    ({"facts": [["a", "r", "b"]], "valid_fraction": 0.5, "test_fraction": 0.5}, "", r"\(got 0.5 \+ 0.5\)"),
    ({"facts": [["a", "r", "b"]], "test_fraction": 1}, "test_fraction", "less than 1"),
    ({"facts": [["a", "r", "b"]], "columns": [0, -1, 2]}, "columns[1]", r"a position from 0, .*\(got -1\)"),
    ({"facts": [["a", "r", "b"]], "columns": [0, 1.5, 2]}, "columns[1]", r"a position from 0, .*\(got 1.5\)"),
    ({"facts": [["a", "r", "b"]], "colums": [0, 1, 2]}, "colums", "did you mean 'columns'"),
    ({}, "facts", "this key is needed"),
])  # fmt: skip
def test_options_that_cannot_be_used(tmp_path, table, key, message):
    with pytest.raises(ValidationError) as error:
        options(tmp_path, **table)
    (problem,) = messages.problems(error.value, OwnFiles, table)
    assert problem.key == key
    assert re.search(message, problem.message), problem.message


@pytest.mark.parametrize(
    ("facts", "more", "message"),
    [
        ([["a", "r", "a"]], {}, "mine: expected facts about at least two entities, got 1"),
        ([["a", "r", " "]], {}, "mine: expected a name for every entity, got an empty one"),
        ([["a", "", "b"]], {}, "expected a name for every relation"),
        ([["a", "r", "b"]], {}, "mine: expected facts that can be held out, got 1 linked pairs"),
        ([["a", "r", "b"]], {"test": np.empty((0, 3), object)}, "mine: expected test facts, got none"),
    ],
)
def test_facts_that_cannot_be_used(facts, more, message):
    with pytest.raises(DataError, match=message):
        domain_of_triples("mine", np.array(facts, dtype=object), **more)


def test_vocabulary_runs_over_the_parts_in_order():
    parts = np.array([["b", "r", "a"]]), np.array([["c", "q", "a"], ["a", "r", "d"]])
    entities, relations, ids = encode(*parts)
    assert (entities, relations) == (["b", "a", "c", "d"], ["r", "q"])
    assert [part.tolist() for part in ids] == [[[0, 0, 1]], [[2, 1, 1], [1, 0, 3]]]
