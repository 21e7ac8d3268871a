"""Folders of facts in published layouts."""

import random
from pathlib import Path

import pytest
from relxfer_kg.data.user_files import load
from relxfer_kg.files.folders import files_of
from relxfer_kg.files.inspection import inspect
from relxfer_kg.options import OwnFiles

from relxfer.errors import DataError, NotMine


def links(letter: str, count: int = 120, seed: int = 0) -> list[str]:
    made = random.Random(seed)
    facts = {(made.randrange(30), made.randrange(3), made.randrange(30)) for _ in range(count)}
    return [f"{letter}{h}\tr{r}\t{letter}{t}\n" for h, r, t in sorted(facts)]


SEEN, NEW = links("s"), links("n")


def make(folder: Path, **files: list[str]) -> Path:
    for name, lines in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".txt").write_text("".join(lines))
    return folder


PLAIN = {"train": SEEN[:-20], "valid": SEEN[-20:-10], "test": SEEN[-10:]}
INGRAM = {"train": SEEN, "msg": NEW[:-20], "valid": NEW[-20:-10], "test": NEW[-10:]}
ILPC = {
    "train": SEEN, "inference": NEW[:-20], "inference_validation": NEW[-20:-10], "inference_test": NEW[-10:],
}  # fmt: skip
MTDEA = {
    "transductive_train": SEEN, "inference_graph": NEW[:-20], "inference_valid": NEW[-20:-10],
    "inference_test": NEW[-10:],
}  # fmt: skip
GRAIL = {
    **{f"v1__{name}": lines for name, lines in PLAIN.items()},
    "v1_ind__train": NEW[:-20], "v1_ind__valid": NEW[-20:-10], "v1_ind__test": NEW[-10:],
}  # fmt: skip
ODD = {"train": SEEN, "support": NEW[:-10], "test": NEW[-10:]}


@pytest.mark.parametrize(
    ("layout", "facts", "roles", "said"),
    [
        (PLAIN, "train.txt", 3, ""),
        (INGRAM, "msg.txt", 3, "msg.txt is the graph of the target"),
        (ILPC, "inference.txt", 3, "inference.txt is the graph of the target"),
        (MTDEA, "inference_graph.txt", 3, "to pre-train on: transductive_train.txt"),
        (GRAIL, "v1_ind/train.txt", 3, "unseen in training"),
        ({f"wrapper__{name}": lines for name, lines in PLAIN.items()}, "wrapper/train.txt", 3, "the only folder"),
        (ODD, "support.txt", 2, "support.txt is the graph of the target: it holds the entities of test.txt"),
    ],
)
def test_the_graph_of_the_target_is_found(tmp_path, layout, facts, roles, said):
    seen = inspect(make(tmp_path, **layout))
    assert seen.files["facts"] == tmp_path / facts
    assert len(seen.files) == roles
    assert said in " ".join(seen.sentences())
    table = {key: value for key, value in seen.dataset_table().items() if key != "use"}
    domain = load(OwnFiles.model_validate(table))
    letter = "s" if "train" in Path(facts).stem and "_ind" not in facts else "n"
    assert all(name.startswith(letter) for name in domain.inputs.entities)
    assert not any("entities of the test facts in no observed fact" in note for note in domain.notes)


def test_an_inductive_split_without_its_graph_is_refused(tmp_path):
    make(tmp_path, train=SEEN, test=NEW[-10:])
    with pytest.raises(
        DataError, match=r"lacks 100% of the \d+ entities of test.txt.*Which file holds them\?.*msg.txt"
    ):
        inspect(tmp_path)
    files = {"facts": tmp_path / "train.txt", "test": tmp_path / "test.txt"}
    with pytest.raises(DataError, match=r"100% of \d+ entities that these do not mention.*msg.txt"):
        load(OwnFiles.model_validate(files))


def test_openke(tmp_path):
    numbers = [(i, (i * 3 + k) % 20, k % 3) for i in range(20) for k in range(4)]
    lines = [f"{h} {t} {r}\n" for h, t, r in numbers]
    make(
        tmp_path,
        entity2id=["20\n", *(f"/m/{i:03}\t{i}\n" for i in range(20))],
        relation2id=["3\n", *(f"/r/{i}\t{i}\n" for i in range(3))],
        train2id=[f"{len(lines) - 8}\n", *lines[:-8]],
        test2id=["8\n", *lines[-8:]],
        valid2id=["8\n", *lines[-8:]],
    )
    seen = inspect(tmp_path)
    assert (seen.entities, seen.relations, seen.columns) == (20, 3, (0, 2, 1))
    assert "layout of OpenKE" in seen.sentences()[4]
    domain = load(OwnFiles.model_validate({k: v for k, v in seen.dataset_table().items() if k != "use"}))
    assert domain.inputs.entities[0].startswith("/m/0")
    assert sorted(domain.inputs.relations) == ["/r/0", "/r/1", "/r/2"]


def test_folders_without_facts(tmp_path):
    with pytest.raises(NotMine, match="got none"):
        files_of(tmp_path)
    make(tmp_path, one=SEEN, two=NEW)
    with pytest.raises(DataError, match=r"got one\.txt, two\.txt"):
        files_of(tmp_path)
