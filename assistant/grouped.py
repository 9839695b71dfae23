"""Cells of an account by a name of theirs, made into facts only where they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ingest.model import Fact


class Grouped(Mapping[str, list[Fact]]):
    """Facts by name, in the order of the facts.

    :param facts: the facts; one that makes its members on demand (`ingest.store.Cells`) is not gone through.
    :param names: the name of each; without a name (empty or None) a fact is left out.
    """

    def __init__(self, facts: Sequence[Fact], names: Iterable[str | None]) -> None:
        places: dict[str, list[int]] = {}
        for at, name in enumerate(names):
            if name:
                places.setdefault(name, []).append(at)
        self._facts = facts
        self._places = {name: tuple(found) for name, found in places.items()}
        self._found: dict[str, list[Fact]] = {}

    def __getitem__(self, name: str) -> list[Fact]:
        if name not in self._found:
            self._found[name] = [self._facts[at] for at in self._places[name]]
        return self._found[name]

    def first(self) -> Iterator[tuple[str, int]]:
        """Each name with the place of its first fact."""
        return ((name, places[0]) for name, places in self._places.items())

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
