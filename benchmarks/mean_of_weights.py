"""The mean of the weights of runs that went on from the same weights (a soup, Wortsman et al. 2022).

    python benchmarks/mean_of_weights.py RUN [RUN ...] --out FILE.safetensors

Each is a file that relxfer wrote, or a run that pre-trained one source. Card and options are those of the first.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from relxfer.store.files import read_arrays, write_arrays


def file_of(path: Path) -> Path:
    """The weights of the one source of a run, or the file itself."""
    if not path.is_dir():
        return path
    (found,) = path.glob("sources/*/model.safetensors")
    return found


def mean(weights: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Each parameter's mean, in its own type; all have the same parameters, of the same shapes."""
    first = weights[0]
    for other in weights:
        if {name: array.shape for name, array in other.items()} != {name: array.shape for name, array in first.items()}:
            raise SystemExit("expected weights with the same parameters, of the same shapes, got others")
    return {
        name: np.mean([each[name].astype(np.float64) for each in weights], axis=0).astype(array.dtype)
        for name, array in first.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", nargs="+", type=Path)
    parser.add_argument("--out", required=True, type=Path)
    given = parser.parse_args()
    read = [read_arrays(file_of(path)) for path in given.weights]
    write_arrays(given.out, mean([arrays for arrays, _ in read]), read[0][1])


if __name__ == "__main__":
    main()
