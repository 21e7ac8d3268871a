"""A plot within a page: its colours, its ids, no trace of matplotlib's document."""

from __future__ import annotations

import re

import pytest

from relxfer.report.html import svg
from relxfer.report.plots import canvas


@pytest.fixture
def figure():
    pytest.importorskip("matplotlib")

    @canvas.styled
    def made():
        figure, (panel,) = canvas.panels(1, 2.0)
        panel.plot([0, 1], [0, 1.23456789], color=canvas.COLOURS[1], marker="o", label="a <b> & \x07 #0072b2")
        panel.fill_between([0, 1], [0, 1], color=canvas.COLOURS[0])
        panel.legend()
        return figure

    return made()


def test_colours_are_those_of_the_page(figure):
    made = svg.inlined(figure, "k", "title", "words")
    assert "var(--c1)" in made
    assert "currentColor" in made
    assert not re.search(r"(fill|stroke): #(0072b2|d55e00|000000)", made)
    assert "#0072b2" in made  # in a name, it is no colour


def test_texts_are_texts_and_ids_are_its_own(figure):
    made = svg.inlined(figure, "k", "a < b", "words")
    assert "&lt;b&gt; &amp; " in made
    assert '<title id="k-title">a &lt; b</title><desc id="k-desc">words</desc>' in made
    ids = re.findall(r' id="([^"]+)"', made)
    assert all(each.startswith("k-") for each in ids)
    assert set(re.findall(r'href="#([^"]+)"', made)) | set(re.findall(r"url\(#([^)]+)\)", made)) <= set(ids)


def test_what_a_page_does_not_need_is_left_out(figure):
    made = svg.inlined(figure, "k", "t", "w")
    assert not re.search("xmlns|<metadata|<style|<!DOCTYPE|font-family|[0-9]\\.[0-9]{3}", made)
    assert 'style="max-width:5.20in"' in made
    assert len(made.encode()) < svg.LARGEST


def test_the_same_plot_gives_the_same_text(figure):
    assert svg.inlined(figure, "k", "t", "w") == svg.inlined(figure, "k", "t", "w")
