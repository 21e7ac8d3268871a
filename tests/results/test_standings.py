"""Standings as JSON."""

from __future__ import annotations

import json

from relxfer.judge.records import Interval
from relxfer.results.standings import Overlapping, Standing, SuiteStandings


def test_as_json():
    line = Standing(source="a", target="b", seen=Overlapping("unknown"), metrics={"mrr": Interval(0.4, 0.3, 0.5, 1, 9)})
    found = SuiteStandings(suite="s", folder="f", strategy="x", metrics=("mrr",), rank_rule=None, item="facts", seen={},
                           targets=(line,), averages=(), field=(), sources={}, protocols={})  # fmt: skip
    card = json.loads(json.dumps(found.card()))
    assert card["targets"][0]["metrics"]["mrr"] == {"estimate": 0.4, "low": 0.3, "high": 0.5, "seeds": 1, "units": 9}
    assert card["targets"][0]["seen"] == {"mark": "unknown", "parent": "", "source": ""}
    assert (card["suite"], card["rank_rule"], card["averages"]) == ("s", None, [])
