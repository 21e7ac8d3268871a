"""Every built-in reader of own files keeps the contract."""

from __future__ import annotations

import numpy as np

from relxfer.testing import ReaderContract

RNG = np.random.default_rng(0)


FACTS = sorted({tuple(pair) for pair in RNG.integers(0, 25, (150, 2)).tolist()})
LINKS = [(a, b) for a, b in RNG.integers(0, 40, (160, 2)).tolist() if a != b]


class TestFacts(ReaderContract):
    reader, shown = "kg-files", "facts.tsv"
    sample = {"facts.tsv": "".join(f"e{a}\t{'likes' if a % 2 else 'knows'}\te{b}\n" for a, b in FACTS)}


class TestNetworks(ReaderContract):
    reader = "network-files"
    sample = {
        "edges.csv": "source,target\n" + "".join(f"n{a},n{b}\n" for a, b in LINKS),
        "nodes.csv": "node,label,x\n" + "".join(f"n{i},{'ab'[i % 2]},{i / 7:.3f}\n" for i in range(40)),
    }


class TestPictures(ReaderContract):
    reader = "image-files"
    sample = {}

    def write(self, folder):
        from PIL import Image

        rng = np.random.default_rng(1)
        for name in ("cats", "dogs"):
            for number in range(12):
                (folder / name).mkdir(exist_ok=True)
                Image.fromarray(rng.integers(0, 255, (12, 12, 3), np.uint8)).save(folder / name / f"{number}.png")
        return folder
