"""`python -m eval.samples.typeset [--out DIR]` sets every sample account as a PDF."""

from __future__ import annotations

import argparse
from pathlib import Path

from eval.samples.account import HERE, Account, Compared, load_accounts, load_units
from eval.samples.figures import Figures, compared, figures_of
from eval.samples.page import write
from eval.samples.prose import Prose
from eval.samples.sheets import Grid


def previous_of(account: Account, years: dict[tuple[str, int], Compared]) -> Compared:
    """Last year's figures: of last year's sample, else as the data file states them.

    :raises ValueError: if there are neither.
    """
    known = years.get((account.unit, account.year - 1)) or account.previous
    if known is None:
        raise ValueError(
            f"{account.name}: the narrative compares with {account.year - 1}; "
            "add that year's data file, or a `previous:` section to this one"
        )
    return known


def typeset(out: Path) -> list[tuple[Path, int]]:
    """Set all accounts into the folder `out`.

    :return: each file with its number of pages.
    """
    accounts, units = load_accounts(), load_units()
    figures: dict[str, Figures] = {account.name: figures_of(account) for account in accounts}
    years = {(account.unit, account.year): compared(figures[account.name], account) for account in accounts}
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for account in accounts:
        own = figures[account.name]
        text = Prose(account, units[account.unit], own, previous_of(account, years)).text()
        path = out / f"{account.name}.pdf"
        sheets = Grid(account, own).sheets()
        pages = write(path, [account.unit, f"{account.year}年度部门决算"], text, sheets, account.unit)
        written.append((path, pages))
    return written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE / "accounts", help="folder of the PDFs")
    for path, pages in typeset(parser.parse_args().out):
        print(f"{path.name}: {pages} pages, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
