"""Machine, licences, and the configuration that reproduces a run."""

from __future__ import annotations

from dataclasses import replace

from relxfer.report.parts import provenance


def test_machine_licences_and_configuration(subject, told):
    text = told(provenance.part(subject))
    assert "command | relxfer run 'my file.toml'" in text
    assert "torch | not installed" in text
    assert "data set geo-us | us | CC0 | Nobody 2020" in text
    assert 'name = "x"' in text


def test_without_a_configuration_there_is_none_to_copy(subject, detailed, told):
    bare = replace(subject, results=replace(detailed, licences=()), toml="")
    text = told(provenance.part(bare))
    assert "config.toml" not in text
    assert "Licences" not in text
