"""What the tests share: the real accounts where they are, an encoder that costs nothing, the sample store."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Answer, Assistant
from eval.suite import SAMPLES, real_accounts, store_of


class PlainEncoder:
    """Eight numbers from a text's characters: enough to store, nothing to search by."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        vector = [1.0] * 8
        for char in text:
            vector[ord(char) % 8] += 1.0
        length = sum(value * value for value in vector) ** 0.5
        return [value / length for value in vector]


def asked(assistant: Assistant, conversation: str) -> Answer:
    """The answer to the last of several questions, which stand in one line with | between them."""
    *before, last = conversation.split(" | ")
    return assistant.ask(last, before)


def pytest_report_header() -> str:
    found = len(real_accounts())
    missing = "FAIL (JUESUAN_REQUIRE_REAL is set)" if os.environ.get("JUESUAN_REQUIRE_REAL") else "are SKIPPED"
    return f"real accounts: {found} of 4" + ("" if found == 4 else f"; tests over them {missing}")


@pytest.fixture(scope="session")
def encoder() -> PlainEncoder:
    return PlainEncoder()


@pytest.fixture(scope="session")
def real_files() -> list[Path]:
    """The four published accounts; skips where they are not on this machine, unless that is forbidden."""
    files = real_accounts()
    if len(files) < 4:
        if os.environ.get("JUESUAN_REQUIRE_REAL"):
            pytest.fail("the published accounts are required here and are missing")
        pytest.skip("the published accounts are not part of the project and not on this machine")
    return files


@pytest.fixture(scope="session")
def samples() -> Iterator[Assistant]:
    """An assistant over the sample accounts."""
    assistant = Assistant.open(store_of("samples", sorted(SAMPLES.glob("*.pdf"))))
    yield assistant
    assistant.close()


@pytest.fixture(scope="session")
def real(real_files: list[Path]) -> Iterator[Assistant]:
    """An assistant over the published accounts."""
    assistant = Assistant.open(store_of("real", real_files))
    yield assistant
    assistant.close()
