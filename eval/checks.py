"""`python -m eval.checks`: planted defects found, and nothing found where nothing is wrong.

Generated accounts are consistent: a finding in one is false. Then one figure of one is changed at a time, in a table
or in the text, and the checks must find it and cite it.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from assistant.calculator import places_of
from assistant.checks import check
from assistant.library import AccountView
from assistant.model import Finding
from eval.accounts.account import make
from eval.accounts.form import form_of
from eval.accounts.textfile import as_text
from ingest import Store, ingest
from ingest.model import Fact


class NoEncoder:
    """Vectors that cost nothing: the checks search nothing."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[1.0] * 8 for _ in texts]

    def embed_query(self, text: str) -> list[float]:
        return [1.0] * 8


@dataclass(frozen=True)
class Planted:
    """One changed cell and what the checks made of it."""

    account: str
    fact: Fact
    found: bool
    cited: bool
    """True if an error cites the changed cell itself."""


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


def run(accounts: int, cases: int, seed: int = 0) -> Result:
    """Check so many generated accounts, then plant so many defects in them, one at a time."""
    false: list[Finding] = []
    planted: list[Planted] = []
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "s", write=True, encoder=NoEncoder()) as store:
        files = []
        for number in range(seed, seed + accounts):
            files.append(Path(folder) / f"{number}.txt")
            as_text(make(number, form_of(random.Random(number))), files[-1])
        for outcome in ingest(files, store):
            if outcome.status == "failed":
                raise RuntimeError(f"{outcome.path}: {outcome.reason}")
        views = [AccountView(account, store) for account in store.accounts()]  # each alone: they are no years of one
        for view in views:
            false += [finding for finding in check(view) if finding.severity != "rounding"]
        for turn in range(cases):
            view = views[turn % len(views)]
            fact = rng.choice([fact for fact in view.facts if fact.value and fact.kind])
            planted.append(_plant(view, fact))
    return Result(accounts, false, planted)


def _plant(view: AccountView, fact: Fact) -> Planted:
    """The account with one figure raised by a tenth or so, checked."""
    assert fact.value is not None
    step = Decimal(1).scaleb(-places_of(fact.value))
    value = fact.value + max(abs(fact.value) / 10, 40 * step).quantize(step)
    changed = replace(fact, value=value, text=f"{value:f}")
    other = AccountView(view.account, view.store)
    other.__dict__["facts"] = [changed if one is fact else one for one in view.facts]
    errors = [finding for finding in check(other) if finding.severity == "error"]
    return Planted(view.account.id, fact, bool(errors), any(_cites(finding, changed) for finding in errors))


def _cites(finding: Finding, fact: Fact) -> bool:
    where = ("/".join(fact.column), fact.text, fact.place.line)
    return any((citation.column, citation.text, citation.line) == where for citation in finding.figures)


def lines(result: Result) -> Iterator[str]:
    """The result for a person."""
    yield f"{result.accounts} consistent accounts: {len(result.false)} false findings"
    located = sum(case.cited for case in result.planted)
    yield f"{len(result.planted)} planted defects: {located} found in the right cell ({result.recall:.1%})"
    missed = Counter((case.fact.kind, case.fact.measure) for case in result.planted if not case.cited)
    yield from (f"  missed {count} in {kind} {measure}" for (kind, measure), count in missed.most_common(12))


def main() -> int:
    """Print the result; 1 if a finding is false or fewer than 99 % of the defects are found in the right cell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=50)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    result = run(arguments.accounts, arguments.cases, arguments.seed)
    print("\n".join(lines(result)))
    return 0 if not result.false and result.recall >= 0.99 else 1


if __name__ == "__main__":
    sys.exit(main())
