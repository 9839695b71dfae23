"""`python -m eval.yardsticks [retqa|imtqa]`: the numbers of the outside yardsticks; exit 1 where one is below its floor."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from eval.conformance import folder
from eval.yardsticks import Outcome, imtqa, retqa

YARDSTICKS: dict[str, tuple[Path, Callable[[Path], Outcome]]] = {
    "retqa": (retqa.QUESTIONS, retqa.outcome),
    "imtqa": (imtqa.FOLDER / "dev_questions.jsonl", imtqa.outcome),
}


def main(arguments: Sequence[str]) -> int:
    """Print the table; the exit status."""
    unknown = [name for name in arguments if name not in YARDSTICKS]
    if unknown:
        print(f"expected {' or '.join(YARDSTICKS)}, got {', '.join(unknown)}")
        return 2
    names = list(dict.fromkeys(arguments)) or list(YARDSTICKS)
    missing = [str(folder() / YARDSTICKS[name][0]) for name in names if not (folder() / YARDSTICKS[name][0]).exists()]
    if missing:
        print(f"expected the public sets at {', '.join(missing)}; set JUESUAN_BENCHMARKS to their folder")
        return 2
    outcomes = [YARDSTICKS[name][1](folder()) for name in names]
    print("| yardstick | measure | right | share | floor |\n| --- | --- | --- | --- | --- |")
    for outcome in outcomes:
        for measure in outcome.measures:
            floor = "" if measure.floor is None else f"{measure.floor:.3f}"
            print(f"| {outcome.name} | {measure.name} | {measure.right}/{measure.of} | {measure.share:.3f} | {floor} |")
        print(f"| {outcome.name} | milliseconds a question | {outcome.milliseconds:.1f} | | |")
    return int(not all(_holds(outcome) for outcome in outcomes))


def _holds(outcome: Outcome) -> bool:
    return all(measure.holds for measure in outcome.measures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
