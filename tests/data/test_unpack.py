"""Archives from strangers: good ones unpack whole; hostile ones are refused, and leave everything as it was."""

from __future__ import annotations

import binascii
import bz2
import gzip
import hashlib
import io
import lzma
import os
import stat
import struct
import tarfile
import warnings
import zipfile
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relxfer.data.unpack import Limits, member_path, unpack
from relxfer.errors import DataError

#: Small enough for bombs of a few kilobytes.
LIMITS = Limits(members=20, member=3 << 20, total=5 << 20, ratio=50)
BOMB = bytes(4 << 20)


# ------------------------------------------------------------------ making archives


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", **fields) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    for field, value in fields.items():
        setattr(info, field, value)
    return info


def tar(*members: tuple[tarfile.TarInfo, bytes] | tarfile.TarInfo, form: int = tarfile.PAX_FORMAT) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as archive:
        for member in members:
            info, data = member if isinstance(member, tuple) else (member, b"")
            info.size = info.size or len(data)
            archive.addfile(info, io.BytesIO(data) if data else None)
    return stream.getvalue()


def tar_of(*names: str, data: bytes = b"x") -> bytes:
    return tar(*((entry(name), data) for name in names))


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of duplicates
        with zipfile.ZipFile(stream, "w", method) as archive:
            for name, data in members:
                archive.writestr(name, data)
    return stream.getvalue()


def zip_of(*names: str) -> bytes:
    return zipped(*((name, b"x") for name in names))


def zip_kind(mode: int, data: bytes) -> bytes:
    info = zipfile.ZipInfo("link")
    info.create_system, info.external_attr = 3, (mode | 0o777) << 16
    return zipped((info, data))


def zip_renamed(old: bytes, new: bytes) -> bytes:
    """A name that `zipfile` would not write."""
    assert len(old) == len(new)
    return zip_of(old.decode()).replace(old, new)


def zip_patched(offset: int, value: int, form: str) -> bytes:
    """One member, with a field of its central directory overwritten."""
    data = bytearray(zipped(("a.txt", b"x" * 1000), method=zipfile.ZIP_STORED))
    struct.pack_into(form, data, data.index(b"PK\1\2") + offset, value)
    return bytes(data)


def tar_patched(data: bytes, offset: int, value: bytes) -> bytes:
    """With bytes of the first header overwritten, and its checksum made good."""
    header = bytearray(data[:512])
    header[offset : offset + len(value)] = value
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + data[512:]


def xz_asking(dictionary: int) -> bytes:
    """An xz archive whose header asks for this dictionary (37: 1.5 GiB, 40: 4 GiB)."""
    data = bytearray(lzma.compress(tar_of("a")))
    place = data.index(b"\x21\x01", 12)
    data[place + 2] = dictionary
    end = 12 + 4 * data[12]  # of the block header, where its checksum stands
    struct.pack_into("<I", data, end, binascii.crc32(data[12:end]))
    return bytes(data)


def overlong_pax() -> bytes:
    """A header that asks for gigabytes of memory, and would get them from the decompressor."""
    info = entry("x", tarfile.XHDTYPE)
    return tar_patched(info.tobuf(tarfile.USTAR_FORMAT), 124, b"%011o\0" % (2 << 30)) + BOMB


