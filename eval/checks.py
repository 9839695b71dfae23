"""`python -m eval.checks`: planted defects found, and nothing found where nothing is wrong.

Made-up accounts are consistent: a finding in one is false. Then one thing of one is made wrong at a time, in a table,
in the text or in a heading, and the checks must find it and cite it.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.checks import check
from assistant.library import AccountView
from assistant.model import Finding
from eval.accounts.account import MadeUp, make
from eval.accounts.form import form_of
from eval.accounts.textfile import as_text
from eval.defects import PLANTERS, Defect
from ingest import Store, read_account
from ingest.model import Fact

LEAST_LOCATED = 0.99
HEADINGS = 15
"""One in so many defects is one of a heading, which only reading finds; its account is written and read again."""


@dataclass(frozen=True)
class Planted:
    """One defect and what the checks made of it."""

    account: str
    kind: str
    rules: tuple[str, ...]
    where: str
    found: bool
    """True if the rule that is for it says something that a consistent account does not."""
    cited: bool
    """True if that finding cites the changed cell or sentence."""


@dataclass(frozen=True)
class Result:
    """Over all cases."""

    accounts: int
    false: list[Finding]
    planted: list[Planted]

    @property
    def recall(self) -> float:
        """Share of the planted defects that are found and located."""
        return sum(case.cited for case in self.planted) / max(len(self.planted), 1)

    @property
    def precision(self) -> float:
        """Share of the true findings among those located and those in consistent accounts."""
        located = sum(case.cited for case in self.planted)
        return located / max(located + len(self.false), 1)

    @property
    def passed(self) -> bool:
        """True if no finding is false and 99 % of the defects are located."""
        return not self.false and self.recall >= LEAST_LOCATED

    def kinds(self) -> dict[str, list[Planted]]:
        """Cases by kind of defect."""
        found: dict[str, list[Planted]] = {}
        for case in sorted(self.planted, key=lambda case: case.kind):
            found.setdefault(case.kind, []).append(case)
        return found

    def false_of(self, rules: tuple[str, ...]) -> int:
        """How many findings of these rules there are in consistent accounts."""
        return sum(finding.rule in rules for finding in self.false)


def run(accounts: int, cases: int, seed: int = 0) -> Result:
    """Check so many made-up accounts, then plant so many defects in them, one at a time, of every kind in turn."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "s", write=True) as store:
        made = [make(number, form_of(random.Random(number))) for number in range(seed, seed + accounts)]
        _read(store, [_written(account, Path(folder) / f"{account.seed}.txt") for account in made])
        views = [AccountView(account, store) for account in store.accounts()]  # each alone: they are no years of one
        false = [finding for view in views for finding in check(view) if finding.severity != "rounding"]
        planted = _in_headings(made, cases // HEADINGS, rng, Path(folder), store)
        turn = 0
        while len(planted) < cases and turn < cases * 20:
            defect = PLANTERS[turn % len(PLANTERS)](rng.choice(views), rng)
            turn += 1
            if defect:
                planted.append(_judged(defect))
    return Result(accounts, false, planted)


def _written(account: MadeUp, path: Path) -> Path:
    as_text(account, path)
    return path


def _read(store: Store, files: list[Path]) -> None:
    """Read the files into the store, without vectors: the checks search nothing."""
    for file in files:
        store.facts.add(read_account(file))


def _judged(defect: Defect) -> Planted:
    findings = [finding for finding in check(defect.view) if finding.severity != "rounding"]
    own = [finding for finding in findings if not defect.rules or finding.rule in defect.rules]
    if not defect.rules:
        own = [finding for finding in own if finding.severity == "error"]
    cited = any(_cites(finding, defect.changed) for finding in own)
    return Planted(defect.view.account.id, defect.kind, defect.rules, defect.where, bool(own), cited)


def _cites(finding: Finding, changed: Fact | str) -> bool:
    if isinstance(changed, str):
        quotes = [citation.quote for citation in finding.figures if citation.quote]
        return changed in quotes or (not quotes and not finding.figures and changed in finding.message)
    where = ("/".join(changed.column), changed.text, changed.place.line)
    return any((citation.column, citation.text, citation.line) == where for citation in finding.figures)


def _in_headings(made: list[MadeUp], cases: int, rng: random.Random, folder: Path, store: Store) -> list[Planted]:
    """Headings that name another year or another department, each in an account written for it."""
    changed: dict[Path, tuple[str, str]] = {}
    done: set[str] = set()
    for _ in range(cases * 5):
        if len(changed) == cases:
            break
        account = rng.choice(made)
        path = folder / f"heading-{len(changed)}.txt"
        lines = _written(account, path).read_text("utf-8").split("\n")
        places = [number for number, line in enumerate(lines) if _is_heading(line, account)]
        place = rng.choice(places[1:])  # the first is the first part's, which says whose it is
        rule = rng.choice(("name", "year") if str(account.year) in lines[place] else ("name",))
        old, new = (
            (account.department, "云岫市XX局") if rule == "name" else (f"{account.year}年", f"{account.year - 1}年")
        )
        lines[place] = lines[place].replace(old, new)
        text = "\n".join(lines)
        if text in done:
            continue
        done.add(text)
        path.write_text(text, "utf-8")
        changed[path] = (rule, lines[place].strip())
    _read(store, list(changed))
    planted = []
    for document in store.accounts():
        if Path(document.path) in changed:
            rule, line = changed[Path(document.path)]
            findings = [f for f in check(AccountView(document, store)) if f.rule == rule]
            cited = any((c.quote or "").startswith(line) for finding in findings for c in finding.figures)
            planted.append(Planted(document.id, f"heading with another {rule}", (rule,), line, bool(findings), cited))
    return planted


def _is_heading(line: str, account: MadeUp) -> bool:
    """True for the heading of a part, or a table's title, that names the department."""
    return account.department in line and (line.startswith("第") or line.strip().endswith("表"))


def table(result: Result) -> Iterator[str]:
    """Markdown: a row a kind of defect, and all."""
    yield "| planted defect | cases | found | located | false in consistent accounts |"
    yield "| --- | --- | --- | --- | --- |"
    for kind, cases in result.kinds().items():
        found, cited = sum(case.found for case in cases), sum(case.cited for case in cases)
        yield f"| {kind} | {len(cases)} | {found} | {cited} | {result.false_of(cases[0].rules)} |"
    found, cited = sum(case.found for case in result.planted), sum(case.cited for case in result.planted)
    yield f"| **all** | {len(result.planted)} | {found} | {cited} | {len(result.false)} |"
    yield ""
    yield (
        f"{result.accounts} consistent accounts: {len(result.false)} false findings. "
        f"Recall {result.recall:.1%}, precision {result.precision:.1%}."
    )


def main() -> int:
    """Print the result; 1 if a finding is false or fewer than 99 % of the defects are located."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=50)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--missed", action="store_true", help="list what was not located")
    arguments = parser.parse_args()
    result = run(arguments.accounts, arguments.cases, arguments.seed)
    print("\n".join(table(result)))
    if arguments.missed:
        for case in result.planted:
            if not case.cited:
                print(f"missed: {case.kind} in {case.account}: {case.where}{' (found)' if case.found else ''}")
        for finding in result.false:
            print(f"false: {finding.id} {finding.rule} {finding.message}")
    return 0 if result.passed else 1


if __name__ == "__main__":
    sys.exit(main())
