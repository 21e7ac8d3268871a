"""Errors of the hub are told as what to do."""

from __future__ import annotations

import sys

import pytest

from relxfer.errors import DataError, UsageError
from relxfer.store.hub import client
from relxfer.store.hub.address import Address

MINE = Address.of("hf://me/mine")


def failing(error):
    def call():
        raise error

    return call


def test_without_the_library_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(UsageError, match=r"pip install 'relxfer\[hub\]'"):
        client.library()


@pytest.mark.extra
@pytest.mark.parametrize(
    ("error", "kind", "told"),
    [
        (TimeoutError(), client.Unreachable, "the hub does not answer (TimeoutError); try again later"),
        (OSError("no space\nmore"), DataError, "no space; try again"),
    ],
)
def test_an_error_is_one_sentence(error, kind, told):
    pytest.importorskip("huggingface_hub", reason="the extra hub is not installed")
    with pytest.raises(kind) as caught:
        client.asked(failing(error), MINE, "read", (0.0,))
    assert str(caught.value) == f"Cannot read hf://me/mine: {told}."


@pytest.mark.extra
def test_errors_of_ours_stay_as_they_are():
    pytest.importorskip("huggingface_hub", reason="the extra hub is not installed")
    with pytest.raises(KeyError):
        client.asked(failing(KeyError("mine")), MINE, "read")
