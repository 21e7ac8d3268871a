"""Names of blank nodes: the same for the same facts, whatever their order and labels."""

import random

from relxfer_kg.files.formats.blank_nodes import named

#: Two addresses that differ two steps away from a name, and a list of three.
FACTS = [
    ("Ada", "at", "_:1"), ("_:1", "in", "_:2"), ("_:2", "of", "Italy"),
    ("Ada", "at", "_:3"), ("_:3", "in", "_:4"), ("_:4", "of", "France"),
    ("Bob", "likes", "_:5"), ("_:5", "first", "x"), ("_:5", "rest", "_:6"),
    ("_:6", "first", "x"), ("_:6", "rest", "_:7"), ("_:7", "first", "x"), ("_:7", "rest", "nil"),
]  # fmt: skip


def nodes(facts):
    return list(dict.fromkeys(name for fact in facts for name in fact if name.startswith("_:")))


def relabelled(seed):
    labels = {name: f"_:{seed}x{random.Random(seed).random()}{name[2:]}" for name in nodes(FACTS)}
    facts = [tuple(labels.get(name, name) for name in fact) for fact in FACTS]
    return random.Random(seed).sample(facts, len(facts)), labels


def test_names_depend_on_the_facts_alone():
    expected = named(nodes(FACTS), FACTS)
    assert len(set(expected.values())) == 7
    for seed in range(3):
        facts, labels = relabelled(seed)
        found = named(nodes(facts), facts)
        assert {name: found[label] for name, label in labels.items()} == expected


def test_nodes_that_cannot_be_told_apart_are_numbered():
    names = named(["_:a", "_:b"], [("Ada", "at", "_:a"), ("Ada", "at", "_:b")])
    first, second = names.values()
    assert (first[:-2], first[-2:], second[-2:]) == (second[:-2], "-1", "-2")


def test_long_chains_end():
    facts = [(f"_:{i}", "next", f"_:{i + 1}") for i in range(300)]
    assert len(set(named(nodes(facts), facts).values())) == 301
