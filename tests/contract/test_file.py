"""Files of data sets: how surely their content is known again."""

from __future__ import annotations

import pytest

from relxfer.contract.file import File


@pytest.mark.parametrize(
    ("digest", "checked"),
    [
        (None, "unverified"),
        ("md5:" + "0" * 32, "weak"),
        ("sha256:" + "0" * 8, "weak"),
        ("sha256:" + "0" * 64, "sha256"),
        ("gz-sha256:" + "0" * 64, "sha256"),
    ],
)
def test_how_surely_a_file_is_known_again(digest, checked):
    assert File("train", "https://example.org/a", digest).checked == checked


@pytest.mark.parametrize("digest", ["0123", "sha256:" + "0" * 63, "md5:" + "g" * 32, "sha1:" + "0" * 40])
def test_a_digest_that_is_none(digest):
    with pytest.raises(ValueError, match="train: expected a digest like"):
        File("train", "https://example.org/a", digest)
