"""`juesuan demo`: the sample accounts into a temporary store, three questions, the page."""

from __future__ import annotations

import json
import socket
import tempfile
import urllib.request
from pathlib import Path

from assistant import Assistant
from ingest import Store, ingest
from ui.cli import answer_text

QUESTIONS = (
    "城市管理和园林局2024年公务接待费花了多少？",
    "图书馆事业管理局2024年项目支出占本年支出的百分之几？",
    "地方志办公室2024年“三公”经费是多少？",
)


def sample_accounts() -> list[Path]:
    """The sample accounts that come with the project."""
    from eval.suite import SAMPLES

    return sorted(SAMPLES.glob("*.pdf"))


def run(check: bool, port: int) -> int:
    """The demonstration.

    :param check: on a free port; ask the running page once and end.
    :return: exit status, 0 if all went well.
    """
    with tempfile.TemporaryDirectory(prefix="juesuan-demo-") as folder:
        files = sample_accounts()
        failed = False
        with Store(folder, write=True) as store:
            for number, outcome in enumerate(ingest(files, store), 1):
                failed |= outcome.status == "failed"
                print(
                    f"[{number}/{len(files)}] {Path(outcome.path).name}：{outcome.reason or f'{outcome.tables} 张表，{outcome.facts} 个单元格'}",
                    flush=True,
                )
        assistant = Assistant.open(folder)
        expected = assistant.ask(QUESTIONS[0]).value
        for question in QUESTIONS:
            answer = assistant.ask(question)
            failed |= not answer.citations
            print(f"\n问：{question}\n{answer_text(answer, assistant)}")
        assistant.close()
        print()
        from ui.web import serve

        if not check:
            serve(Path(folder), port=port)
            return 0
        port = _free_port()
        page = serve(Path(folder), port=port, block=False)
        failed |= expected is None or not _page_answers(port, expected)
        page.close()
    print("demo check failed" if failed else "demo check passed")
    return 1 if failed else 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _page_answers(port: int, expected: str) -> bool:
    """True if the running page shows itself and answers over its HTTP interface as the assistant does."""
    root = f"http://127.0.0.1:{port}"
    with urllib.request.urlopen(root, timeout=60) as reply:
        if reply.status != 200:
            return False
    body = json.dumps({"data": [QUESTIONS[0], []]}).encode()
    request = urllib.request.Request(f"{root}/gradio_api/call/ask", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as reply:
        event = json.load(reply)["event_id"]
    with urllib.request.urlopen(f"{root}/gradio_api/call/ask/{event}", timeout=60) as reply:
        lines = reply.read().decode().splitlines()
    data = next((json.loads(line[6:]) for line in lines if line.startswith("data: ")), None)
    return data is not None and data[0]["value"] == expected and bool(data[0]["citations"])
