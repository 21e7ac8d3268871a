"""Cards of digits and other small pictures in ten classes: MNIST, USPS, Fashion-MNIST, SVHN, MNIST-M.

MNIST goes by the md5 of what its gzip files hold, since copies are often packed anew; Fashion-MNIST, SVHN and MNIST-M
by the md5 that torchvision and the packer of MNIST-M publish. Nobody publishes one for USPS.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relxfer.records import Dataset, File

_IDX = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
_ROLES = ("train images", "train labels", "test images", "test labels")
_MNIST = (
    "gz-md5:6bbc9ace898e44ae57da46a324031adb",
    "gz-md5:a25bea736e30d166cdddb491f175f624",
    "gz-md5:2646ac647ad5339dbf082846283269ea",
    "gz-md5:27ae3e4e09519cfbb04c329615203637",
)
_FASHION = (
    "md5:8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "md5:25c81989df183df01b3e8a0aad5dffbe",
    "md5:bef4ecab320f06d8554ea6380940ec79",
    "md5:bb300cfdad3c16e7a12a480ee83cd310",
)


def cards() -> list[Dataset]:
    """Five records.

    >>> [card.name for card in cards()]
    ['mnist', 'usps', 'fashion-mnist', 'svhn', 'mnist-m']
    """
    return [
        _card(
            "mnist",
            "load_mnist",
            "handwritten digits, 28 x 28 gray",
            (60_000, 10_000),
            _idx("https://ossci-datasets.s3.amazonaws.com/mnist", _MNIST),
            licence="not stated by its authors; usually cited as CC BY-SA 3.0",
            citation="LeCun et al. (1998), Gradient-based learning applied to document recognition, Proc. IEEE",
        ),
        _card(
            "usps",
            "load_usps",
            "handwritten digits of the US postal service, 16 x 16 gray, which fill their frame",
            (7_291, 2_007),
            [
                File(role, f"https://hastie.su.domains/ElemStatLearn/datasets/zip.{role}.gz")
                for role in ("train", "test")
            ],
            licence="not stated; made available by AT&T research labs with Hastie, Tibshirani and Friedman's book",
            citation="LeCun et al. (1989), Backpropagation applied to handwritten zip code recognition, Neural Comp.",
        ),
        _card(
            "fashion-mnist",
            "load_fashion_mnist",
            "articles of clothing in ten classes, 28 x 28 gray",
            (60_000, 10_000),
            _idx("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com", _FASHION),
            licence="MIT",
            citation="Xiao, Rasul and Vollgraf (2017), Fashion-MNIST: a novel image dataset for benchmarking machine "
            "learning algorithms, arXiv:1708.07747",
        ),
        _card(
            "svhn",
            "load_svhn",
            "house numbers in photographs, 32 x 32 RGB",
            (73_257, 26_032),
            [
                File(role, f"http://ufldl.stanford.edu/housenumbers/{role}_32x32.mat", digest)
                for role, digest in (
                    ("train", "md5:e26dedcc434d2e4c54c9b2d4a06d8373"),
                    ("test", "md5:eb5a983be6a315427106f1b164d9cef3"),
                )
            ],
            licence="for non-commercial use only",
            citation="Netzer et al. (2011), Reading digits in natural images with unsupervised feature learning",
        ),
        _card(
            "mnist-m",
            "load_mnist_m",
            "MNIST blended over crops of photographs, 28 x 28 RGB",
            (60_000, 10_000),
            [
                File(
                    role,
                    f"https://github.com/liyxi/mnist-m/releases/download/data/mnist_m_{role}.pt.tar.gz",
                    digest,
                    member=f"mnist_m_{role}.pt",
                )
                for role, digest in (
                    ("train", "md5:191ed53db9933bd85cc9700558847391"),
                    ("test", "md5:e11cb4d7fff76d7ec588b1134907db59"),
                )
            ],
            licence="not stated; of MNIST and of BSDS500, which is for research",
            citation="Ganin and Lempitsky (2015), Unsupervised domain adaptation by backpropagation, ICML",
        ),
    ]


def _card(name: str, load: str, summary: str, counts: tuple[int, int], files: Sequence[File], **words: Any) -> Dataset:
    return Dataset(
        name=name,
        load=f"relxfer_vision.standard.load:{load}",
        adapter="images",
        summary=summary,
        protocol="accuracy on the published test split; of the published training split, 10 % are for validation, "
        "by a fixed order",
        counts={"classes": 10, "train": counts[0], "test": counts[1]},
        files=tuple(files),
        **words,
    )


def _idx(folder: str, digests: Sequence[str]) -> list[File]:
    return [File(role, f"{folder}/{name}", digest) for role, name, digest in zip(_ROLES, _IDX, digests, strict=True)]
