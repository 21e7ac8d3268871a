"""The contract of a reader of own files, as a class of tests to inherit from."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from relxfer.contract.data import Domain
from relxfer.contract.plain import Table
from relxfer.contract.readers import Told
from relxfer.contract.records import Reader, Record
from relxfer.data.load import domain_of
from relxfer.declare.experiment import Chosen
from relxfer.errors import DataError, RelxferError
from relxfer.plan.views import digest
from relxfer.plugins.finder import load_object
from relxfer.testing.datasets import DatasetContract

#: Files that are nobody's data: a reader that takes one has guessed.
FOREIGN: Mapping[str, bytes] = {
    "empty.csv": b"",
    "noise.bin": bytes(range(256)) * 8,
    "letter.txt": b"Dear reader,\n\nthere are no data in this letter.\n\nYours\n",
    "page.html": b"<!doctype html><html><body><p>404: not found</p></body></html>\n",
    "settings.json": b'{"seeds": 3, "name": "run"}\n',
}


class ReaderContract(DatasetContract):
    """Tests of what every reader of own files must fulfil; inherit from it and set `reader` and `sample`.

    What is tested of data sets is tested of what the reader makes of the sample.

    reader   name of the reader
    sample   name -> content of files that it reads, as bytes or text
    shown    what `relxfer init` is shown of them: the name of a file; None: the folder with all of them
    options  options beside those that `inspect` writes
    plugins  modules with hooks, for plugins that are not installed
    """

    record: ClassVar[type[Record]] = Reader
    key = "reader"
    reader: str
    sample: Mapping[str, bytes | str]
    shown: str | None = None

    def write(self, folder: Path) -> Path:
        """Write the sample into a folder, and return the path that `relxfer init` is shown."""
        for name, content in self.sample.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return folder / (self.shown or "")

    @pytest.fixture
    def domain(self, tmp_path_factory: pytest.TempPathFactory) -> Domain:
        """The domain of the sample, read once for all tests of the class."""
        return self.once("_domain", lambda: self._read(self._written_to(tmp_path_factory.mktemp("sample"))))

    def _written_to(self, folder: Path) -> Path:
        path = self.write(folder)
        type(self)._sample = path  # type: ignore[attr-defined]
        return path

    def chosen(self, options: Table | None = None) -> Chosen:
        offer = self.loaded().find(self.record.kind, self.reader)
        given = getattr(type(self), "_sample", None)
        table = {**self._found(given).dataset_table()} if given is not None else {}
        if not table and not self.options and options is None:
            return Chosen(offer, None)
        return self._chosen({**table, **self.options, **(options or {})})

    def _found(self, path: Path) -> Any:
        """What the reader finds when it inspects a path."""
        inspect = self.loaded().find(self.record.kind, self.reader).record.inspect  # type: ignore[attr-defined]
        if inspect is None:
            pytest.skip("the reader inspects no files")
        return load_object(inspect)(path, Told())

    def _read(self, path: Path) -> Domain:
        """The domain of files, by the options that `relxfer init` would write."""
        return domain_of(self._chosen({**self._found(path).dataset_table(), **self.options}))

    def _chosen(self, table: Table) -> Chosen:
        known = {key: value for key, value in table.items() if key != "use"}
        return super().chosen(known)

    # ------------------------------------------------------------------ relxfer init

    def test_it_says_what_it_found(self, domain: Domain, tmp_path: Path) -> None:
        found = self._found(self.write(tmp_path))
        sentences = list(found.sentences())
        assert sentences, "expected sentences that say what was taken for what"
        assert all(isinstance(each, str) and each.strip() for each in sentences), f"expected texts, got {sentences!r}"
        assert found.dataset_table(), "expected the table of the data set, with the paths of the files"

    def test_it_refuses_files_that_are_not_its_own(self, tmp_path: Path) -> None:
        """A reader that takes anything has guessed, and takes files from the reader that understands them."""
        for name, content in FOREIGN.items():
            path = tmp_path / name
            path.write_bytes(content)
            with pytest.raises(DataError) as caught:
                self._read(path)
            assert str(caught.value), f"expected a reason why {name} is not understood"

    def test_what_the_user_says_is_used_or_refused(self, tmp_path: Path) -> None:
        """A hint that is passed over in silence is a wrong answer to the user."""
        path = self.write(tmp_path)
        inspect = self.loaded().find(self.record.kind, self.reader).record.inspect  # type: ignore[attr-defined]
        for hint in ({"label": ("no such column",)}, {"item": "no such column"}, {"group": "no such column"}):
            with pytest.raises(DataError):
                load_object(inspect)(path, Told(**hint)) if inspect else pytest.skip("the reader inspects no files")

    # ------------------------------------------------------------------ what the data depend on

    def test_the_place_of_files_does_not_matter(self, domain: Domain, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").mkdir()
        moved = self._read(self.write(tmp_path / "elsewhere"))
        assert digest(moved) == digest(domain), "expected the same data, wherever the files are"

    def test_a_changed_file_changes_the_data_or_is_refused(self, domain: Domain, tmp_path: Path) -> None:
        """A file that is cut off, whose lines are lost, or that holds a broken line is not read in silence."""
        for number, (what, change) in enumerate(self.changes()):
            folder = tmp_path / str(number)
            folder.mkdir()
            path = self.write(folder)
            for file in self._main(folder, path):
                file.write_bytes(change(file.read_bytes()))
            self._unlike(domain, path, what)

    def changes(self) -> Iterator[tuple[str, Any]]:
        """(what was done, function from the bytes of a file to other bytes); add those of your own."""
        yield "a file that is cut off in the middle", lambda content: content[: len(content) // 2]
        yield "a file whose last bytes are lost", lambda content: content[: int(len(content) * 0.9)]
        yield "a file of noise", lambda content: bytes(range(255, 0, -1)) * 4
        yield "a line that is not UTF-8", lambda content: content + b"\xff\xfe\xfa broken\n"

    def _main(self, folder: Path, path: Path) -> list[Path]:
        """The file that is changed: the one that is shown, or else the largest."""
        files = [path] if path.is_file() else sorted(p for p in folder.rglob("*") if p.is_file())
        return sorted(files, key=lambda file: (-file.stat().st_size, file))[:1]

    def _unlike(self, domain: Domain, path: Path, what: str) -> None:
        try:
            changed = self._read(path)
        except RelxferError as error:
            assert str(error).strip(), f"expected a reason for {what}"  # noqa: PT017 - both ways are right
            return
        same = digest(changed) == digest(domain) and changed.notes == domain.notes
        assert not same, f"expected {what} to be refused, to change the data, or to be named in the notes"

    def test_a_file_that_is_gone_is_told(self, domain: Domain, tmp_path: Path) -> None:
        path = self.write(tmp_path)
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        with pytest.raises((RelxferError, OSError, ValueError)):
            self._read(path)
