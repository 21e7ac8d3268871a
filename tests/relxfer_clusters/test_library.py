"""Without its library an executor says what to install."""

from __future__ import annotations

import json
import sys

import pytest
from relxfer_clusters import library, options

from relxfer.errors import NotInstalled


def test_what_is_there_is_imported():
    assert library.library("json", "ray") is json


def test_what_is_not_there_is_told_in_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "submitit", None)
    from relxfer_clusters.slurm_arrays import Slurm

    told = r"expected submitit for the executor slurm, got none; pip install 'relxfer\[slurm\]', or use"
    with pytest.raises(NotInstalled, match=told):
        Slurm(options.SlurmOptions())
