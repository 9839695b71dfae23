"""`python -m eval.asked`: questions made from the truth of generated accounts, answered with just that or refused.

Accounts are made up, written in mixed forms and read. Of the truth about their cells questions are made, in wordings
that change: a figure by name, code, column, fund and unit, its budget, sums, differences, shares, completion, multiples,
what is blank, what is not in the account, what has a qualifier that accounts do not tell. A wrong figure is what counts.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from assistant import Answer, Assistant
from assistant.vocabulary import aliases
from eval.accounts import WRITERS, MadeUp, Told, form_of, make
from eval.accounts.offices import OFFICES
from ingest import Store, ingest
from ingest.text import plain

SEED = 40_000
FORMATS = ("text", "pdf", "docx", "xlsx", "html")
_YUAN = {"元": 0, "千元": 3, "万元": 4, "亿元": 8}
_CENT = Decimal("0.01")
_SAID = ("{who}{year}年{what}是多少？", "请问{who}{year}年度的{what}有多少", "{year}年{who}{what}花了多少钱", "{what}，{who}，{year}年", "我想查{who}{year}年{what}决算数")
_QUALIFIED = ("上半年的{what}", "付给甲公司的{what}", "女职工的{what}", "下属站所的{what}", "第三季度的{what}", "疫情防控专用的{what}")
_TOTALS = {
    "总收入": ("T1", "总计", "决算数", "收入"), "总支出": ("T1", "总计", "决算数", "支出"),
    "本年收入合计": ("T1", "本年收入合计", "决算数", "收入"), "本年支出合计": ("T3", "合计", "本年支出合计", ""),
    "基本支出": ("T3", "合计", "基本支出", ""), "项目支出": ("T3", "合计", "项目支出", ""),
    "人员经费合计": ("T6", "人员经费合计", "决算数", ""), "公用经费合计": ("T6", "公用经费合计", "决算数", ""),
    "一般公共预算财政拨款支出": ("T5", "合计", "本年支出合计", ""), "财政拨款总支出": ("T4", "总计", "决算数", "支出"),
}  # fmt: skip
_THREE = ("公务接待费", "因公出国（境）费", "公务用车购置费", "公务用车运行维护费")


@dataclass(frozen=True)
class Asked:
    """A question with its answer: a number with its unit, or the reason for which there is none."""

    form: str
    question: str
    value: Decimal | None = None
    unit: str | None = None
    reasons: tuple[str, ...] = ()
    verdict: str | None = None
    before: tuple[str, ...] = ()
    """The questions of the conversation before this one."""
    first: bool = False
    """True where the value is that of the first figure listed."""


class NoEncoder:
    """Vectors that say nothing: figures are not found by them."""

    def embed_documents(self, texts: Sequence[str]) -> list[list[float]]:
        return [[1.0, 0.0] for _ in texts]

    def embed_query(self, text: str) -> list[float]:
        return [1.0, 0.0]


class Asking:
    """Makes questions about one account.

    :param truth: its cells as printed.
    :param others: names of subjects that the account does not have.
    """

    def __init__(self, account: MadeUp, truth: Sequence[Told], others: Sequence[str], rng: random.Random) -> None:
        self.account, self.rng, self.others = account, rng, others
        self.cells = list(truth)
        names = {(plain(cell.subject), cell.code) for cell in truth if cell.kind in ("T3", "T6") and cell.code}
        self.names = Counter(name for name, _ in names)

    def all(self) -> Iterator[Asked]:
        """The questions."""
        for make_one in (
            self._figures, self._coded, self._basic, self._economic, self._official, self._converted, self._funds,
            self._differences, self._shares, self._sums, self._multiples, self._completions, self._blanks, self._absent,
            self._qualified, self._totals, self._claims, self._follow_ups, self._largest, self._last_year, self._planned,
        ):  # fmt: skip
            yield from make_one()

    def _say(self, what: str) -> str:
        return self.rng.choice(_SAID).format(who=self.account.department, year=self.account.year, what=what)

    def _rows(self, kind: str, measure: str) -> list[Told]:
        """Filled cells of rows whose name is theirs alone, in a column."""
        cells = [c for c in self.cells if c.kind == kind and c.measure == measure and c.code and not c.parent]
        return [c for c in cells if self.names[plain(c.subject)] == 1 and c.value is not None]

    def _some(self, cells: Sequence[Told], count: int) -> list[Told]:
        return self.rng.sample(list(cells), min(count, len(cells)))

    def _figure(self, form: str, cell: Told, what: str) -> Asked:
        return Asked(form, self._say(what), cell.value, cell.unit)

    def _figures(self) -> Iterator[Asked]:
        for cell in self._some(self._rows("T3", "本年支出合计"), 4):
            yield self._figure("figure", cell, self.rng.choice((cell.subject, f"“{cell.subject}”", f"{cell.subject}支出")))

    def _coded(self) -> Iterator[Asked]:
        for cell in self._some(self._rows("T3", "本年支出合计"), 2):
            yield self._figure("code", cell, self.rng.choice((f"科目编码{cell.code}的支出", f"{cell.code}{cell.subject}")))

    def _basic(self) -> Iterator[Asked]:
        for nature in ("基本支出", "项目支出"):
            for cell in self._some(self._rows("T3", nature), 2):
                yield self._figure("column", cell, f"{cell.subject}的{nature}")

    def _nature(self) -> list[Told]:
        """Items by economic nature that stand in no other table."""
        return [c for c in self._rows("T6", "决算数") if c.subject not in _THREE]

    def _economic(self) -> Iterator[Asked]:
        for cell in self._some(self._nature(), 4):
            yield self._figure("economic", cell, cell.subject)

    def _official(self) -> Iterator[Asked]:
        for cell in self._some(self._three("预算数"), 2):
            words = self.rng.choice(("{a}预算数是多少？", "{a}的预算是多少？", "{a}预算安排了多少？"))
            yield Asked("budget", self._who() + words.format(a=cell.item), cell.value, cell.unit)
        for cell in self._some(self._three("决算数"), 2):
            yield self._figure("official", cell, cell.item)

    def _three(self, measure: str) -> list[Told]:
        return [c for c in self.cells if c.kind == "T7" and c.measure == measure and c.item in _THREE and c.value is not None]

    def _converted(self) -> Iterator[Asked]:
        for cell in self._some(self._rows("T3", "本年支出合计"), 2):
            unit = self.rng.choice([unit for unit in _YUAN if unit != cell.unit and unit != "千元"])
            assert cell.value is not None and cell.unit is not None
            value = cell.value.scaleb(_YUAN[cell.unit] - _YUAN[unit])
            words = {"元": "是多少元", "万元": "是多少万元", "亿元": "是多少亿元"}[unit]
            question = f"{self.account.department}{self.account.year}年{cell.subject}{words}？"
            yield Asked("unit", question, value, unit)

    def _funds(self) -> Iterator[Asked]:
        for cell in self._some(self._rows("T5", "本年支出合计"), 2):
            yield self._figure("fund", cell, f"一般公共预算财政拨款{cell.subject}")

    def _pairs(self, count: int) -> Iterator[tuple[Told, Told]]:
        cells = self._rows("T3", "本年支出合计")
        for _ in range(count if len(cells) > 1 else 0):
            one, other = self.rng.sample(cells, 2)
            if not (one.code.startswith(other.code) or other.code.startswith(one.code)):
                yield one, other

    def _differences(self) -> Iterator[Asked]:
        for one, other in self._pairs(3):
            assert one.value is not None and other.value is not None
            words = self.rng.choice(("{a}和{b}相差多少？", "{a}与{b}的差额", "{a}比{b}多多少？"))
            question = f"{self.account.department}{self.account.year}年{words.format(a=one.subject, b=other.subject)}"
            yield Asked("difference", question, abs(one.value - other.value), one.unit)

    def _sums(self) -> Iterator[Asked]:
        for one, other in self._pairs(2):
            assert one.value is not None and other.value is not None
            question = self._who() + f"{one.subject}和{other.subject}一共多少？"
            yield Asked("sum", question, one.value + other.value, one.unit)

    def _who(self) -> str:
        return f"{self.account.department}{self.account.year}年"

    def _multiples(self) -> Iterator[Asked]:
        for one, other in self._pairs(2):
            if one.value and other.value:
                question = self._who() + f"{one.subject}是{other.subject}的多少倍？"
                yield Asked("multiple", question, _rounded(one.value / other.value), "倍")

    def _shares(self) -> Iterator[Asked]:
        whole = next((c for c in self.cells if c.kind == "T3" and c.subject == "合计" and c.measure == "本年支出合计"), None)
        if whole is None or not whole.value:
            return
        for cell in self._some(self._rows("T3", "本年支出合计"), 2):
            assert cell.value is not None
            words = self.rng.choice(("{a}占本年支出的百分之几？", "{a}占本年支出合计的比重", "本年支出里{a}占多大比例？"))
            yield Asked("share", self._who() + words.format(a=cell.subject), _rounded(100 * cell.value / whole.value), "%")

    def _completions(self) -> Iterator[Asked]:
        budgets = {c.item: c.value for c in self._three("预算数") if c.value}
        for cell in self._some([c for c in self._three("决算数") if c.item in budgets], 2):
            assert cell.value is not None
            words = self.rng.choice(("{a}完成预算的百分之多少？", "{a}预算执行率是多少？"))
            yield Asked("completion", self._who() + words.format(a=cell.item), _rounded(100 * cell.value / budgets[cell.item]), "%")

    def _blanks(self) -> Iterator[Asked]:
        blank = [c for c in self.cells if c.kind == "T6" and c.measure == "决算数" and c.code and c.value is None]
        elsewhere = {plain(c.item) for c in self.cells if c.value is not None}
        for cell in self._some([c for c in blank if plain(c.subject) not in elsewhere], 2):
            yield Asked("blank", self._say(cell.subject), reasons=("blank",))

    def _absent(self) -> Iterator[Asked]:
        printed = {plain(name) for c in self.cells for name in (c.subject, c.item)}
        known = {plain(alias.words) for alias in aliases()}  # citizens' words for what may be there
        # what totals and the text tell too is not absent with its row
        absent = [name for name in self.others if not {plain(name), plain(name).removesuffix("支出")} & known and "预算支出" not in name and not any(plain(name) in other or other in plain(name) for other in printed if other)]
        for name in self.rng.sample(absent, min(2, len(absent))):
            yield Asked("absent", self._say(name), reasons=("item", "blank"))
        other = self.account.department[:3] + self.rng.choice([o for o in OFFICES if o[-4:] not in self.account.department])
        yield Asked("absent", f"{other}{self.account.year}年基本支出是多少？", reasons=("department",))
        yield Asked("absent", f"{self.account.department}{self.account.year - 3}年基本支出是多少？", reasons=("year",))

    def _qualified(self) -> Iterator[Asked]:
        for cell in self._some(self._rows("T6", "决算数"), 2):
            what = self.rng.choice(_QUALIFIED).format(what=cell.subject)
            yield Asked("qualified", self._say(what), reasons=("item", "off-topic", "unsupported"))


    def _totals(self) -> Iterator[Asked]:
        for name, (kind, subject, measure, side) in _TOTALS.items():
            cells = [
                c for c in self.cells
                if (c.kind, c.subject, c.measure) == (kind, subject, measure) and (not side or c.side == side) and c.value is not None
            ]  # fmt: skip
            if cells:
                yield self._figure("total", cells[0], name)

    def _claims(self) -> Iterator[Asked]:
        for cell in self._some(self._nature(), 2):
            assert cell.value is not None
            true = self.rng.random() < 0.5
            said = cell.value if true else cell.value * 2 + Decimal("0.37")
            words = self.rng.choice(("有人说{who}{a}花了{v}{u}，对吗？", "网上说{who}{a}是{v}{u}，属实吗？", "{who}{a}花了{v}{u}，这个说法准确吗？"))
            question = words.format(who=self._who(), a=cell.subject, v=said, u=cell.unit)
            yield Asked("claim", question, verdict="confirmed" if true else "refuted")

    def _follow_ups(self) -> Iterator[Asked]:
        for one, other in self._pairs(2):
            before = (self._who() + f"{one.subject}是多少？",)
            words = self.rng.choice(("那{b}呢？", "{b}呢", "{b}又是多少？"))
            yield Asked("follow-up", words.format(b=other.subject), other.value, other.unit, before=before)
        for nature in ("基本支出", "项目支出"):
            for cell in self._some(self._rows("T3", nature), 1):
                before = (self._who() + f"{cell.subject}是多少？",)
                yield Asked("follow-up", f"其中{nature}呢？", cell.value, cell.unit, before=before)

    def _largest(self) -> Iterator[Asked]:
        cells = [c for c in self.cells if c.kind == "T3" and c.measure == "本年支出合计" and len(c.code) == 7 and c.value]
        if len(cells) > 1:
            best = max(cells, key=lambda cell: cell.value or Decimal(0))
            words = self.rng.choice(("支出最大的功能科目是哪一项？", "哪个项级科目花钱最多？", "支出最多的项级功能科目是什么？"))
            yield Asked("ranking", self._who() + words, best.value, best.unit, first=True)

    def _last_year(self) -> Iterator[Asked]:
        for cell in self._some(self._three("上年决算数"), 2):
            yield Asked("last-year", self._who() + f"{cell.item}的上年决算数是多少？", cell.value, cell.unit)
        now = {c.item: c.value for c in self._three("决算数")}
        for cell in self._some([c for c in self._three("上年决算数") if now.get(c.item) is not None], 2):
            assert cell.value is not None
            question = self._who() + f"{cell.item}比上年变化了多少{cell.unit}？"
            yield Asked("change", question, abs((now[cell.item] or Decimal(0)) - cell.value), cell.unit)

    def _planned(self) -> Iterator[Asked]:
        cells = [c for c in self.cells if c.kind == "T1" and c.side == "支出" and c.measure == "年初预算数" and c.value is not None]
        for cell in self._some([c for c in cells if c.subject.endswith("支出") and "本年" not in c.subject], 2):
            yield Asked("planned", self._who() + f"{cell.subject}的年初预算数是多少？", cell.value, cell.unit)


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_CENT, ROUND_HALF_UP)


def judged(asked: Asked, answer: Answer) -> str:
    """right, wrong or refused: a refusal for another reason than expected counts as right."""
    if asked.verdict:
        return "refused" if answer.verdict is None else "right" if answer.verdict == asked.verdict else "wrong"
    if asked.value is None:
        return "right" if answer.status != "answered" else "wrong"
    if answer.status != "answered":
        return "refused"
    shown, unit = (answer.value, answer.unit) if not asked.first or not answer.figures else (answer.figures[0].value, answer.figures[0].unit)
    if shown is None or unit not in _YUAN or asked.unit not in _YUAN:
        same = shown is not None and Decimal(shown) == asked.value and unit == asked.unit
        return "right" if same else "wrong"
    got = Decimal(shown).scaleb(_YUAN[unit])
    return "right" if got == asked.value.scaleb(_YUAN[asked.unit]) else "wrong"


def made(count: int, seed: int, folder: Path) -> tuple[Assistant, list[tuple[MadeUp, list[Told]]]]:
    """An assistant over so many generated accounts of departments that differ by name, and the truth about each."""
    accounts, files = [], []
    for number in range(count):
        form = replace(form_of(random.Random(seed + number)), kind="部门")
        writer = WRITERS[FORMATS[number % len(FORMATS)]]
        place = f"云{chr(0x5CAB + number)}市"
        account = make(seed + number, writer.tellable(form), f"{place}{OFFICES[number % len(OFFICES)]}")
        file = folder / f"{account.department}{account.year}{writer.suffix}"
        accounts.append((account, writer.write(account, file)))
        files.append(file)
    encoder = NoEncoder()
    with Store(folder / "store", write=True, encoder=encoder) as store:
        failed = [f"{outcome.path}: {outcome.reason}" for outcome in ingest(files, store) if outcome.status != "added"]
    if failed:
        raise ValueError("Generated accounts could not be read: " + "; ".join(failed))
    return Assistant.open(folder / "store", encoder=encoder), accounts


@dataclass(frozen=True)
class Result:
    """All questions with their answers and what they are worth."""

    found: list[tuple[Asked, Answer, str]]

    def count(self, verdict: str, form: str = "") -> int:
        """How many questions, of a form if one is named, got this verdict."""
        return sum(v == verdict and form in ("", asked.form) for asked, _, v in self.found)

    @property
    def passed(self) -> bool:
        """True if none is wrong and 99 % are right."""
        return not self.count("wrong") and self.count("right") * 100 >= 99 * len(self.found)

    @property
    def line(self) -> str:
        """In one line."""
        counts = ", ".join(f"{self.count(verdict)} {verdict}" for verdict in ("right", "wrong", "refused"))
        return f"{len(self.found)} questions made from the truth of generated accounts: {counts}."


def run(accounts: int, seed: int = SEED) -> Result:
    """Make so many accounts, read them and ask."""
    with tempfile.TemporaryDirectory() as folder:
        assistant, truths = made(accounts, seed, Path(folder))
        found = ask_all(assistant, truths, seed)
        assistant.close()
    return Result(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=30)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--show", type=int, default=10, help="how many answers that are not right are printed of each form")
    args = parser.parse_args()
    result = run(args.accounts, args.seed)
    print("| form | questions | right | wrong | refused |\n| --- | --- | --- | --- | --- |")
    for form in (*dict.fromkeys(asked.form for asked, _, _ in result.found), ""):
        counts = [result.count(verdict, form) for verdict in ("right", "wrong", "refused")]
        print(f"| {form or '**all**'} | {sum(counts)} | {' | '.join(map(str, counts))} |")
    shown: Counter[tuple[str, str]] = Counter()
    for asked, answer, verdict in result.found:
        if verdict != "right" and shown[asked.form, verdict] < args.show:
            shown[asked.form, verdict] += 1
            print(f"{verdict} {asked.form}: {' → '.join((*asked.before, asked.question))}")
            print(f"  expected {asked.value} {asked.unit} {asked.verdict or ''} {asked.reasons}; got {answer.text[:160]}")
    return 0 if result.passed else 1


def ask_all(
    assistant: Assistant, accounts: Sequence[tuple[MadeUp, list[Told]]], seed: int
) -> list[tuple[Asked, Answer, str]]:
    """All questions with their answers and what they are worth."""
    rng = random.Random(seed)
    names = sorted({cell.subject for _, truth in accounts for cell in truth if cell.kind in ("T3", "T6") and cell.code})
    found = []
    for account, truth in accounts:
        for asked in Asking(account, truth, names, rng).all():
            answer = assistant.ask(asked.question, asked.before)
            found.append((asked, answer, judged(asked, answer)))
    return found


if __name__ == "__main__":
    sys.exit(main())
