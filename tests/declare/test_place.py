"""A saved configuration that is moved together with its data."""

from __future__ import annotations

import pytest

from relxfer.declare import place


def test_it_knows_where_it_was_written(tmp_path):
    before, now = tmp_path / 'be"fore', tmp_path / "now"
    before.mkdir()
    config = before / "config.toml"
    config.write_text(place.line(before) + 'name = "x"\n')
    assert place.before(config) is None, "it was not moved"
    before.rename(now)
    assert place.before(now / "config.toml") == str(tmp_path / 'be"fore')


@pytest.mark.parametrize("text", ["", 'name = "x"\n', "# written in nowhere\n", "# written in 3\n", '# written in "x"'])
def test_another_file_was_written_nowhere(tmp_path, text):
    (tmp_path / "mine.toml").write_text(text)
    assert place.before(tmp_path / "mine.toml") is None
    assert place.before(tmp_path / "none.toml") is None
