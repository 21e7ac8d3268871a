"""What plugins offer, in lists and in full, as text and as JSON."""

from __future__ import annotations

import json

import pytest
from pydantic import PositiveInt

from relxfer import TransferStrategy, UnknownName
from relxfer.contract.hooks import hookimpl
from relxfer.contract.options import Options
from relxfer.plugins.finder import Plugins
from relxfer.report import offers


class MineOptions(Options):
    """Options of `mine`."""

    width: PositiveInt = 3
    """How wide
    it is."""
    name_of: str


class More(MineOptions):
    width: PositiveInt = 4
    """How wide it really is."""


class Plugin:
    relxfer_api_version = 2

    @hookimpl
    def relxfer_transfer_strategies(self):
        return [
            TransferStrategy(
                name="mine", load="m:f", options=f"{__name__}:More", needs=("gradients",), summary="a [b]"
            ),
            TransferStrategy(name="lost", load="m:f", options=f"{__name__}:Plugin"),
        ]


@pytest.fixture
def plugins() -> Plugins:
    made = Plugins.load(third_party=False)
    made.register(Plugin(), "mine")
    return made


def test_an_offer_in_full(plugins, shown):
    (offer,) = offers.describe(plugins, "mine")
    assert offer.details["needs"] == ("gradients",)
    assert [(option.name, option.default, option.required, option.meaning) for option in offer.options] == [
        ("width", 4, False, "How wide it really is."),
        ("name_of", None, True, ""),
    ]
    text = shown(offers.render([offer]))
    assert "strategy mine\n  summary: a [b]" in text
    assert "(needed)" in text
    json.dumps(offer.card())


def test_options_that_cannot_be_told_are_a_problem_of_the_offer(plugins, shown):
    (offer,) = offers.describe(plugins, "lost")
    assert (offer.options, "expected the options of the strategy 'lost'" in offer.problem) == ((), True)
    assert offer.card()["problem"] == offer.problem
    assert "  problem: expected the options" in shown(offers.render([offer]))


def test_a_name_of_several_kinds_is_told_of_each(plugins):
    with pytest.raises(UnknownName, match="no offer is called 'fintune': did you mean 'finetune'"):
        offers.describe(plugins, "fintune")


def test_the_list_has_every_plugin_and_the_broken_ones(plugins, shown):
    class Broken:
        relxfer_api_version = 99

    plugins.register(Broken(), "too-new")
    found = offers.listing(plugins)
    assert [plugin.plugin for plugin in found.plugins][-1] == "mine"
    assert [broken.name for broken in found.broken] == ["too-new"]
    text = shown(offers.render_all(found))
    assert "options: width, name_of" in text
    assert "broken: too-new of" in text
    card = found.card()
    json.dumps(card)
    assert card["plugins"][-1]["offers"][0]["name"] == "mine"
