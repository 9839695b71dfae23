"""The zipped XML packages of office programs (DOCX, XLSX), opened with what could harm kept out.

A part that unpacks to more than the limits, or that declares entities (which no office program writes), is refused
before anything of it is parsed.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ingest.readers.limits import MAX_PART, MAX_RATIO, MAX_TREE, SMALL
from ingest.readers.page import Unreadable

_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ROOT = re.compile(rb"<[A-Za-z_]")
_PROLOG = 4096
"""Bytes of a part in which its root element must begin."""


class Package:
    """An opened package: its parts by name, each checked before it is read."""

    def __init__(self, archive: zipfile.ZipFile, what: str) -> None:
        self._archive = archive
        self._what = what
        self.names = frozenset(archive.namelist())

    def parse(self, name: str) -> Any:
        """The root element of an XML part, without entities or network.

        :raises Unreadable: if there is no such part, or it is refused.
        """
        from lxml import etree

        # huge_tree: the limits here are our own
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, huge_tree=True
        )
        with self.open(name, MAX_TREE) as part:
            return etree.parse(part, parser).getroot()

    def elements(self, name: str, tags: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        """The elements of a part with one of the tags (`{*}row`) as they end; each is emptied after use.

        :raises Unreadable: if there is no such part, or it is refused.
        """
        from lxml import etree

        with self.open(name) as part:
            walk = etree.iterparse(
                part, events=("end",), tag=tags, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
            )
            for _, element in walk:
                yield etree.QName(element).localname, element
                element.clear(keep_tail=False)
                while element.getprevious() is not None:
                    del element.getparent()[0]

    @contextmanager
    def open(self, name: str, most: int = MAX_PART) -> Iterator[IO[bytes]]:
        """A part to read from, of at most so many bytes.

        :raises Unreadable: if there is no such part, or it is refused.
        """
        if name not in self.names:
            raise Unreadable("damaged", f"{self._what} 文件不完整（缺少 {name}）；请重新下载，或用办公软件打开后另存。")
        info = self._archive.getinfo(name)
        packed_well = info.file_size > SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1)
        if info.file_size > most or packed_well:
            raise Unreadable(
                "too-large",
                f"{self._what} 文件里的 {name} 解压后有 {info.file_size >> 20} MB，"
                f"超过上限（{most >> 20} MB，或压缩前后相差 {MAX_RATIO} 倍），不予读取；请核对文件来源。",
            )
        with self._archive.open(info) as part:
            start = _COMMENT.sub(b"", part.read(_PROLOG).replace(b"\x00", b""))
        root = _ROOT.search(start)
        if b"<!" in start[: root.start() if root else len(start)]:
            raise Unreadable("unsafe", f"{self._what} 文件里的 {name} 声明了 XML 实体，不予读取；请核对文件来源。")
        with self._archive.open(info) as part:
            yield part


@contextmanager
def open_package(path: Path, what: str) -> Iterator[Package]:
    """A package; what goes wrong while it is read is told in the format's name (DOCX, XLSX).

    :raises Unreadable: if it is damaged, encrypted, too large or declares entities.
    """
    from lxml import etree

    damaged = (
        zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, etree.XMLSyntaxError, LookupError, ValueError,
        OverflowError,
    )  # fmt: skip
    try:
        with zipfile.ZipFile(path) as archive:
            if any(info.flag_bits & 1 for info in archive.infolist()):
                raise Unreadable("encrypted", f"{what} 文件已加密；请去掉密码后另存再试。")
            yield Package(archive, what)
    except damaged as error:
        raise Unreadable(
            "damaged", f"{what} 文件已损坏或不完整（{error}）；请重新下载，或用办公软件打开后另存。"
        ) from error
