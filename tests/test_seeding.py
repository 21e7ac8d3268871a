"""Random numbers are pure functions of a seed and a place."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import torch

from relxfer.seeding import derive, generator, seed_torch, torch_kept


def test_a_place_has_one_seed_in_every_process():
    code = "from relxfer.seeding import derive; print(derive(3, 'fit-0', 'step', 7))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) == derive(3, "fit-0", "step", 7) < 2**63


def test_places_do_not_run_into_one_another():
    places = [(1, "a"), ("1a",), (1, "a", 0), (1, "a", "0", ""), ("1", "b")]
    assert len({derive(*place) for place in places}) == len(places)


def test_a_generator_does_not_depend_on_what_was_drawn_before():
    first = generator(0, "order").permutation(10)
    np.random.seed(1)
    generator(0, "other").random()
    assert np.array_equal(generator(0, "order").permutation(10), first)


def test_torch_draws_what_manual_seed_would_give():
    seed_torch(0, "fit-0", 3)
    found = torch.rand(3)
    torch.manual_seed(derive(0, "fit-0", 3))
    assert torch.equal(found, torch.rand(3))


def test_torch_draws_after_a_block_as_without_it():
    seed_torch(0)
    expected = torch.rand(3)
    seed_torch(0)
    with torch_kept():
        torch.rand(5)
    assert torch.equal(torch.rand(3), expected)
