"""CPU time of fine-tuning SqueezeNet at 224 pixels beside a plain PyTorch loop, and of 20 draws of labels beside one.

    python benchmarks/cnn_speed.py [--rounds 5] [--steps 6] [--batch 16] [--threads 1] [--pictures 1000] [--json FILE]

Finetune: the plain loop has the allocator as it comes and tensors with channels first; batch, optimiser, learning rate
and augmentation are the same on both sides, and both have their pictures decoded in memory. The engine's side is the
strategy `finetune` under the trainer, with what the adapter asks of the allocator. Each side of each round is a process
of its own, in turns, because the allocator is the process's; user and system time are those of the steps alone, after
two that do not count, and peak memory is that of the process.

Draws: whole runs of `feature-extraction`, of one and of 20 seeds with 50 labels and all, on pictures that are split in
half; each run is a process, and begins with no features on disk. A head takes ten steps: what is measured is what the
frozen network costs, not its heads.

Weights are random: they do not change what is computed, only its values.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

MOST_OF_A_STEP, MOST_OF_DRAWS = 0.65, 1.2
SIZE, SHORTER, LR, WARM, DRAWS = 224, 256, 1e-4, 2, 20
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def pixels(count: int) -> np.ndarray:
    """uint8 [n, 256, 256, 3]: pictures as they are once they are decoded and resized. Noise costs what others cost."""
    return np.random.default_rng(0).integers(0, 256, (count, SHORTER, SHORTER, 3), dtype=np.uint8)


# ------------------------------------------------------------------ one side, in its process


def plain(batch: int) -> Callable[[int], None]:
    """As a script does it: crop and flip each picture, stack, normalise, one optimiser; channels first."""
    import torch
    import torch.nn.functional as F

    pictures = torch.from_numpy(pixels(4 * batch)).permute(0, 3, 1, 2).contiguous()
    labels = torch.arange(len(pictures)) % 2
    network = torchvisions()
    optimiser = torch.optim.AdamW(network.parameters(), lr=LR, weight_decay=0.0)
    mean, std = (torch.tensor(values)[:, None, None] for values in (MEAN, STD))

    def varied(picture: torch.Tensor) -> torch.Tensor:
        top, left = torch.randint(0, SHORTER - SIZE + 1, (2,)).tolist()
        cut = picture[:, top : top + SIZE, left : left + SIZE]
        cut = cut.flip(2) if torch.rand(()) < 0.5 else cut
        return (cut.float() / 255 - mean) / std

    def run(steps: int) -> None:
        network.train()
        for _ in range(steps):
            rows = torch.randperm(len(pictures))[:batch]
            loss = F.cross_entropy(network(torch.stack([varied(pictures[row]) for row in rows])), labels[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()

    return run


def torchvisions() -> Any:
    """SqueezeNet 1.0 for two classes as torchvision builds it, under a linear head."""
    import torch
    from torch import nn

    class Fire(nn.Module):
        def __init__(self, inputs: int, squeezed: int, expanded: int):
            super().__init__()
            self.squeeze = nn.Sequential(nn.Conv2d(inputs, squeezed, 1), nn.ReLU(inplace=True))
            self.expand1x1 = nn.Sequential(nn.Conv2d(squeezed, expanded, 1), nn.ReLU(inplace=True))
            self.expand3x3 = nn.Sequential(nn.Conv2d(squeezed, expanded, 3, padding=1), nn.ReLU(inplace=True))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = self.squeeze(x)
            return torch.cat([self.expand1x1(x), self.expand3x3(x)], 1)

    pool = nn.MaxPool2d(3, stride=2, ceil_mode=True)
    return nn.Sequential(
        nn.Conv2d(3, 96, 7, stride=2), nn.ReLU(inplace=True), pool,
        Fire(96, 16, 64), Fire(128, 16, 64), Fire(128, 32, 128), pool,
        Fire(256, 32, 128), Fire(256, 48, 192), Fire(384, 48, 192), Fire(384, 64, 256), pool,
        Fire(512, 64, 256), nn.Dropout(0.5), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 2),
    )  # fmt: skip


def engine(batch: int) -> Callable[[int], None]:
    """The strategy under the trainer, as the engine runs a cell."""
    from relxfer_strategies.tuning.finetune import Finetune, FinetuneOptions
    from relxfer_vision import relxfer_target_adapters
    from relxfer_vision.adapter import ImageAdapter
    from relxfer_vision.architectures.squeezenet import squeezenet
    from relxfer_vision.domain import image_domain
    from relxfer_vision.options import ImageOptions
    from relxfer_vision.pictures.images import ArrayImages

    from relxfer.contract.options import TrainingOptions
    from relxfer.contract.strategies import Cell
    from relxfer.train import memory
    from relxfer.train.trainer import PhaseTrainer

    rows = np.arange(4 * batch)
    target = image_domain("noise", ArrayImages.of(pixels(4 * batch)), ("a", "b"), (rows, rows % 2), None)
    adapter = ImageAdapter(ImageOptions(augment=("shift", "flip")))
    learner = adapter.attach(squeezenet(None), target, ())
    memory.tell(relxfer_target_adapters()[0].large_blocks)

    def run(steps: int) -> None:
        options = TrainingOptions(steps=steps, batch_size=batch, lr=LR, validations=0)
        with tempfile.TemporaryDirectory() as folder:
            cell = Cell(learner, PhaseTrainer(options, Path(folder), seed=0), target)
            Finetune(FinetuneOptions(lr_factor=1.0)).transfer(cell)

    return run


SIDES = {"plain": plain, "engine": engine}


def one_side(asked: argparse.Namespace) -> dict[str, float]:
    """User and system milliseconds a picture, and peak memory in MB."""
    import torch

    torch.set_num_threads(asked.threads)
    torch.manual_seed(0)
    run = SIDES[asked.side](asked.batch)
    run(WARM)
    before = resource.getrusage(resource.RUSAGE_SELF)
    run(asked.steps)
    after = resource.getrusage(resource.RUSAGE_SELF)
    each = 1e3 / asked.steps / asked.batch
    user, system = after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime
    return {"user": each * user, "system": each * system, "peak_mb": after.ru_maxrss / 1024}


# ------------------------------------------------------------------ many draws of labels, in whole runs


def prepared(folder: Path, count: int) -> None:
    """A network with random weights and pictures of noise, of two classes."""
    import torch
    from relxfer_vision.architectures.squeezenet import squeezenet
    from safetensors.numpy import save_file

    torch.manual_seed(0)
    thousand = {"answers": [str(i) for i in range(1000)]}
    save_file(squeezenet(None, None, thousand).state()[0], folder / "squeezenet.safetensors")
    np.savez(folder / "pictures.npz", images=pixels(count)[:, :SIZE, :SIZE], labels=np.arange(count) % 2)


def draws(folder: Path, seeds: int, threads: int) -> float:
    """CPU seconds of a run, its start included; no features are on disk before."""
    config = {
        "seeds": seeds,
        "threads": threads,
        "device": "cpu",
        "source": {"model": "squeezenet1_0", "checkpoint": str(folder / "squeezenet.safetensors")},
        "target": {
            "dataset": {"use": "image-files", "path": str(folder / "pictures.npz"), "test_fraction": 0.5},
            "adapter": {"use": "images", "size": SIZE, "resize": "stretch"},
            "label_budgets": [50, "all"],
        },
        "training": {"steps": 10, "validations": 1},
        "strategy": ["feature-extraction"],
        "report": {"baselines": False},
    }
    (folder / f"{seeds}.json").write_text(json.dumps(config), encoding="utf-8")
    environment = os.environ | {"RELXFER_FEATURES": str(folder / f"features-{seeds}")}
    command = [sys.executable, "-c", RUN, str(folder / f"{seeds}.json"), str(folder / f"run-{seeds}")]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


RUN = """
import json, sys, relxfer
cells = relxfer.run(json.load(open(sys.argv[1])), sys.argv[2]).cells
assert cells and all(cell.status == "done" for cell in cells), cells
"""


def of_draws(asked: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        prepared(Path(name), asked.pictures)
        one, many = (draws(Path(name), seeds, asked.threads) for seeds in (1, DRAWS))
    return {"pictures": asked.pictures, "draws": DRAWS, "one": one, "many": many, "ratio": many / one}


# ------------------------------------------------------------------ the report


def compared(asked: argparse.Namespace) -> dict[str, Any]:
    """Both sides in turns, in processes."""
    found: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
    numbers = [f"--{name}={getattr(asked, name)}" for name in ("steps", "batch", "threads")]
    for _ in range(asked.rounds):
        for side in SIDES:
            command = [sys.executable, __file__, "--side", side, *numbers]
            ended = subprocess.run(command, check=True, stdout=subprocess.PIPE)
            found[side].append(json.loads(ended.stdout))
    both = zip(found["engine"], found["plain"], strict=True)
    return {"sides": found, "ratio": spread([cpu(ours) / cpu(theirs) for ours, theirs in both])}


def cpu(row: dict[str, float]) -> float:
    return row["user"] + row["system"]


def spread(values: list[float]) -> dict[str, float]:
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


def show(found: dict[str, Any]) -> None:
    for side, rows in found["finetune"]["sides"].items():
        user, system, peak = (statistics.median(row[key] for row in rows) for key in ("user", "system", "peak_mb"))
        print(f"{side:7} {user:6.1f} ms user, {system:5.1f} ms system a picture; peak {peak:,.0f} MB")
    told = "{min:.2f} to {max:.2f}, median {median:.2f}".format(**found["finetune"]["ratio"])
    print(f"finetune, engine over plain: {told}; at most {MOST_OF_A_STEP}")
    if drawn := found.get("draws"):
        told = "{draws} draws {many:.1f} CPU s, one {one:.1f}, ratio {ratio:.2f}".format(**drawn)
        print(f"{drawn['pictures']:,} pictures: {told}; at most {MOST_OF_DRAWS}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--pictures", type=int, default=1000, help="of the draws; 0 for none")
    parser.add_argument("--json", type=Path, help="where the figures go")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        print(json.dumps(one_side(asked)))
        return 0
    found: dict[str, Any] = {"what": f"{__doc__.splitlines()[0]} python benchmarks/cnn_speed.py"}
    found |= {"batch": asked.batch, "threads": asked.threads, "finetune": compared(asked)}
    if asked.pictures:
        found["draws"] = of_draws(asked)
    show(found)
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    slow = found["finetune"]["ratio"]["median"] > MOST_OF_A_STEP
    return int(slow or (asked.pictures > 0 and found["draws"]["ratio"] > MOST_OF_DRAWS))


if __name__ == "__main__":
    raise SystemExit(main())
