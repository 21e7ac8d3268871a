"""What the card of a model may say, and what it cannot make happen."""

from __future__ import annotations

from pathlib import Path

import pytest

from relxfer.declare.experiment import Chosen
from relxfer.errors import UnfitArtefact
from relxfer.execute import cards
from relxfer.plugins.finder import Plugins

HERE = Path("model.safetensors")
CLASSES = {"kind": "classification", "open": False, "answers": ["a", "b"]}


@pytest.fixture(scope="module")
def plugins():
    return Plugins.load(third_party=False)


def card(**changes):
    return {"model": {"use": "lenet", "width": 8}, "tasks": [CLASSES], "card": {"classes": 2}, **changes}


def read(plugins, own=(), instead=None, **changes):
    part, tasks = cards.read(card(**changes), {}, HERE, plugins, own, instead)
    return part.model, tasks, part.card


def chosen(plugins, name, **options):
    offer = plugins.find("source model", name)
    from relxfer.declare.resolve import options_model

    return Chosen(offer, options_model(offer)(**options))


def test_what_was_written_is_read(plugins):
    model = chosen(plugins, "lenet", width=5)
    found, tasks, inner = read(plugins, **cards.of(model))
    assert (found.name, found.options.width) == ("lenet", 5)
    assert [task.answers for task in tasks] == [("a", "b")]
    assert inner == {"classes": 2}


def nested(levels):
    return {} if not levels else {"deeper": nested(levels - 1)}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"card": nested(40)}, "a card of at most 32 levels, got one nested deeper"),
        ({"card": [1]}, "the card of the model itself as a table"),
        ({"model": "lenet"}, r'a model as a table with use = "\.\.\."'),
        ({"model": {"use": "le-net"}}, "a model that an installed plugin offers, got another"),
        ({"model": {"use": "lenet", "width": "wide"}}, "a card that fits the model 'lenet', got width: "),
        ({"model": {"use": "lenet", "depth": 3}}, "a card that fits the model 'lenet', got depth: "),
        ({"tasks": {}}, "a list of at most 1,000 tasks"),
        ({"tasks": [CLASSES] * 1001}, "a list of at most 1,000 tasks, got 1,001"),
        ({"tasks": ["classification"]}, "a task with a kind and answers by name"),
        ({"tasks": [{"kind": "classification", "answers": [1]}]}, "a task with a kind and answers by name"),
        ({"tasks": [CLASSES | {"answers": ["a"] * 100_001}]}, "at most 100,000 answers of a task, got 100,001"),
    ],
    ids=lambda value: None if isinstance(value, dict) else value[:30],
)
def test_what_is_no_card_is_told_with_its_file(plugins, changes, told):
    with pytest.raises(UnfitArtefact, match=rf"model\.safetensors: expected .*{told}"):
        read(plugins, **changes)


def test_an_open_task_keeps_no_answers(plugins):
    _, (task,), _ = read(plugins, tasks=[{"kind": "ranking", "open": True}])
    assert (task.open, task.answers) == (True, ())


def test_the_model_of_the_configuration_can_take_the_place_of_one_of_its_name(plugins):
    mine = chosen(plugins, "lenet", width=16)
    assert read(plugins, instead=mine)[0] is mine
    assert read(plugins, instead=chosen(plugins, "pixels"))[0].options.width == 8


def test_an_import_path_stands_in_no_card_and_comes_from_the_users_own_configuration(plugins):
    mine = chosen(plugins, "module", import_path="torchvision.models:alexnet", kwargs={"dropout": 0.25})
    told = cards.of(mine)
    assert "alexnet" not in str(told)
    assert "dropout" not in str(told)
    assert read(plugins, own=[mine], **told)[0] is mine
    with pytest.raises(UnfitArtefact, match="because a checkpoint does not store its import path; got none"):
        read(plugins, **told)
