"""The departments that are loaded, found by whole or short names without trying each of them.

A department is named by a run of characters that is a subsequence of its name and ends like it (财政局, 清远政数局).
Names are kept in two parts, place and office (清远市清城区 | 财政局). Of each part there are few, whatever the number of
departments: the run is matched with each office that ends like it, and what is left of it with each place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from assistant.sounds import sounds_alike
from ingest.catalogue import names_of_divisions
from ingest.identity import place_of
from ingest.model import Account
from ingest.text import plain

LEAST = 3
"""Characters of the shortest name that is recognised."""
_ENDINGS = {"办公室": "办", "委员会": "委", "街道办事处": "街道", "人民法院": "法院", "人民检察院": "检察院"}
LEVELS = "省市区县州盟旗"
_LONGEST_PLACE = 12
_LONGEST_NAME = 20


@dataclass(frozen=True)
class Named:
    """The departments that a run of characters may name."""

    length: int
    """Of the run; 0 if it names none."""
    names: tuple[str, ...] = ()
    elsewhere: bool = False
    """True if the run names an office of a place of which only offices of places inside it are loaded."""


class _Form(NamedTuple):
    """A comparable form of a name in its two parts."""

    text: str
    place: str
    office: str


@dataclass
class _Office:
    """The last part of names with the places that have such an office."""

    text: str
    places: dict[str, list[int]] = field(default_factory=dict)
    """Numbers of the departments by place."""


class Departments:
    """The loaded departments with their accounts.

    :param accounts: in the order in which departments are to be listed.
    """

    def __init__(self, accounts: Iterable[Account]) -> None:
        self.accounts = list(accounts)
        self._of: dict[str, list[Account]] = {}
        for account in self.accounts:
            self._of.setdefault(account.department, []).append(account)
        self.names = list(self._of)
        self._number = {name: number for number, name in enumerate(self.names)}

    def of(self, department: str) -> Sequence[Account]:
        """The accounts of a department by year, none if it is not loaded."""
        return self._of.get(department, ())

    def in_order(self, names: Iterable[str]) -> list[str]:
        """The names, each once, in the order in which departments are listed."""
        return sorted(set(names), key=self._number.__getitem__)

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years of which accounts are loaded, the latest first."""
        return tuple(sorted({account.year for account in self.accounts}, reverse=True))

    @cached_property
    def numbered(self) -> tuple[str, ...]:
        """Names of departments that have a number in them (第12中学), which answers may repeat."""
        return tuple(name for name in self.names if re.search(r"\d", name))

    # --- by name

    @cached_property
    def _forms(self) -> list[list[_Form]]:
        """By number of the department."""
        return [[_Form(form, *parts_of(form)) for form in forms_of(plain(name))] for name in self.names]

    @cached_property
    def _offices(self) -> dict[str, list[_Office]]:
        """By last character."""
        offices: dict[str, _Office] = {}
        for number, forms in enumerate(self._forms):
            for form in forms:
                entry = offices.setdefault(form.office, _Office(form.office))
                numbers = entry.places.setdefault(form.place, [])
                if number not in numbers[-1:]:
                    numbers.append(number)
        found: dict[str, list[_Office]] = {}
        for office_text, entry in offices.items():
            found.setdefault(office_text[-1:], []).append(entry)
        return found

    @cached_property
    def _places_with(self) -> dict[str, list[str]]:
        """Places by each of their characters."""
        places = {place for offices in self._offices.values() for office in offices for place in office.places}
        found: dict[str, list[str]] = {}
        for place in places:
            for char in set(place):
                found.setdefault(char, []).append(place)
        return found

    def longest(self, text: str, end: int) -> tuple[int, list[int]]:
        """Length of the longest run that ends at `end` and names a department, and the numbers of those it may name."""
        best, numbers = 0, set[int]()
        of_places: dict[int, dict[str, int]] = {}
        ending = self._offices.get(text[end - 1], ()) if end else ()
        told = sorted(((run_length(text, end, office.text), office) for office in ending), key=lambda pair: -pair[0])
        for own, office in told:
            start = end - own
            if own + self._most(text, start) < best:
                continue
            if start not in of_places:
                near = self._places_with.get(text[start - 1], ()) if start else ()
                of_places[start] = {place: run_length(text, start, place, whole=False) for place in near}
            runs = of_places[start]
            longer = runs.keys() & office.places.keys()
            length = own + max((runs[place] for place in longer), default=0)
            if length < best:
                continue
            if length > best:
                best, numbers = length, set()
            fits = [p for p in longer if own + runs[p] == length] if length > own else office.places
            numbers.update(number for place in fits for number in office.places[place])
        return best, sorted(numbers)

    def _most(self, text: str, start: int) -> int:
        """How many characters before `start` a place can have at most."""
        before = start
        while before and text[before - 1] in self._places_with:
            before -= 1
        return start - before

    def named(self, text: str, end: int) -> Named:
        """The departments that the longest run ending at `end` means.

        Of several, that of the very name is meant, else those with the whole name of the office, else those whose
        nearest place the run tells.
        """
        length, numbers = self.longest(text, end)
        if length < LEAST:
            return Named(0)
        run = text[end - length : end]
        if same := [number for number in numbers if any(run == form.text for form in self._forms[number])]:
            return Named(length, self._names(same))
        told = [(number, *_told(run, self._forms[number])) for number in numbers]
        told = [(number, whole, how) for number, whole, how in told if how != "chance"]
        told = [one for one in told if one[1]] or told
        for wanted in ("nearest", "none", "above", "other"):
            fits = [number for number, _, how in told if how == wanted]
            if fits:
                return Named(length, self._names(fits), elsewhere=wanted == "other")
        return Named(0)

    def _names(self, numbers: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.names[number] for number in numbers)

    def mistyped(self, text: str) -> tuple[str, str, str] | None:
        """The text with one character of a department's name put right, the run as typed, and the department.

        The typed character must sound like the right one, tone included (税务局 is no 水务局 mistyped), and the run must
        have a few characters more than that one. None unless just one department fits.
        """
        fits: dict[str, tuple[str, str, str]] = {}
        for end in range(len(text), LEAST + 1, -1):
            for gap in range(end - 2, max(-1, end - 2 - _LONGEST_NAME), -1):
                without = text[:gap] + text[gap + 1 : end]
                length, numbers = self.longest(without, end - 1)
                start = end - 1 - length
                if length <= LEAST or start >= gap or len(numbers) != 1:
                    continue
                form = max(self._forms[numbers[0]], key=lambda form: run_length(without, end - 1, form.text))
                for right in sorted(set(form.text)):
                    run = text[start:gap] + right + text[gap + 1 : end]
                    whole = run_length(run, len(run), form.text) == len(run)
                    if whole and right != text[gap] and sounds_alike(text[gap], right, tone=True):
                        name = self.names[numbers[0]]
                        fits.setdefault(name, (text[:gap] + right + text[gap + 1 :], text[start:end], name))
        return next(iter(fits.values())) if len(fits) == 1 else None

    # --- by place

    @cached_property
    def _by_last_place(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self.names:
            if place := last_place(name):
                found.setdefault(place, []).append(name)
        return found

    def with_last_place_in(self, text: str) -> list[str]:
        """Departments of whose nearest place the text has the bare name (清远)."""
        return self.in_order(name for piece in _pieces(text) for name in self._by_last_place.get(piece, ()))

    @cached_property
    def _by_place(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self.names:
            for level in levels_of(name):
                found.setdefault(level, []).append(name)
        return found

    def inside(self, text: str) -> tuple[list[str], list[str]]:
        """The places that a text names (广东省, 清远市) and the departments that are in all of them."""
        found = [piece for piece in _pieces(text) if piece in self._by_place]
        if not found:
            return [], []
        sets = [set(self._by_place[piece]) for piece in found]
        return found, self.in_order(set.intersection(*sets) or set.union(*sets))


def absent_place(text: str) -> str:
    """A province, city or county that a text names; empty if there is none."""
    return next((piece for piece in _pieces(text) if len(piece) >= LEAST and piece in names_of_divisions()), "")


def _pieces(text: str) -> Iterable[str]:
    """All runs of the text that are short enough for a place, from left to right."""
    for start in range(len(text) - 1):
        for end in range(start + 2, min(len(text), start + _LONGEST_PLACE) + 1):
            yield text[start:end]


def levels_of(name: str) -> list[str]:
    """The places of a department's name, the outermost first (清远市, 清城区)."""
    return [part for part in re.findall(rf"[^{LEVELS}]+[{LEVELS}]", place_of(name)) if len(part) > 2]


def last_place(name: str) -> str:
    """The name of the nearest place in a department's name without its kind (清远市… → 清远)."""
    parts = [part for part in re.split(r"[省市区县]", place_of(name)) if len(part) >= 2]
    return parts[-1] if parts else ""


def forms_of(name: str) -> list[str]:
    """The name and its forms with a shortened ending (办公室 → 办, 委员会 → 委, 街道办事处 → 街道)."""
    return [name, *(name.removesuffix(long) + short for long, short in _ENDINGS.items() if name.endswith(long))]


def parts_of(name: str) -> tuple[str, str]:
    """Place and office of a comparable name (中共上海市普陀区 | 委社会工作部)."""
    place = place_of(name)
    cut = name.find(place) + len(place) if place else 0
    return (name[:cut], name[cut:]) if cut < len(name) else ("", name)


def run_length(text: str, end: int, name: str, whole: bool = True) -> int:
    """Length of the longest run of `text` that ends at `end` and is a subsequence of `name`.

    :param whole: the run must end like the name.
    """
    position, start = len(name), end
    if whole and (not name or text[end - 1] != name[-1]):
        return 0
    while start:
        position = name.rfind(text[start - 1], 0, position)
        if position < 0:
            break
        start -= 1
    return end - start


def _told(run: str, forms: list[_Form]) -> tuple[bool, str]:
    """Whether a run has the whole name of the office, and what it tells of the place.

    That is its nearest part, one above it, nothing, another place, or by chance one of its characters.
    清远市财政局 is another office than that of 清远市清城区: where the run tells the kind of a place (市) and nothing below
    it, the office of that place itself is meant.
    """
    own, form = max(((run_length(run, len(run), form.office), form) for form in forms), key=lambda pair: pair[0])
    whole, rest = own == len(form.office), run[: len(run) - own]
    if not rest:
        return whole, "none"
    if len(rest) == 1 and rest not in LEVELS:
        return whole, "chance"  # 丽水市政务服务数据管理局 is no 水务局
    at = form.place.rfind(rest[-1])
    inner = [position for position, char in enumerate(form.place[:-1]) if char in LEVELS]
    if at > max(inner, default=-1):
        return whole, "nearest"
    return whole, "other" if form.place[at] in LEVELS else "above"
