"""Messages through a pipe."""

from __future__ import annotations

import os

import pytest

from relxfer.execute.workers import pipes


def test_messages_arrive_whole_and_in_order():
    reading, writing = (os.fdopen(descriptor, mode) for descriptor, mode in zip(os.pipe(), ("rb", "wb"), strict=True))
    sent = [b"", b"x", os.urandom(5000)]
    with reading, writing:
        for message in sent:
            pipes.send(writing, message)
        assert [pipes.receive(reading) for _ in sent] == sent
        writing.close()
        with pytest.raises(EOFError):
            pipes.receive(reading)


def test_a_message_that_breaks_off_is_the_end(tmp_path):
    path = tmp_path / "pipe"
    with path.open("wb") as stream:
        pipes.send(stream, b"a whole message")
    path.write_bytes(path.read_bytes()[:-1])
    with path.open("rb") as stream, pytest.raises(EOFError):
        pipes.receive(stream)
