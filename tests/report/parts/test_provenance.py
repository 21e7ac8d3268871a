"""Machine, licences, and the configuration that reproduces a run."""

from __future__ import annotations

from dataclasses import replace

from relxfer.report.parts import provenance


def test_machine_licences_and_configuration(subject, told):
    text = told(provenance.part(subject))
    assert "command | relxfer run 'my file.toml'" in text
    assert "torch | not installed" in text
    assert "data set geo-us | CC0" in text
    assert 'name = "x"' in text
    assert "not locked" in text


def test_weights_that_were_given_are_named(subject, detailed, told):
    sources = {"world": replace(detailed.sources["world"], path="weights.pth")}
    given = replace(subject, results=replace(detailed, sources=sources), toml="", licences={})
    text = told(provenance.part(given))
    assert "weights of the source world | see who published weights.pth" in text
    assert "config.toml" not in text