HOSTILE = {
    # where a member goes
    "tar absolute": tar_of("/tmp/evil"),
    "tar climbing": tar_of("../evil"),
    "tar nested climbing": tar_of("a/b/../../../evil"),
    "tar inner climbing": tar_of("a/../b"),
    "tar backslash climbing": tar_of("..\\evil"),
    "tar climbing folder": tar(entry("../evil/", tarfile.DIRTYPE, mode=0o755)),
    "tar drive": tar_of("C:evil"),
    "tar only dots": tar_of("..."),
    "tar dots and space": tar_of(".. /evil"),
    "tar fullwidth dots": tar_of("．．/evil"),
    "tar fullwidth slash": tar_of("..／evil"),
    "tar two-dot leader": tar_of("‥/evil"),
    "tar right-to-left": tar_of("a\u202etxt.exe"),
    "tar line break": tar_of("a\nb"),
    "tar NUL": tar((entry("a", pax_headers={"path": "a\0/../../evil"}), b"x")),
    "tar not UTF-8": tar((entry("a\udcff"), b"x"), form=tarfile.GNU_FORMAT),
    "tar long part": tar_of("n" * 300),
    "tar long name": tar_of("/".join(["nn"] * 600)),
    "tar empty name": tar((entry(""), b"x")),
    "tar dot": tar((entry("."), b"x")),
    "zip absolute": zip_renamed(b"tmp/evil", b"/mp/evil"),
    "zip climbing": zip_of("../evil"),
    "zip nested climbing": zip_of("a/../../evil"),
    "zip backslash climbing": zip_renamed(b"xx/evil", b"..\\evil"),
    "zip drive": zip_of("C:/evil"),
    "zip UNC": zip_renamed(b"xxhost/evil", b"\\\\host/evil"),
    "zip NUL": zip_renamed(b"a.txtNevil", b"a.txt\0evil"),
    "zip dot": zip_of("."),
    "zip root": zip_of("/"),
    # what a member is
    "tar symlink": tar(entry("link", tarfile.SYMTYPE, "/etc/passwd")),
    "tar symlink, written through": tar(entry("d", tarfile.SYMTYPE, "../outside"), (entry("d/evil"), b"x")),
    "tar hard link": tar((entry("a"), b"x"), entry("b", tarfile.LNKTYPE, "a")),
    "tar hard link outside": tar(entry("b", tarfile.LNKTYPE, "../outside/precious")),
    "tar character device": tar(entry("null", tarfile.CHRTYPE, devmajor=1, devminor=3)),
    "tar block device": tar(entry("disk", tarfile.BLKTYPE)),
    "tar fifo": tar(entry("pipe", tarfile.FIFOTYPE)),
    "tar sparse": tar((entry("hole", pax_headers={"GNU.sparse.map": "0,1", "GNU.sparse.size": "9999999999"}), b"x")),
    "tar unknown kind": tar((entry("odd", b"V"), b"")),
    "zip symlink": zip_kind(stat.S_IFLNK, b"/etc/passwd"),
    "zip fifo": zip_kind(stat.S_IFIFO, b""),
    "zip device": zip_kind(stat.S_IFCHR, b""),
    # names that meet
    "tar duplicate": tar_of("a", "a"),
    "tar duplicate in other words": tar_of("a/b", "a//./b"),
    "tar duplicate in other case": tar_of("readme", "README"),
    "tar duplicate in other form": tar_of("e\u0301", "\u00e9"),
    "tar file as folder": tar_of("a", "a/b"),
    "tar folder as file": tar_of("a/b", "a"),
    "zip duplicate": zip_of("a", "a"),
    # sizes
    "tar.gz bomb": gzip.compress(tar_of("zeros", data=BOMB)),
    "tar.bz2 bomb": bz2.compress(tar_of("zeros", data=BOMB)),
    "tar.xz bomb": lzma.compress(tar_of("zeros", data=BOMB)),
    "tar.xz of a large dictionary": xz_asking(37),
    "tar.gz bomb of several": gzip.compress(tar_of("a", "b", "c", data=BOMB[: 2 << 20])),
    "tar large member": tar_of("large", data=BOMB),
    "tar large in all": tar_of("a", "b", "c", data=BOMB[: 2 << 20]),
    "tar.gz of headers": gzip.compress(overlong_pax()),
    "tar too many": tar_of(*map(str, range(21))),
    "tar lying size": tar_patched(tar_of("a"), 124, b"%011o\0" % (1 << 20)),
    "tar negative size": tar_patched(tar_of("a"), 124, b"\xff" * 12),
    "zip bomb": zipped(("zeros", BOMB)),
    "zip too many": zip_of(*map(str, range(21))),
    "zip lying size, less": zip_patched(24, 10, "<L"),
    "zip lying size, more": zip_patched(24, 2000, "<L"),
    "zip encrypted": zip_patched(8, 1, "<H"),
    "zip other compression": zipped(("zeros", BOMB), method=zipfile.ZIP_BZIP2),
    # damaged
    "tar truncated": tar_of("a", data=b"x" * 5000)[:2000],
    "tar damaged header": tar_of("a", "b")[:1024] + b"y" * 1024,
    "tar without an end": tar_of("a")[:1024],
    "tar.gz truncated": gzip.compress(tar_of("a", data=os.urandom(5000)))[:-2000],
    "tar.xz damaged": lzma.compress(tar_of("a", data=os.urandom(5000))).replace(b"\xfd7zXZ\0", b"\xfd7zXZ\0\xff", 1),
    "zip truncated": zip_of("a", "b")[:-30],
    "zip damaged directory": zip_patched(28, 0, "<H"),
    "zip damaged": zipped(("a", b"y" * 100), method=zipfile.ZIP_STORED).replace(b"y" * 9, b"n" * 9, 1),
    "gz without a tar": gzip.compress(b"a\tr\tb\n" * 500),
    "text": b"a\tr\tb\n" * 500,
    "empty file": b"",
    "tar without files": tar(),
    "zip without files": zipped(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused_and_leaves_everything_as_it_was(name, tmp_path):
    archive, outside = tmp_path / "archive", tmp_path / "outside"
    archive.write_bytes(HOSTILE[name])
    outside.mkdir()
    (outside / "precious").write_text("precious")
    before = contents(tmp_path)
    with pytest.raises(DataError, match="expected") as caught:
        unpack(archive, tmp_path / "room" / "unpacked", LIMITS)
    assert str(archive) in str(caught.value)
    assert "\n" not in str(caught.value)
    (tmp_path / "room").rmdir()  # empty
    assert contents(tmp_path) == before


def contents(folder: Path) -> dict[str, bytes | None]:
    return {str(path): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


# ------------------------------------------------------------------ good ones


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_a_tar_unpacks_whole(pack, tmp_path):
    data = os.urandom(200_000)
    (tmp_path / "good").write_bytes(
        pack(
            tar(entry("./", tarfile.DIRTYPE), entry("empty", tarfile.DIRTYPE), (entry("./d/a b.txt"), data), entry("e"))
        )
    )
    digests = unpack(tmp_path / "good", tmp_path / "to", LIMITS)
    assert digests == {name: f"sha256:{hashlib.sha256(d).hexdigest()}" for name, d in (("d/a b.txt", data), ("e", b""))}
    assert (tmp_path / "to" / "d" / "a b.txt").read_bytes() == data
    assert (tmp_path / "to" / "empty").is_dir()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["good", "to"]


def test_an_xz_of_several_streams_unpacks_whole(tmp_path):
    data = tar(*((entry(name), os.urandom(300_000)) for name in ("a", "b")))
    parts = [lzma.compress(data[:100_000], preset=9), lzma.compress(data[100_000:], preset=0), bytes(8)]
    (tmp_path / "good").write_bytes(b"".join(parts))
    assert list(unpack(tmp_path / "good", tmp_path / "to", LIMITS)) == ["a", "b"]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_unpacks_whole(method, tmp_path):
    data = os.urandom(200_000)
    (tmp_path / "good").write_bytes(zipped(("d/", b""), ("d/é.txt", data), method=method))
    assert list(unpack(tmp_path / "good", tmp_path / "to", LIMITS)) == ["d/é.txt"]
    assert (tmp_path / "to" / "d" / "é.txt").read_bytes() == data


def test_bits_of_permission_are_not_taken_over(tmp_path):
    (tmp_path / "good").write_bytes(tar((entry("a", mode=0o6777), b"x")))
    unpack(tmp_path / "good", tmp_path / "to")
    assert not (tmp_path / "to" / "a").stat().st_mode & (stat.S_ISUID | stat.S_ISGID | stat.S_IXUSR)


def test_what_a_killed_process_left_is_cleared(tmp_path):
    (tmp_path / "good").write_bytes(tar_of("a"))
    (tmp_path / ".to.part").mkdir()
    (tmp_path / ".to.part" / "half").write_bytes(b"")
    unpack(tmp_path / "good", tmp_path / "to")
    assert [path.name for path in (tmp_path / "to").iterdir()] == ["a"]


def test_a_folder_that_exists_is_left_alone(tmp_path):
    (tmp_path / "good").write_bytes(tar_of("a"))
    (tmp_path / "to").mkdir()
    with pytest.raises(DataError, match="delete or rename it"):
        unpack(tmp_path / "good", tmp_path / "to")
    assert list((tmp_path / "to").iterdir()) == []


# ------------------------------------------------------------------ the rule for names

PIECES = st.sampled_from(
    ["/", "\\", ".", "..", "...", " ", ":", "a", "B", "C:", "\0", "\n", "．", "／", "‥", "é", "\udc80"]
)


@given(st.one_of(st.lists(PIECES, max_size=8).map("".join), st.text(max_size=30)))
def test_an_allowed_name_stays_inside_on_every_system(name):
    try:
        parts = member_path(name)
    except DataError:
        return
    for path in (PurePosixPath(*parts), PureWindowsPath(*parts)):
        assert not path.is_absolute()
        assert not path.drive
        assert path.parts == parts
    assert all(part.strip(". ") and "\0" not in part for part in parts)
    assert Path(os.path.normpath(Path("/room").joinpath(*parts))).is_relative_to("/room")


@given(st.lists(st.from_regex(r"[a-zA-Z0-9_-][a-zA-Z0-9_. -]{0,20}", fullmatch=True), min_size=1, max_size=5))
def test_plain_names_are_allowed(parts):
    assert member_path("/".join(parts)) == tuple(parts)
