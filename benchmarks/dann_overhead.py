"""CPU time of a plain DANN epoch through the engine's trainer, against the same loop written by hand.

    python benchmarks/dann_overhead.py [--steps 60] [--rounds 5]

Both sides take the same steps on the same LeNet, in one process and in turns: batches of source and target, one forward
each, binary cross-entropy through a reversed gradient, Adam. The ratio is of the medians. The exit code is 1 if it is
above 1.25.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from relxfer_strategies.adapting.dann import DANN, DANNOptions
from relxfer_vision.adapter import ImageAdapter
from relxfer_vision.architectures.lenet import LeNetOptions, lenet
from relxfer_vision.domain import image_domain
from relxfer_vision.options import ImageOptions
from relxfer_vision.pictures.images import ArrayImages
from torch import nn

from relxfer.authoring.adversary import new_discriminator, ramp, reverse
from relxfer.contract.data import Domain
from relxfer.contract.options import TrainingOptions
from relxfer.contract.strategies import Cell
from relxfer.train.trainer import PhaseTrainer

MOST = 1.25
BATCH, LR, ROWS, CLASSES = 64, 1e-3, 20_000, tuple("0123456789")


def domain(name: str) -> Domain:
    """Noise of MNIST's shape: what is in the pictures costs nothing."""
    rng = np.random.default_rng(len(name))
    rows = np.arange(ROWS)
    pixels = rng.integers(0, 256, (ROWS, 28, 28), dtype=np.uint8)
    return image_domain(name, ArrayImages.of(pixels), CLASSES, (rows, rng.integers(0, 10, ROWS)), None)


def through_the_engine(source: Domain, target: Domain, steps: int) -> Callable[[], None]:
    def run() -> None:
        learner = ImageAdapter(ImageOptions()).attach(lenet(LeNetOptions()), target, (source,))
        options = TrainingOptions(steps=steps, batch_size=BATCH, optimizer="adam", lr=LR, validations=0)
        with tempfile.TemporaryDirectory() as folder:
            trainer = PhaseTrainer(options, Path(folder), seed=0)
            DANN(DANNOptions()).transfer(Cell(learner, trainer, target, (source,)))

    return run


def by_hand(source: Domain, target: Domain, steps: int) -> Callable[[], None]:
    """As a script would do it: tensors in memory, indices of a permutation, one optimiser."""
    tensors = [torch.from_numpy(d.inputs.pixels) for d in (source, target)]
    assert source.train is not None
    labels = torch.from_numpy(np.asarray(source.train.answers))

    def batch(pixels: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        return (pixels[rows].float() / 255 - 0.5).div(0.5).permute(0, 3, 1, 2)  # channels last, as the engine has them

    def run() -> None:
        torch.manual_seed(0)
        network: Any = lenet(LeNetOptions()).network
        network.head = network.new_head(len(CLASSES))
        judge = new_discriminator(network.width, DANNOptions().discriminator_width)
        optimiser = torch.optim.Adam(nn.ModuleList([network, judge]).parameters(), lr=LR)
        orders = [torch.randperm(ROWS) for _ in tensors]
        domains = torch.cat([torch.ones(BATCH), torch.zeros(BATCH)])
        network.train()
        for step in range(steps):
            rows = [order[step * BATCH % (ROWS - BATCH) :][:BATCH] for order in orders]
            features = [network.embed(batch(pixels, each)) for pixels, each in zip(tensors, rows, strict=True)]
            task = F.cross_entropy(network.head(features[0]), labels[rows[0]])
            logits = judge(reverse(torch.cat(features), ramp(step / steps)))[:, 0]
            optimiser.zero_grad()
            (task + F.binary_cross_entropy_with_logits(logits, domains)).backward()
            optimiser.step()

    return run


def seconds(run: Callable[[], None]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    source, target = domain("source"), domain("the target")
    sides = {"engine": through_the_engine(source, target, asked.steps), "by hand": by_hand(source, target, asked.steps)}
    for run in sides.values():
        run()  # what is loaded and prepared once does not count
    times: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(asked.rounds):
        for name, run in sides.items():
            times[name].append(seconds(run))
    medians = {name: statistics.median(found) for name, found in times.items()}
    for name, median in medians.items():
        print(f"{name:8}  {1000 * median / asked.steps:6.1f} ms CPU a step (of {asked.rounds} rounds)")
    ratio = medians["engine"] / medians["by hand"]
    print(f"ratio     {ratio:6.2f}, at most {MOST}")
    return int(ratio > MOST)


if __name__ == "__main__":
    raise SystemExit(main())
