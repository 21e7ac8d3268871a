"""What executors are given: a stream that may say that nothing starts at present."""

from __future__ import annotations

from relxfer.contract.executors import batches


def test_batches_end_where_nothing_starts_at_present_and_are_never_empty():
    stream = iter([None, 1, 2, None, None, 3])
    assert list(batches(stream)) == [[1, 2], [3]]
    assert list(batches(iter([None]))) == []


def test_a_batch_comes_before_the_stream_is_asked_again():
    asked = []

    def stream():
        for item in (1, None, 2):
            asked.append(item)
            yield item

    batch = next(batches(stream()))
    assert (batch, asked) == ([1], [1, None])
