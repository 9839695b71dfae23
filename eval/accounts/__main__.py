"""`python -m eval.accounts --check N`: made-up accounts in mixed forms read back, cells right of cells printed.

`--out DIR` writes them instead, for looking at.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from eval.accounts import FORMS, SWITCHES, WRITERS, as_told, compare, form_of, make, switched
from eval.accounts.form import Form
from ingest import Unreadable, read_account
from ingest.readers import READERS


def cases(count: int, seed: int, form: str | None) -> Iterator[tuple[int, Form]]:
    """Seeds with their forms: the whole forms first, then mixed ones."""
    if form:
        yield from ((seed + number, FORMS[form]) for number in range(count))
        return
    rng = random.Random(seed)
    for number in range(count):
        named = list(FORMS.values())
        yield seed + number, named[number] if number < len(named) and seed == 0 else form_of(rng)


def check(name: str, made: list[tuple[int, Form]], shown: int) -> bool:
    """Write and read accounts of one format and print what came of it; True where every cell is right."""
    writer = WRITERS[name]
    total = right = bad = 0
    blame: Counter[tuple[str, object]] = Counter()
    used: Counter[tuple[str, object]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed, form in made:
            account = make(seed, writer.tellable(form))
            path = Path(folder) / f"account{writer.suffix}"
            truth = writer.write(account, path)
            try:
                read, why = as_told(read_account(path), writer.headed), ""
            except Unreadable as error:
                read, why = [], f"refused: {error}"
            result = compare(read, truth)
            total, right = total + result.total, right + result.right
            used.update((switch, getattr(account.form, switch)) for switch in SWITCHES)
            if result.perfect:
                continue
            bad += 1
            blame.update((switch, getattr(account.form, switch)) for switch in SWITCHES)
            if bad <= shown:
                print(f"{name} seed {seed}: {result.right}/{result.total} {switched(account.form)}")
                for line in [why, *result.wrong[:6]] if why else result.wrong[:6]:
                    print(f"    {line}")
    share = 100 * right / total if total else 0
    print(f"{name}: {right} of {total} cells right ({share:.3f} %), {len(made) - bad} of {len(made)} accounts whole")
    if bad:
        rates = sorted(((blame[key] / used[key], key) for key in blame), key=lambda rate: -rate[0])
        print("  accounts with a wrong cell, by switch:")
        for rate, (switch, value) in rates[:12]:
            print(f"    {switch}={value!r}: {blame[(switch, value)]} of {used[(switch, value)]} ({rate:.0%})")
    return not bad


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", type=int, default=100, metavar="N", help="how many accounts of each format")
    parser.add_argument("--format", choices=WRITERS, help="one format only")
    parser.add_argument("--form", choices=FORMS, help="one form only, else mixed switches")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=3, help="how many failures are printed per format")
    parser.add_argument("--out", type=Path, help="write the accounts into this folder and check nothing")
    args = parser.parse_args()
    formats = [args.format] if args.format else list(WRITERS)
    made = list(cases(args.check, args.seed, args.form))
    if args.out:
        args.out.mkdir(parents=True, exist_ok=True)
        for name in formats:
            writer = WRITERS[name]
            for seed, form in made:
                writer.write(make(seed, writer.tellable(form)), args.out / f"{name}-{seed}{writer.suffix}")
        return 0
    whole = True
    for name in formats:
        if WRITERS[name].suffix not in READERS:
            print(f"{name}: not run, there is no reader for {WRITERS[name].suffix} files")
            continue
        whole &= check(name, made, args.show)
    return 0 if whole else 1


if __name__ == "__main__":
    raise SystemExit(main())
