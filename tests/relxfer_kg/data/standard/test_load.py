"""Standard knowledge graphs: cards that are complete and true, and domains that are the published files."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from relxfer_kg import relxfer_datasets
from relxfer_kg.data.standard.load import load, load_merged, read_facts
from relxfer_kg.data.standard.options import MergedOptions
from relxfer_kg.domain import facts_of

from relxfer.data.fetch import files_of
from relxfer.errors import DataError
from relxfer.plugins.finder import load_object

CARDS = {card.name: card for card in relxfer_datasets() if card.files}
#: Parents whose leakage was measured, and which have no card.
OTHERS = {"NELL-995"}

each_card = pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)


# ------------------------------------------------------------------ cards


def test_inductive_sets_have_two_cards():
    pairs = {name.removesuffix("_ind") for name in CARDS if name.endswith("_ind")}
    assert pairs <= set(CARDS)
    assert len(CARDS) == 69
    assert len(pairs) == 31


@each_card
def test_a_card_is_complete(card):
    assert card.content == "knowledge-graph"
    assert all((card.summary, card.licence, card.citation, card.protocol))
    roles = [file.role for file in card.files]
    assert roles == [role for role in ("train", "valid", "test") if role in roles]
    assert list(card.counts) == ["entities", "relations", *roles]
    for file in card.files:
        assert re.fullmatch(r"https://raw\.githubusercontent\.com/[^/]+/[^/]+/[0-9a-f]{40}/.+", file.url)
        assert file.digest.startswith("sha256:")
        assert file.size > 0


@each_card
def test_leakage_is_of_a_test_in_another_set(card):
    assert set(card.leakage) <= {*CARDS, *OTHERS} - {card.name}
    assert all(0.01 <= share <= 1 for share in card.leakage.values())
    assert "test" in card.counts or not card.leakage


def test_a_url_has_one_digest_and_a_place_of_its_own():
    files = [file for card in CARDS.values() for file in card.files]
    assert len({(file.url, file.digest, file.size) for file in files}) == len({file.url for file in files})
    assert len({(file.url, file.member) for file in files}) == len(files)


def test_every_card_is_documented(root):
    page = (root / "docs" / "data.md").read_text(encoding="utf-8")
    assert [name for name in CARDS if f"`{name}`" not in page] == []


# ------------------------------------------------------------------ the published files


@pytest.fixture(scope="session")
def mirrored(shared_file, tmp_path_factory):
    """The domain of a card, from the mirror."""
    mirror = shared_file("data/mirror/index.json").parent
    room = tmp_path_factory.mktemp("data")

    def build(name: str, **options):
        card = CARDS[name]
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("RELXFER_MIRROR", str(mirror))
            patch.setenv("RELXFER_DATA", str(room))
            files = files_of(card)
        given = load_object(card.options)(**options) if card.options else None
        return load_object(card.load)(given, files)

    return build


@each_card
def test_what_loads_has_the_counts_of_the_card(card, mirrored):
    domain, counts = mirrored(card.name), dict(card.counts)
    if card.options:  # in one test
        counts["test"] += counts.pop("valid")
    found = {"entities": domain.inputs.num_entities, "relations": len(domain.inputs.relations)}
    parts = {"train": domain.train, "valid": domain.val, "test": domain.test}
    found |= {role: len(part) // 2 for role, part in parts.items() if part is not None}
    assert found == counts


@pytest.mark.parametrize("name", ["fb237_v1_ind", "WN18RR_v1_ind"])
def test_graph_and_test_are_those_of_the_official_implementation(name, mirrored, golden):
    ours, theirs = mirrored(name.lower()), golden(name)
    graph, names = ours.inputs, theirs.graph.relations
    assert graph.entities == theirs.graph.entities
    numbers = {relation: names.index(relation) for relation in graph.relations}

    def named(facts: np.ndarray) -> list[list[int]]:
        relations = [numbers[graph.relations[relation]] for relation in facts[:, 1]]
        return np.stack([facts[:, 0], relations, facts[:, 2]], 1).tolist()

    assert named(graph.facts) == theirs.graph.facts.tolist()
    asked = named(facts_of(graph, ours.test))
    assert sorted(asked) == sorted(theirs.arrays["test_triples_htr"][:, [0, 2, 1]].tolist())


def test_a_parent_holds_the_facts_of_its_sample(mirrored):
    def triples(domain, facts):
        graph = domain.inputs
        return {(graph.entities[h], graph.relations[r], graph.entities[t]) for h, r, t in facts.tolist()}

    parent, sample = mirrored("wn18rr"), mirrored("wn18rr_v1_ind")
    known = triples(parent, parent.inputs.facts)
    assert CARDS["wn18rr_v1_ind"].leakage["wn18rr"] == 1
    assert triples(sample, facts_of(sample.inputs, sample.test)) <= known


def test_names_that_look_like_numbers_stay_text(mirrored):
    assert "00260881" in mirrored("wn18rr").inputs.entities


# ------------------------------------------------------------------ loading


def write(folder: Path, **parts: str) -> dict[str, Path]:
    paths = {role: folder / f"{role}.txt" for role in parts}
    for role, path in paths.items():
        path.write_bytes(parts[role].encode())
    return paths


def test_names_repeats_and_order_are_as_published(tmp_path):
    files = write(tmp_path, train="b\tr\ta\r\nb\tr\ta\r\n a \ts\t007", valid="c\tr\tb\n", test="a\tr\tb\n")
    domain = load(None, files)
    graph = domain.inputs
    assert graph.entities == ("b", "a", " a ", "007", "c")
    assert graph.relations == ("r", "s")
    assert graph.facts.tolist() == [[0, 0, 1], [0, 0, 1], [2, 1, 3]]
    assert domain.train.unit_ids().tolist() == [0, 0, 0, 0, 1, 1]
    assert [len(part) for part in (domain.train, domain.val, domain.test)] == [6, 2, 2]
    assert domain.notes == ("3 train, 1 valid, 1 test facts, as published",)


def test_a_fact_and_its_reversal_are_one_unit_of_the_test(tmp_path):
    domain = load(None, write(tmp_path, train="a\tr\tb\n", test="a\ts\tb\nb\ts\ta\nb\tr\ta\n"))
    units = domain.test.unit_ids()[::2]
    kinds = facts_of(domain.inputs, domain.test)[:, 1]
    assert len(np.unique(units[kinds == domain.inputs.relations.index("s")])) == 1
    assert len(np.unique(units)) == 2


def test_facts_to_be_asked_for_lie_by_relation(tmp_path):
    """What a scorer does once for a relation, it does once if its queries lie side by side."""
    domain = load(None, write(tmp_path, train="a\tr\tb\na\ts\tb\n", test="a\ts\ta\nb\tr\tb\nb\ts\tb\nb\tr\ta\n"))
    facts = facts_of(domain.inputs, domain.test)
    assert np.diff(facts[:, 1]).tolist() == [0, 1, 0]
    assert facts[:, [0, 2]].tolist() == [[1, 1], [1, 0], [0, 0], [1, 1]]


def test_a_graph_without_questions_is_a_source(tmp_path):
    domain = load(None, write(tmp_path, train="a\tr\tb\n"))
    assert (domain.val, domain.test) == (None, None)


def test_validation_comes_first_in_a_merged_test(tmp_path):
    files = write(tmp_path, train="a\tr\tb\n", valid="c\tr\ta\n", test="d\tr\ta\n")
    merged, apart = (load_merged(MergedOptions(merge_valid=yes), files) for yes in (True, False))
    assert merged.val is None
    assert merged.notes == ("1 train, 2 test facts, the published validation and test facts in one test",)
    assert facts_of(merged.inputs, merged.test).tolist() == [[2, 0, 0], [3, 0, 0]]
    assert facts_of(apart.inputs, apart.val).tolist() == [[2, 0, 0]]
    assert facts_of(apart.inputs, apart.test).tolist() == [[3, 0, 0]]
    assert merged.inputs.sha == apart.inputs.sha


def test_the_filter_holds_the_answers_of_all_parts(tmp_path):
    domain = load(None, write(tmp_path, train="a\tr\tb\n", valid="a\tr\tc\n", test="a\tr\td\n"))
    known = {answer for part in domain.known() for answer in part.answers[(part.queries == [0, 0]).all(1)].tolist()}
    assert {domain.inputs.entities[answer] for answer in known} == {"b", "c", "d"}


@pytest.mark.parametrize("text", ["a\tr\n", "a r b\n", "a\tr\tb\n\na\tr\tb\n", "a\tr\tb\tc\n", "", "\n"])
def test_a_line_that_is_no_fact_is_named(text, tmp_path):
    (path,) = write(tmp_path, train=text).values()
    with pytest.raises(DataError, match=r"train\.txt:\d: expected head, relation and tail between tabs"):
        read_facts(path)


def test_what_is_no_text_is_told(tmp_path):
    (tmp_path / "train.txt").write_bytes(b"a\tr\t\xff\n")
    with pytest.raises(DataError, match="expected a text in UTF-8"):
        read_facts(tmp_path / "train.txt")
