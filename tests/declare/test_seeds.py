"""How seeds are written: a number, a list, or a table that says how many at most."""

from __future__ import annotations

import pytest

from relxfer.declare import resolve

RUN = "[target]\ndataset = 'geo-us'\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("seeds = {max = 2, stop = 'decided'}", "seeds.max: expected a whole number from 3 to 100"),
        ("seeds = {max = 101, stop = 'decided'}", "seeds.max: expected a whole number from 3 to 100"),
        ("seeds = {max = true, stop = 'decided'}", "seeds.max: expected a whole number from 3 to 100"),
        ("seeds = {max = '20', stop = 'decided'}", "fewer seeds than 3 nothing can be decided (got '20')"),
        ("seeds = {max = 20, stop = 'never'}", "seeds.stop: expected 'decided' (got 'never')"),
        ("seeds = {max = 20}", "seeds.stop: this key is needed"),
        ("seeds = {stop = 'decided'}", "seeds.max: this key is needed"),
        ("seeds = {max = 20, stop = 'decided', from = 3}", "seeds.from: unknown key"),
        ("seeds = true", "seeds: expected a number of seeds from 1 to 10,000, or a list of them (got true)"),
        ("seeds = [2, 2]", "seeds: expected distinct seeds, got 2 more than once"),
        ("seeds = []", "seeds: expected at least 1 items"),
        ("source = {datasets = ['geo-world'], seeds = {max = 9, stop = 'decided'}}",
         "source[0].seeds: expected a number of seeds from 1 to 10,000, or a list of them"),
    ],
)  # fmt: skip
def test_mistakes_are_told_in_plain_words(text, expected, problems):
    (found,) = problems(f"{text}\n{RUN}")
    assert expected in found


def test_a_table_plans_every_seed_there_may_be(good, plugins, tmp_path):
    path = tmp_path / "run.toml"
    path.write_text(good)
    config = resolve.load(path, plugins, ["seeds={max = 20, stop = 'decided'}"]).config
    assert config.planned_seeds == tuple(range(20))
    assert resolve.load(path, plugins, ["seeds=[4, 2]"]).config.planned_seeds == (4, 2)
    assert resolve.load(path, plugins).config.planned_seeds == (0, 1, 2)


def test_the_most_seeds_count_for_the_size_of_a_plan(good, problems):
    budgets = "target.label_budgets=[" + ", ".join(map(str, range(1, 400))) + "]"
    (found,) = problems(good, "seeds={max = 100, stop = 'decided'}", budgets)
    assert "expected at most 100,000 cells, got " in found
