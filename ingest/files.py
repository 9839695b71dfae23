"""Where an account's bytes are: in a file, or in a member of an archive (`a.zip!/inner.pdf`).

The one home for opening what `Account.path` names. Members are never unpacked under their own names, so that what
those say (`../../etc`) does no harm.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from ingest.readers import Unreadable
from ingest.readers.kinds import kind_of
from ingest.readers.limits import MAX_MEMBERS, MAX_RATIO, MAX_UNPACKED, SMALL, check_size

_INSIDE = "!/"
_LEVELS = 2
"""An archive, and the archives in it."""
_NO_DOCUMENTS = {"thumbs.db", "desktop.ini"}
_UTF8_NAME = 0x800
_ENCRYPTED = 1
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


def content(path: Path) -> bytes:
    """The bytes of a file or member.

    :raises Unreadable: if it is larger than the limit, or its archive cannot be read.
    :raises OSError: if there is no such file or member.
    """
    with local(path) as file:
        return file.read_bytes()


@contextmanager
def local(path: Path) -> Iterator[Path]:
    """A file on the disk with these bytes: the file itself, or a copy of the member for as long as it is needed.

    :raises Unreadable: if it is larger than the limit, or its archive cannot be read.
    :raises OSError: if there is no such file or member.
    """
    file, inner = _located(path)
    if not inner:
        check_size(file.stat().st_size)
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="juesuan-") as folder:
        yield _unpacked(file, inner, Path(folder), _LEVELS)


def on_disk(path: Path) -> Path:
    """The file that holds these bytes: the file itself, or the archive."""
    return _located(path)[0]


def is_archive(path: Path) -> bool:
    """True for a file that is an archive by its content, not a document made of zipped parts."""
    try:
        return path.is_file() and kind_of(path) == ".zip"
    except OSError:
        return False


def members(path: Path) -> list[Path]:
    """The documents in an archive and in the archives in it, by their names; hidden files are left out.

    An archive in it that cannot be read stands for itself, so that reading it tells why.

    :raises Unreadable: if the archive is damaged, has nothing in it, or breaks a limit.
    """
    found = _members(path, _LEVELS)
    if not found:
        raise Unreadable("empty", "压缩包里没有文件；请检查是否下载完整。")
    if len(found) > MAX_MEMBERS:
        raise _too_many(len(found))
    return [Path(f"{path}{_INSIDE}{name}") for name in found]


def _members(file: Path, levels: int) -> list[str]:
    found: list[str] = []
    with _opened(file) as (archive, listing):
        for name, info in sorted(listing.items()):
            nested = levels > 1 and PurePosixPath(name).suffix.lower() == ".zip" and not info.flag_bits & _ENCRYPTED
            try:
                inner = _members_of(archive, info, levels) if nested else []
            except Unreadable:
                inner = []
            found += [f"{name}{_INSIDE}{one}" for one in inner] or [name]
    return found


def _members_of(archive: zipfile.ZipFile, info: zipfile.ZipInfo, levels: int) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="juesuan-") as folder:
        return _members(_copied(archive, info, Path(folder)), levels - 1)


def _located(path: Path) -> tuple[Path, str]:
    """The file on the disk, and the name inside it (empty for a file that is no member)."""
    text = path.as_posix()
    at = text.find(_INSIDE)
    while at > 0 and not path.exists():
        if Path(text[:at]).is_file():
            return Path(text[:at]), text[at + len(_INSIDE) :]
        at = text.find(_INSIDE, at + 1)
    return path, ""


def _unpacked(file: Path, name: str, folder: Path, levels: int) -> Path:
    with _opened(file) as (archive, listing):
        if name in listing:
            return _copied(archive, listing[name], folder)
        at = name.find(_INSIDE)
        while at > 0 and levels > 1:
            if name[:at] in listing:
                return _unpacked(_copied(archive, listing[name[:at]], folder), name[at + 2 :], folder, levels - 1)
            at = name.find(_INSIDE, at + 1)
    raise FileNotFoundError(2, "压缩包里没有这个文件", name)


def _copied(archive: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path) -> Path:
    """The member as a file of ours; only its suffix is kept."""
    check_size(info.file_size)
    if info.flag_bits & _ENCRYPTED:
        raise Unreadable("encrypted", "压缩包里的这个文件已加密，没有密码不能读；请解压后再试。")
    suffix = PurePosixPath(info.filename).suffix.lower()
    copy = Path(tempfile.mkstemp(suffix if suffix[1:].isalnum() else "", dir=folder)[1])
    with archive.open(info) as source, copy.open("wb") as target:
        shutil.copyfileobj(source, target)
    return copy


@contextmanager
def _opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive, _listing(archive)
    except _DAMAGED as error:
        raise Unreadable(
            "damaged", f"压缩包已损坏，或用了不支持的压缩方法（{error}）；请重新下载，或解压后再试。"
        ) from error


def _listing(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The documents by name.

    :raises Unreadable: if there are too many, or they would unpack to too much.
    """
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MAX_MEMBERS:
        raise _too_many(len(infos))
    total = sum(info.file_size for info in infos)
    packed = max(sum(info.compress_size for info in infos), 1)
    if total > MAX_UNPACKED or (total > SMALL and total > MAX_RATIO * packed):
        raise Unreadable(
            "too-large",
            f"压缩包解压后有 {total >> 20} MB，超过上限（{MAX_UNPACKED >> 20} MB，或压缩前后相差 {MAX_RATIO} 倍），"
            "不予展开；请核对文件来源，或解压后再试。",
        )
    found: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        parts = [part for part in _name(info).replace("\\", "/").split("/") if part not in ("", ".", "..")]
        if not parts or any(part.startswith((".", "~$")) or part == "__MACOSX" for part in parts):
            continue
        if parts[-1].lower() in _NO_DOCUMENTS:
            continue
        name, again = "/".join(parts), 2
        while name in found:  # two members of one name: neither may hide the other
            name = "/".join([*parts[:-1], f"{PurePosixPath(parts[-1]).stem}~{again}{PurePosixPath(parts[-1]).suffix}"])
            again += 1
        found[name] = info
    return found


def _name(info: zipfile.ZipInfo) -> str:
    """The name, for which old archives have no declared encoding: UTF-8 where it fits, else Chinese Windows."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _too_many(count: int) -> Unreadable:
    return Unreadable(
        "too-large", f"压缩包里有 {count:,} 个文件，超过上限 {MAX_MEMBERS:,} 个；请拆成几个压缩包，或解压后再试。"
    )
