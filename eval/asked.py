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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from assistant import Answer, Assistant
from eval.accounts import WRITERS, MadeUp, Told, form_of, make
from eval.province import OFFICES
from ingest import Store, ingest
from ingest.text import plain

FORMATS = ("text", "pdf", "docx", "xlsx", "html")
_YUAN = {"元": 0, "千元": 3, "万元": 4, "亿元": 8}
_CENT = Decimal("0.01")
_SAID = ("{who}{year}年{what}是多少？", "请问{who}{year}年度的{what}有多少", "{year}年{who}{what}花了多少钱", "{what}，{who}，{year}年", "我想查{who}{year}年{what}决算数")
_QUALIFIED = ("上半年的{what}", "付给甲公司的{what}", "女职工的{what}", "下属站所的{what}", "第三季度的{what}", "疫情防控专用的{what}")
_THREE = ("公务接待费", "因公出国（境）费", "公务用车购置费", "公务用车运行维护费")


@dataclass(frozen=True)
class Asked:
    """A question with its answer: a number with its unit, or the reason for which there is none."""

    form: str
    question: str
    value: Decimal | None = None
    unit: str | None = None
    reasons: tuple[str, ...] = ()


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
            self._qualified,
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

    def _economic(self) -> Iterator[Asked]:
        for cell in self._some([c for c in self._rows("T6", "决算数") if c.subject not in _THREE], 4):
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
        budgets = {c.item: c.value for c in self._three("预算数")}
        for cell in self._some([c for c in self._three("决算数") if budgets.get(c.item)], 2):
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
        absent = [name for name in self.others if not any(plain(name) in other or other in plain(name) for other in printed if other)]
        for name in self.rng.sample(absent, min(2, len(absent))):
            yield Asked("absent", self._say(name), reasons=("item", "blank"))
        other = self.account.department[:3] + self.rng.choice([o for o in OFFICES if o[-4:] not in self.account.department])
        yield Asked("absent", f"{other}{self.account.year}年基本支出是多少？", reasons=("department",))
        yield Asked("absent", f"{self.account.department}{self.account.year - 3}年基本支出是多少？", reasons=("year",))

    def _qualified(self) -> Iterator[Asked]:
        for cell in self._some(self._rows("T6", "决算数"), 2):
            what = self.rng.choice(_QUALIFIED).format(what=cell.subject)
            yield Asked("qualified", self._say(what), reasons=("item", "off-topic", "unsupported"))


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_CENT, ROUND_HALF_UP)


def judged(asked: Asked, answer: Answer) -> str:
    """right, wrong or refused: a refusal for another reason than expected counts as right."""
    if asked.value is None:
        return "right" if answer.status != "answered" else "wrong"
    if answer.status != "answered":
        return "refused"
    if answer.value is None or answer.unit not in _YUAN or asked.unit not in _YUAN:
        same = answer.value is not None and Decimal(answer.value) == asked.value and answer.unit == asked.unit
        return "right" if same else "wrong"
    got = Decimal(answer.value).scaleb(_YUAN[answer.unit])
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=30)
    parser.add_argument("--seed", type=int, default=40_000)
    parser.add_argument("--show", type=int, default=10, help="how many answers that are not right are printed of each form")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        assistant, accounts = made(args.accounts, args.seed, Path(folder))
        found = ask_all(assistant, accounts, args.seed)
        assistant.close()
    print("| form | questions | right | wrong | refused |\n| --- | --- | --- | --- | --- |")
    for form in dict.fromkeys(asked.form for asked, _, _ in found):
        _line(form, [verdict for asked, _, verdict in found if asked.form == form])
    _line("**all**", [verdict for _, _, verdict in found])
    shown: Counter[tuple[str, str]] = Counter()
    for asked, answer, verdict in found:
        if verdict != "right" and shown[asked.form, verdict] < args.show:
            shown[asked.form, verdict] += 1
            print(f"{verdict} {asked.form}: {asked.question}\n  expected {asked.value} {asked.unit} {asked.reasons}; got {answer.text[:160]}")
    return 1 if any(verdict == "wrong" for _, _, verdict in found) else 0


def ask_all(
    assistant: Assistant, accounts: Sequence[tuple[MadeUp, list[Told]]], seed: int
) -> list[tuple[Asked, Answer, str]]:
    """All questions with their answers and what they are worth."""
    rng = random.Random(seed)
    names = sorted({cell.subject for _, truth in accounts for cell in truth if cell.kind in ("T3", "T6") and cell.code})
    found = []
    for account, truth in accounts:
        for asked in Asking(account, truth, names, rng).all():
            answer = assistant.ask(asked.question)
            found.append((asked, answer, judged(asked, answer)))
    return found


def _line(form: str, verdicts: Sequence[str]) -> None:
    count: Callable[[str], int] = verdicts.count
    print(f"| {form} | {len(verdicts)} | {count('right')} | {count('wrong')} | {count('refused')} |")


if __name__ == "__main__":
    sys.exit(main())
