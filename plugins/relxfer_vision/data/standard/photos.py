"""Cards of photographs and of CIFAR-10.

Archives that GitHub packs have no stable bytes, and nobody publishes a digest of hymenoptera: these are unverified.
CIFAR-10 and Oxford-IIIT Pet go by the sha256 of the files with the md5 that their authors and torchvision publish.
"""

from __future__ import annotations

from typing import Any

from relxfer.contract.records import Dataset, File

_CATS_DOGS = "Image-classification-using-CNN", "bf746c6e53f1edacd97b383de350f7a495cef0e1"
_JPEG = "CIFAR-10-images", "d7d05618061fe37d830fb0419063d113c575ccbc"


def cards() -> list[Dataset]:
    """Five records.

    >>> [card.name for card in cards()]
    ['cats_dogs', 'hymenoptera', 'cifar10', 'cifar10-jpeg', 'oxford-iiit-pet']
    """
    return [
        _card(
            "cats_dogs",
            "photographs of cats and dogs",
            "accuracy on 250 of each class; 500 of each to train on, by the numbers in their names",
            {"classes": 2, "train": 1000, "test": 500},
            [_packed("chanakya2734", *_CATS_DOGS, part, f"dataset/{part}_set/") for part in ("training", "test")],
            licence="not stated; pictures of the Asirra set, for research",
            citation="Elson, Douceur, Howell and Saul (2007), Asirra: a CAPTCHA that exploits interest-aligned manual "
            "image categorization, ACM CCS",
        ),
        _card(
            "hymenoptera",
            "photographs of ants and bees, as in PyTorch's tutorial on transfer learning",
            "accuracy on the folder val, which is the test; of the folder train, the files that end in .jpg",
            {"classes": 2, "train": 243, "test": 153},
            [
                File(
                    part,
                    "https://download.pytorch.org/tutorial/hymenoptera_data.zip",
                    member=f"hymenoptera_data/{part}/",
                )
                for part in ("train", "val")
            ],
            licence="not stated; photographs of ImageNet, for research",
            citation="PyTorch tutorials, Transfer learning for computer vision",
        ),
        _card(
            "cifar10",
            "ten classes of things and animals, 32 x 32 RGB",
            "accuracy on the published test split; a tenth of the training split, by a fixed order, is for validation",
            {"classes": 10, "train": 50_000, "test": 10_000},
            [
                File(
                    part,
                    "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
                    "sha256:c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
                    member=f"cifar-10-batches-bin/{part}.bin",
                )
                for part in (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch")
            ],
            licence="not stated by its author",
            citation="Krizhevsky (2009), Learning multiple layers of features from tiny images",
        ),
        _card(
            "cifar10-jpeg",
            "CIFAR-10's test pictures after JPEG compression: a shifted domain, without labels to train on",
            "accuracy on the first 200 test pictures of each class, by the order of their names",
            {"classes": 10, "test": 2000},
            [_packed("YoongiKim", *_JPEG, "test", "test/")],
            licence="not stated",
            citation="Krizhevsky (2009), Learning multiple layers of features from tiny images",
        ),
        _card(
            "oxford-iiit-pet",
            "photographs of 37 breeds of cats and dogs",
            "accuracy on the published test split, trained on the published trainval",
            {"classes": 37, "train": 3680, "test": 3669},
            [
                File(part, f"https://www.robots.ox.ac.uk/~vgg/data/pets/data/{part}.tar.gz", digest, member=f"{part}/")
                for part, digest in (
                    ("images", "sha256:67195c5e1c01f1ab5f9b6a5d22b8c27a580d896ece458917e61d459337fa318d"),
                    ("annotations", "sha256:52425fb6de5c424942b7626b428656fcbd798db970a937df61750c0f1d358e91"),
                )
            ],
            licence="CC BY-SA 4.0",
            citation="Parkhi, Vedaldi, Zisserman and Jawahar (2012), Cats and dogs, CVPR",
        ),
    ]


def _card(name: str, summary: str, protocol: str, counts: dict[str, int], files: list[File], **words: Any) -> Dataset:
    return Dataset(
        name=name,
        load=f"relxfer_vision.data.standard.load_photos:load_{name.replace('-', '_')}",
        adapter="images",
        summary=summary,
        protocol=protocol,
        counts=counts,
        files=tuple(files),
        **words,
    )


def _packed(owner: str, repository: str, commit: str, role: str, folder: str) -> File:
    """A folder of a commit, in the archive that GitHub packs of it."""
    url = f"https://github.com/{owner}/{repository}/archive/{commit}.zip"
    return File(role, url, member=f"{repository}-{commit}/{folder}")
