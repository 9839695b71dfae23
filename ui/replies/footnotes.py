"""Footnotes in a Word document, which python-docx reads over and cannot make: the part, its notes, references to them."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
)
_FONT = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="仿宋"/>'


class Footnotes:
    """Collects the notes of a document; `finish` writes them into it.

    :param document: a python-docx document.
    """

    def __init__(self, document: Any) -> None:
        self._document = document
        self._notes: dict[str, int] = {}

    def refer(self, paragraph: Any, note: str) -> int:
        """Put a reference at the end of a paragraph; a note that is there already is referred to once more.

        :return: number of the note.
        """
        from docx.oxml import parse_xml

        again = note in self._notes
        number = self._notes.setdefault(note, len(self._notes) + 1)
        raised = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
        if again:
            xml = f'<w:fldSimple xmlns:w="{_W}" w:instr=" NOTEREF _note{number} \\f "><w:r>{raised}<w:t>{number}</w:t></w:r></w:fldSimple>'
            paragraph._p.append(parse_xml(xml))
            return number
        for xml in (
            f'<w:bookmarkStart xmlns:w="{_W}" w:id="{1000 + number}" w:name="_note{number}"/>',
            f'<w:r xmlns:w="{_W}">{raised}<w:footnoteReference w:id="{number}"/></w:r>',
            f'<w:bookmarkEnd xmlns:w="{_W}" w:id="{1000 + number}"/>',
        ):
            paragraph._p.append(parse_xml(xml))
        return number

    def finish(self) -> None:
        """Write the notes into the document."""
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        notes = "".join(_note(number, text) for text, number in self._notes.items())
        xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes xmlns:w="{_W}">{_SEPARATORS}{notes}</w:footnotes>'
        package = self._document.part.package
        part = Part(PackURI("/word/footnotes.xml"), _TYPE, xml.encode(), package)
        self._document.part.relate_to(part, _RELATION)


def _note(number: int, text: str) -> str:
    size = '<w:sz w:val="18"/>'
    return (
        f'<w:footnote w:id="{number}"><w:p><w:pPr><w:spacing w:line="240" w:lineRule="auto"/></w:pPr>'
        f'<w:r><w:rPr>{size}<w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r>'
        f'<w:r><w:rPr>{_FONT}{size}</w:rPr><w:t xml:space="preserve"> {escape(text)}</w:t></w:r></w:p></w:footnote>'
    )
