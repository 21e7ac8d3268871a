"""Which files below a folder are pictures."""

from __future__ import annotations

from relxfer_vision.pictures import folders


def test_pictures_others_and_small_copies(tmp_path):
    names = (
        "b.PNG",
        "a.jpg",
        "deep/c.webp",
        "notes.txt",
        ".hidden/d.png",
        "._a.jpg",
        "__MACOSX/._b.PNG",
        "thumbs/a.jpg",
    )
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "gone.png").symlink_to(tmp_path / "nowhere")
    found = folders.find(tmp_path)
    shown = [
        [str(path.relative_to(tmp_path)) for path in files] for files in (found.pictures, found.others, found.small)
    ]
    assert shown == [["a.jpg", "b.PNG", "deep/c.webp", "gone.png"], ["notes.txt"], ["thumbs/a.jpg"]]
    assert [folder.name for folder in folders.folders_in(tmp_path)] == ["deep", "thumbs"]
    assert folders.holds_pictures(tmp_path)
    assert not folders.holds_pictures(tmp_path / "__MACOSX")
