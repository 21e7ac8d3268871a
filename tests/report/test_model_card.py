"""The model card: its head is for the hub, and nothing in it is markup that a name brings."""

from __future__ import annotations

import pytest

from relxfer.report.model_card import Published, card

pytestmark = pytest.mark.extra


@pytest.fixture(autouse=True)
def _library():
    pytest.importorskip("huggingface_hub", reason="the extra hub is not installed")


def made(**changes):
    licences = {"facts": "CC0-1.0"}
    return card(
        Published(**{"address": "hf://me/mine", "described": "finetune", "licences": licences, **changes}), None
    )


def test_it_says_where_it_is_and_how_to_use_it():
    text = made(data=True)
    assert text.startswith("---\n")
    assert "# mine\n" in text
    assert "relxfer predict hf://me/mine --queries FILE" in text
    assert "hold the data that the models need" in text
    assert "no test judged them" in text


def test_licences_are_told_and_one_that_all_share_stands_in_the_head():
    assert "license_name: CC0-1.0" in made()
    mixed = made(licences={"facts": "CC0-1.0", "weights of base": ""})
    assert "license: unknown" in mixed
    assert "- weights of base: not known" in mixed


def test_names_are_no_markup():
    text = made(described="<script>x</script> | **b**", licences={"[a](http://b)": "x|y"})
    assert "<script>" not in text
    assert "[a](http" not in text
