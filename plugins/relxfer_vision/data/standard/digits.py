"""Cards of digits and other small pictures in ten classes: MNIST, USPS, Fashion-MNIST, SVHN, MNIST-M.

MNIST goes by the sha256 of what its gzip files hold, since copies are often packed anew. These and the digests of
Fashion-MNIST and SVHN are of files with the md5 that torchvision publishes. MNIST-M goes by the md5 of its packer.
Nobody publishes one for USPS: its files are a copy that is pinned to a commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relxfer.contract.records import Dataset, File

_IDX = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
_ROLES = ("train images", "train labels", "test images", "test labels")
_MNIST = (
    "gz-sha256:ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "gz-sha256:65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "gz-sha256:0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "gz-sha256:ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
)
_FASHION = (
    "sha256:3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    "sha256:a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    "sha256:346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    "sha256:67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
)
_FASHION_AT = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/b2617bb6d3ffa2e429640350f613e3291e10b141/data/fashion"
_USPS_AT = (
    "https://raw.githubusercontent.com/dgkim5360/the-elements-of-statistical-learning-notebooks/"
    "2c13a4818379451bcce802bcd7917f4878e12977/data/zipcode"
)
_USPS = {
    "train": "sha256:66ebf231ab51f2cf6ac1a892d0f98ccffee1079d7a5db638c1f11f366046ca16",
    "test": "sha256:8dacc3c6e136af6c3488de9e5113a7daf140c8c2f1f0b61c54ee02f03f1a962f",
}
_SVHN = {
    "train": "sha256:435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8",
    "test": "sha256:cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b",
}


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
            [File(role, f"{_USPS_AT}/zip.{role}.gz", digest) for role, digest in _USPS.items()],
            licence="not stated; made available by AT&T research labs with Hastie, Tibshirani and Friedman's book",
            citation="LeCun et al. (1989), Backpropagation applied to handwritten zip code recognition, Neural Comp.",
        ),
        _card(
            "fashion-mnist",
            "load_fashion_mnist",
            "articles of clothing in ten classes, 28 x 28 gray",
            (60_000, 10_000),
            _idx(_FASHION_AT, _FASHION),
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
                File(role, f"https://ufldl.stanford.edu/housenumbers/{role}_32x32.mat", digest)
                for role, digest in _SVHN.items()
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
        load=f"relxfer_vision.data.standard.load:{load}",
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
