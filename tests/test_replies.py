"""Reply drafts: every figure with its source as a real footnote, the calculation as an annex, the right form for each
outcome, the office's own wording."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from test_interface import juesuan

from assistant import Answer, Assistant, Citation
from assistant.model import Figure
from eval.suite import SAMPLES, store_of
from ui.address import Address, citation_at, of_citation
from ui.replies import Matter, ReplyError, ReplyRequest, draft, figures_workbook
from ui.replies.wording import SETTING, Wording, WordingError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FIGURE = "图书馆局2024年公务接待费是多少？"
SHARE = "图书馆局2024年项目支出占本年支出合计的百分之几？"
RANKING = "图书馆局2024年支出最大的三项是什么？"
ABSENT = "图书馆局2024年地下水监测费是多少？"
BLANK = "图书馆局2024年国防支出是多少？"
OPINION = "图书馆局花这么多钱值得吗？"
PERSONAL = "图书馆局局长的工资是多少？"
REQUEST = ReplyRequest("公开图书馆局2024年公务接待费。", "张三", "2025年9月1日", "云图函〔2025〕3号", "", "2025年9月15日")


class Word:
    """A DOCX read back: its text, footnotes, and the references to them."""

    def __init__(self, content: bytes) -> None:
        import docx

        self.document = docx.Document(io.BytesIO(content))  # python-docx opens it
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            self.body = etree.fromstring(parts.read("word/document.xml"))
            notes = etree.fromstring(parts.read("word/footnotes.xml"))
            self.types = parts.read("[Content_Types].xml").decode()
            self.relations = parts.read("word/_rels/document.xml.rels").decode()
        self.notes = {
            int(note.get(f"{W}id")): "".join(note.itertext(f"{W}t"))
            for note in notes.iter(f"{W}footnote")
            if note.get(f"{W}type") is None
        }
        self.references = [int(one.get(f"{W}id")) for one in self.body.iter(f"{W}footnoteReference")]
        self.again = re.findall(r"NOTEREF _note(\d+)", etree.tostring(self.body).decode())

    @property
    def paragraphs(self) -> list[str]:
        return ["".join(one.itertext(f"{W}t")) for one in self.body.iter(f"{W}p")]

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


def drafted(assistant: Assistant, *questions: str, request: ReplyRequest = REQUEST) -> Word:
    matters = [Matter(question, assistant.ask(question)) for question in questions]
    return Word(draft(request, matters, assistant.library))


def numbers(text: str) -> list[str]:
    return re.findall(r"\d[\d,]*\.\d+", text)


# --- the letter -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("questions", [(FIGURE,), (SHARE,), (RANKING,), (FIGURE, SHARE, RANKING, ABSENT)])
def test_every_figure_is_there_with_its_source_as_a_footnote(samples: Assistant, questions: Sequence[str]) -> None:
    answers = [samples.ask(question) for question in questions]
    word = drafted(samples, *questions)
    for answer in answers:
        assert set(numbers(answer.text)) <= set(numbers(word.text))
    assert sorted(word.references) == sorted(word.notes) and len(set(word.references)) == len(word.references)
    assert set(map(int, word.again)) <= set(word.notes)
    cited = [citation for answer in answers if answer.status == "answered" for citation in answer.citations]
    for citation in cited:
        file = Path(samples.library.account(citation.document).path).name
        (note,) = [
            note
            for note in word.notes.values()
            if all(part in note for part in (citation.row or "", f"“{citation.column}”", f"表内数：{citation.text}"))
            and citation.where in note
        ]
        assert file in note and citation.sha256 in note and f"《{citation.table}》" in note
    assert "footnotes+xml" in word.types and "/footnotes" in word.relations
    assert "[1]" not in word.text and "。”。" not in word.text


def test_the_letter_has_the_request_the_office_its_remedies_and_its_marks(samples: Assistant) -> None:
    word = drafted(samples, FIGURE)
    for said in ("张三：", "2025年9月1日", "云图函〔2025〕3号", "公开图书馆局2024年公务接待费", "第三十六条第（一）项", "行政复议", "云岫市图书馆事业管理局", "2025年9月15日"):  # fmt: skip
        assert said in word.text
    assert "附件" not in word.text, "a printed figure needs no calculation"
    section = word.document.sections[0]
    edges = (section.page_width, section.top_margin, section.left_margin)
    assert [round(edge.cm, 1) for edge in edges if edge is not None] == [21.0, 3.7, 2.8]
    assert "草稿" in section.header.paragraphs[0].text


def test_the_calculation_is_an_annex(samples: Assistant) -> None:
    answer = samples.ask(SHARE)
    made = answer.calculation
    assert made is not None
    word = drafted(samples, SHARE)
    annex = word.text.split("附件：计算过程")[-1]
    assert made.formula in annex and made.exact in annex and made.program in annex and made.rounding in annex
    for operand in made.operands:
        assert operand.name in annex and operand.value in annex
    assert "第三十八条" in word.text.split("张三：")[0], "who signs is told that a figure was computed"


def test_several_figures_are_a_table_whose_head_is_repeated(samples: Assistant) -> None:
    answer = samples.ask(RANKING)
    word = drafted(samples, RANKING)
    table = next(one for one in word.document.tables if len(one.columns) == 3)
    assert [row.cells[0].text for row in table.rows[1:]] == [figure.label for figure in answer.figures]
    assert [row.cells[1].text.rstrip("0123456789") for row in table.rows[1:]]
    for row, figure in zip(table.rows[1:], answer.figures):
        assert row.cells[1].text.startswith(figure.value or "（未填列）") and row.cells[2].text == (figure.unit or "")
    assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")


def test_what_is_not_held_has_its_own_form(samples: Assistant) -> None:
    word = drafted(samples, ABSENT)
    assert samples.ask(ABSENT).status == "refused"
    assert "没有所申请公开的这一信息" in word.text and "第三十六条第（四）项" in word.text
    assert "第（一）项" not in word.text and not numbers(word.text)
    assert "只检索了已收录的文件" in word.text


def test_a_blank_cell_is_told_as_blank_and_cited(samples: Assistant) -> None:
    assert samples.ask(BLANK).reason == "blank"
    word = drafted(samples, BLANK)
    assert "未填列（空白不等于0）" in word.text and word.references and not numbers(word.text)


def test_some_held_and_some_not(samples: Assistant) -> None:
    word = drafted(samples, FIGURE, ABSENT, OPINION, PERSONAL)
    assert [word.text.count(f"{order}、关于“") for order in "一二三四五"] == [1, 1, 1, 1, 0]
    hints, letter = word.text.split("张三：")
    assert "第三十六条第（一）项" in letter and "第三十六条第（四）项" in letter
    assert letter.count("不是部门决算公开文件记载的内容") == 2
    for question in (OPINION, PERSONAL):
        assert f"“{question}”不是决算能够回答的事项" in hints, "what the law says of it is for a person to decide"


def test_what_has_no_answer_yet_is_not_drafted(samples: Assistant) -> None:
    clarify = samples.ask("公务接待费是多少？")
    assert clarify.status == "clarify"
    with pytest.raises(ReplyError, match="请先选定一种"):
        draft(REQUEST, [Matter("公务接待费是多少？", clarify)], samples.library)
    with pytest.raises(ReplyError, match="请填写申请的内容"):
        draft(ReplyRequest(" "), [Matter(FIGURE, samples.ask(FIGURE))], samples.library)
    with pytest.raises(ReplyError, match="请选 1 到"):
        draft(REQUEST, [], samples.library)
    failed = Answer(status="refused", text="?", reason="unsupported")
    with pytest.raises(ReplyError, match="换一种说法"):
        draft(REQUEST, [Matter("?", failed)], samples.library)


def test_what_the_checks_found_is_told_to_who_signs(samples: Assistant) -> None:
    answer = samples.ask(FIGURE)
    noted = answer.model_copy(update={"notes": ("核对提示：说明与表格不一致[1]。",)})
    word = Word(draft(REQUEST, [Matter(FIGURE, noted)], samples.library))
    box = word.document.tables[0].rows[0].cells[0].text
    assert "发文前删除" in box and "说明与表格不一致。" in box


def test_what_is_written_by_people_is_text_and_not_markup(samples: Assistant) -> None:
    odd = "<w:p>&amp; ＆ “引号”</w:p>"
    word = drafted(samples, FIGURE, request=ReplyRequest(odd, odd))
    assert word.text.count(odd) >= 2


# --- wording ----------------------------------------------------------------------------------------------------------


def test_an_office_words_it_otherwise(
    samples: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("closing: 此复。\nheld: 查得：{answer}（见{documents}）\n", "utf-8")
    monkeypatch.setenv(SETTING, str(own))
    word = drafted(samples, FIGURE)
    assert "此复。" in word.text and "特此答复" not in word.text and "查得：" in word.text


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("closing: '{nobody}'", "closing.*nobody"),
        ("clsing: 此复。", "不认识的条目 clsing"),
        ("- 此复。", "应是“条目: 用语”"),
        ("closing: [", "不是可读的 YAML"),
        (None, "打不开"),
    ],
)
def test_wording_that_cannot_be_used_says_where_and_why(
    samples: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str | None, told: str
) -> None:
    own = tmp_path / "own.yaml"
    if written is not None:
        own.write_text(written, "utf-8")
    monkeypatch.setenv(SETTING, str(own))
    with pytest.raises(WordingError, match=told):
        drafted(samples, FIGURE)


def test_no_entry_of_the_wording_is_idle() -> None:
    source = "".join(path.read_text("utf-8") for path in Path("ui/replies").glob("*.py"))
    for key in Wording()._entries:
        assert f'"{key}"' in source or re.search(rf'f"{key.partition("_")[0]}_{{', source), key


# --- figures ----------------------------------------------------------------------------------------------------------


def rows(content: bytes) -> list[tuple[Any, ...]]:
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [tuple(cell for cell in row) for row in sheet.iter_rows(min_row=2)]


def test_the_workbook_has_the_figures_as_numbers_with_their_places(samples: Assistant) -> None:
    answered = [(question, samples.ask(question)) for question in (FIGURE, SHARE, RANKING)]

    def address(one: Citation) -> str:
        return f"http://host/{of_citation(samples.library, one).query}"

    found = rows(figures_workbook(answered, samples.library, address))
    for question, answer in answered:
        own = [row for row in found if row[0].value == question]
        for operand in answer.calculation.operands if answer.calculation else ():
            (row,) = [row for row in own if row[1].value == operand.name]
            citation = next(one for one in answer.citations if one.id == operand.citation)
            assert Decimal(str(row[2].value)) == Decimal(operand.value or "") and row[3].value == operand.unit
            assert row[9].value == citation.text and row[10].value == citation.sha256
            query = dict(pair.split("=") for pair in row[11].hyperlink.target.split("?")[1].split("&"))
            opened = citation_at(samples.library, Address.read(query))
            assert opened is not None and opened.text == citation.text
        assert answer.value is None or any(Decimal(str(row[2].value)) == Decimal(answer.value) for row in own)


def test_no_text_of_the_workbook_is_a_formula(samples: Assistant) -> None:
    answer = samples.ask(FIGURE)
    bad = answer.model_copy(
        update={"calculation": None, "figures": (Figure(label="=1+1", value=None, unit=None, citation=1),)}
    )
    (row,) = rows(figures_workbook([("=cmd|' /C calc'!A0", bad)], samples.library))[:1]
    assert row[0].data_type == "s" and row[1].data_type == "s"


# --- at the command line ----------------------------------------------------------------------------------------------


def test_a_reply_from_the_command_line(tmp_path: Path) -> None:
    store = store_of("samples", sorted(SAMPLES.glob("*.pdf")))
    out, figures = tmp_path / "答复.docx", tmp_path / "数字.xlsx"
    done = juesuan("reply", FIGURE, SHARE, "--request", "公务接待费", "--out", str(out), "--figures", str(figures), store=store)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(Word(out.read_bytes()).notes) >= 3 and rows(figures.read_bytes())
    before = out.read_bytes()
    done = juesuan("reply", "公务接待费是多少？", "--request", "公务接待费", "--out", str(out), store=store)
    assert done.returncode == 2 and "请先选定一种" in done.stderr and out.read_bytes() == before
