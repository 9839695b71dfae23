"""Files that are damaged, locked, mislabelled or made to do harm; each function writes one and gives its path."""

from __future__ import annotations

import zipfile
from pathlib import Path

from eval.accounts.docx import table_of

CELLS = 100_000
_CONTENT_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LAUGHS = '<!DOCTYPE a [<!ENTITY b0 "ha">' + "".join(f'<!ENTITY b{n + 1} "{f"&b{n};" * 10}">' for n in range(9)) + "]>"


def package(path: Path, parts: dict[str, str], squeeze: bool = True) -> Path:
    """A zipped package of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if squeeze else zipfile.ZIP_STORED) as archive:
        archive.writestr("[Content_Types].xml", _CONTENT_TYPES)
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def workbook(path: Path, sheet: str, styles: str = "", prolog: str = "") -> Path:
    """A workbook with one sheet of this XML."""
    parts = {
        "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_RELATIONS}"><sheets><sheet name="表" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships"><Relationship Id="r1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?>{prolog}<worksheet {_MAIN}>{sheet}</worksheet>',
    }
    if styles:
        parts["xl/styles.xml"] = f"<styleSheet {_MAIN}>{styles}</styleSheet>"
    return package(path, parts)


def document(path: Path, body: str, prolog: str = "") -> Path:
    """A text document with this body."""
    text = f'<?xml version="1.0"?>{prolog}<w:document {_WORD}><w:body>{body}</w:body></w:document>'
    return package(path, {"word/document.xml": text})


def pdf(path: Path, objects: list[bytes]) -> Path:
    """A PDF of these objects, the first of which is the catalogue."""
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    path.write_bytes(out)
    return path


def _stream(content: bytes, words: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), words, content)


def pdf_of_pages(path: Path, count: int) -> Path:
    """A PDF of so many pages, each with the same line of text and a drawn table."""
    drawn = b"".join(b"%d 100 50 20 re S " % x for x in range(50, 500, 50))
    text = _stream(b"BT /F 12 Tf 72 700 Td (final account of the library 2024, page text) Tj ET " + drawn)
    kids = b" ".join(b"%d 0 R" % (number + 5) for number in range(count))
    pages = [
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R /Resources << /Font << /F 4 0 R >> >> >>"
    ] * count
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    tree = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count)
    return pdf(path, [b"<< /Type /Catalog /Pages 2 0 R >>", tree, text, font, *pages])


def pdf_of_nested_forms(path: Path, depth: int) -> Path:
    """A page whose drawing is a form that draws a form that draws …"""
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F 5 0 R >> /XObject << /X 6 0 R >> >> >>"
    )
    words = b"BT /F 12 Tf 72 700 Td (final account of the library for the year 2024) Tj ET "
    rules = b"".join(b"%d 100 50 20 re S " % x for x in range(50, 500, 50))
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X %d 0 R >> >>"
    forms = [_stream(b"/X Do", form % (number + 7)) for number in range(depth)]
    last = _stream(rules, b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page,
        _stream(words + rules + b"/X Do"),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *forms,
        last,
    ]
    return pdf(path, objects)


def pdf_without_pages(path: Path) -> Path:
    return pdf(path, [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"])


def endless_sheet(path: Path) -> Path:
    """A sheet that says it is as large as can be, and merges all of it, for three cells."""
    cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c><c r="XFD1"><v>1</v></c></row>'
    last = '<row r="1048576"><c r="XFD1048576"><v>2.5</v></c></row>'
    merged = '<mergeCells count="2"><mergeCell ref="A1:XFD1048576"/><mergeCell ref="B2:XFD1048575"/></mergeCells>'
    return workbook(path, f'<dimension ref="A1:XFD1048576"/><sheetData>{cells}{last}</sheetData>{merged}')


def diagonal_sheet(path: Path) -> Path:
    """A few thousand cells, no two in one row or column: a table of millions of blanks."""
    rows = "".join(f'<row r="{n}"><c r="{column_name(n)}{n}"><v>{n}.5</v></c></row>' for n in range(1, 4001))
    return workbook(path, f"<sheetData>{rows}</sheetData>")


def column_name(number: int) -> str:
    """A for 1, AA for 27."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def blown_up(path: Path, kind: str) -> Path:
    """A package or archive of a few hundred kilobytes that unpacks to 300 MB."""
    zeros = "0" * (300 << 20)
    if kind == "xlsx":
        return workbook(path, f"<sheetData><row><c><v>{zeros}</v></c></row></sheetData>")
    if kind == "docx":
        return document(path, f"<w:p><w:r><w:t>{zeros}</w:t></w:r></w:p>")
    return package(path, {"account.txt": zeros})


def laughing(path: Path, kind: str) -> Path:
    """A package whose entities would grow to a billion words."""
    if kind == "xlsx":
        cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&b9;</t></is></c></row>'
        return workbook(path, f"<sheetData>{cell}</sheetData>", prolog=LAUGHS)
    return document(path, "<w:p><w:r><w:t>&b9;</w:t></w:r></w:p>", prolog=LAUGHS)


def large_rows() -> list[list[str]]:
    """A table of 100,000 cells below a header."""
    columns = 10
    head = ["功能分类科目编码", "科目名称", *(f"第{n}项金额" for n in range(1, columns - 1))]
    body = [
        [f"{2000000 + n}", f"科目{n}", *(f"{n}.{n % 100:02}" for _ in range(columns - 2))]
        for n in range(CELLS // columns)
    ]
    return [head, *body]


def large(path: Path) -> Path:
    """An account with a table of 100,000 cells, in the format of the path's suffix."""
    rows, title = large_rows(), "云岫市水务局2024年度部门决算"
    lead = [[title], ["支出决算表"], ["部门：云岫市水务局", "单位：万元"]]
    if path.suffix == ".csv":
        path.write_text("\n".join(",".join(row) for row in [*lead, *rows]), "utf-8")
    elif path.suffix == ".txt":
        path.write_text(
            "\n\n".join("  ".join(row) for row in lead) + "\n\n" + "\n".join("\t".join(r) for r in rows), "utf-8"
        )
    elif path.suffix == ".html":
        cells = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in rows)
        head = "".join(f"<p>{' '.join(row)}</p>" for row in lead)
        path.write_text(f"<html><meta charset=utf-8><body>{head}<table>{cells}</table></body></html>", "utf-8")
    elif path.suffix == ".xlsx":
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        sheet = book.create_sheet("表")
        for row in [*lead, *rows]:
            sheet.append(row)
        book.save(path)
    elif path.suffix == ".xls":
        import xlwt

        old = xlwt.Workbook(encoding="utf-8")
        page = old.add_sheet("表")
        for at, row in enumerate([*lead, *rows]):
            for column, text in enumerate(row):
                page.write(at, column, text)
        old.save(str(path))
    else:
        from docx import Document

        made = Document()
        for row in lead:
            made.add_paragraph(" ".join(row))
        made.element.body.insert(-1, table_of(rows, 1))
        made.save(str(path))
    return path


def locked_office(path: Path) -> Path:
    """An office file with a password: a compound file that holds the encrypted package (its names, no more)."""
    names = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in ("EncryptionInfo", "EncryptedPackage"))
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + names + bytes(2048))
    return path


def locked_zip(path: Path) -> Path:
    """An archive whose member is marked as encrypted."""
    package(path, {"account.txt": "云岫市水务局2024年度部门决算" * 20})
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 1)
    path.write_bytes(data)
    return path
