"""`python -m eval.conformance`: the table of both sets, then every item that does not agree; exit 1 if any does not."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from eval.conformance import Outcome, finqa, folder, tatqa

SETS: tuple[tuple[str, Path, Callable[[Path], list[Outcome]]], ...] = (
    ("FinQA dev, programs with exe_ans", finqa.FILE, lambda path: finqa.outcomes(path, "exe_ans")),
    ("FinQA dev, all programs (ref_eval)", finqa.FILE, lambda path: finqa.outcomes(path, "ref_eval")),
    ("TAT-QA dev, derivations with scale", tatqa.FILE, tatqa.outcomes),
)


def main() -> int:
    """Print the table; the exit status."""
    missing = [str(folder() / file) for _, file, _ in SETS if not (folder() / file).exists()]
    if missing:
        print(
            f"expected the public sets at {', '.join(dict.fromkeys(missing))}; set JUESUAN_BENCHMARKS to their folder"
        )
        return 2
    results = [(name, read(folder() / file)) for name, file, read in SETS]
    print("| set | agree | gold listed as wrong |\n| --- | --- | --- |")
    for name, outcomes in results:
        agree, excused = sum(o.agrees for o in outcomes), sum(bool(o.excused) for o in outcomes)
        print(f"| {name} | {agree}/{len(outcomes)} | {excused} |")
    lines = [line for name, outcomes in results for line in _disagreeing(name, outcomes)]
    print("\n" + "\n".join(lines) if lines else "")
    return int(any(not (o.agrees or o.excused) for _, outcomes in results for o in outcomes))


def _disagreeing(name: str, outcomes: list[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        if not outcome.agrees:
            excuse = f" (listed: {outcome.excused})" if outcome.excused else ""
            yield f"{name}: {outcome.id} {outcome.program}: expected {outcome.gold}, got {outcome.got}{excuse}"


if __name__ == "__main__":
    sys.exit(main())
