"""The `juesuan` command. Forms of commands and JSON are fixed; see the documentation."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from ingest.catalogue import published_kind
from ui.settings import SettingError, host, port, recognition, store_folder, workers

app = typer.Typer(
    help="部门决算问答：每个数字都有出处。", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)

StoreOption = Annotated[Path | None, typer.Option("--store", help="资料库文件夹")]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON")]
DocumentArgument = Annotated[str | None, typer.Argument(help="文件：编号、文件名或部门名称")]


def main() -> None:
    """Entry point: clear one-line errors instead of tracebacks for what a user can mend."""
    from assistant.language_model import EndpointError
    from ingest.store.facts import StoreError

    try:
        app()
    except (StoreError, SettingError, EndpointError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except RuntimeError as error:
        from ingest.encoder import EncoderError  # here, so that a figure does not wait for it

        if not isinstance(error, EncoderError):
            raise
        print(error, file=sys.stderr)
        sys.exit(2)


def _print_json(data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=None))


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="文件或文件夹")],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """读入文件和文件夹；内容相同的跳过，失败的说明原因，其余照常。"""
    from assistant.checks import keep_errors
    from ingest import Store
    from ingest import ingest as read_in

    failed = False
    recognition()  # a setting that is wrong is said before anything is read
    with Store(store_folder(store), write=True) as opened:
        for outcome in read_in(paths, opened, workers()):
            failed |= outcome.status == "failed"
            if as_json:
                _print_json(outcome.as_json())
            else:
                print(_line_of(outcome), flush=True)
        keep_errors(opened)
    raise typer.Exit(1 if failed else 0)


def _line_of(outcome: Any) -> str:
    words = {"added": "已读入", "skipped": "已跳过", "failed": "失败"}[outcome.status]
    if outcome.status != "added":
        return f"{words} {outcome.path}：{outcome.reason}"
    pages = f"{outcome.pages} 页，" if outcome.pages else ""
    note = f"\n  注意：{outcome.reason}" if outcome.reason else ""
    return f"{words} {outcome.path}：{pages}{outcome.tables} 张表，{outcome.facts} 个单元格，{outcome.passages} 段文字（{outcome.seconds} 秒）{note}"


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="问题")] = None,
    batch: Annotated[Path | None, typer.Option("--batch", help="问题文件（JSONL）")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="答案文件（JSONL）")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """回答一个问题，或一个文件里的所有问题。"""
    from assistant import Assistant

    if (question is None) == (batch is None) or (batch is not None and out is None):
        print("请给出一个问题，或同时给出 --batch 问题文件 和 --out 答案文件。", file=sys.stderr)
        raise typer.Exit(2)
    asked = list(_batch(batch)) if batch else []
    assistant = Assistant.open(store_folder(store))
    if batch and out:
        with _written(out) as partial, partial.open("w", encoding="utf-8") as lines:
            for identifier, turns in asked:
                answer = assistant.ask(turns[-1], turns[:-1])
                lines.write(json.dumps({"id": identifier, **answer.as_json()}, ensure_ascii=False) + "\n")
        print(f"已回答 {len(asked)} 个问题：{out}")
        return
    answer = assistant.ask(question or "")
    if as_json:
        _print_json(answer.as_json())
    else:
        print(answer_text(answer, assistant))


@contextmanager
def _written(target: Path) -> Iterator[Path]:
    """A file beside the target that takes its place at the end.

    Whatever goes wrong, no half of a file is left. Ends the command with a clear line if it cannot be written.
    """
    partial = target.with_name(target.name + ".partial")
    try:
        partial.touch()
    except OSError as error:
        print(f"不能写 {target}（{error.strerror}）；请检查文件夹是否存在、能否写入。", file=sys.stderr)
        raise typer.Exit(2) from error
    try:
        yield partial
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def _batch(path: Path) -> Iterator[tuple[Any, list[str]]]:
    """Id and turns of each line.

    Ends the command with a clear line if one is no question.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        print(f"打不开问题文件 {path}：{error}", file=sys.stderr)
        raise typer.Exit(2) from error
    for number, line in enumerate(text.split("\n"), 1):  # splitlines would cut at signs that JSON allows in a text
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            turns = entry["chat"] if "chat" in entry else [entry["q"]]
            if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns):
                raise ValueError("q 应是文字，chat 应是一列文字")
            yield entry["id"], turns
        except (ValueError, KeyError, TypeError) as error:
            print(
                f'{path} 第 {number} 行不是问题：应为 {{"id", "q"}} 或 {{"id", "chat": […]}}（{error!r}）。没有写出任何答案。',
                file=sys.stderr,
            )
            raise typer.Exit(2) from error


def answer_text(answer: Any, assistant: Any) -> str:
    """An answer for a terminal: the sentence, notes, calculation, citations."""
    lines = [answer.text, *(f"  {note}" for note in answer.notes)]
    if answer.options:
        lines.append("  可选：" + "、".join(answer.options))
    if answer.calculation and answer.status == "answered":
        calculation = answer.calculation
        lines.append(f"  计算：{calculation.formula} = {calculation.exact}（{calculation.rounding}）")
    lines += [f"  {citation_line(citation, assistant.library)}" for citation in answer.citations]
    return "\n".join(lines)


def citation_line(citation: Any, library: Any) -> str:
    """One citation as a line: table, row, column, page, file."""
    account = library.account(citation.document)
    what = (
        f"《{citation.table}》 · {citation.row or '（无行名）'} · {citation.column}" if citation.table else "文字说明"
    )
    return f"[{citation.id}] {what} · {citation.where} · {Path(account.path).name}"


@app.command()
def documents(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """已收录的文件。"""
    from ingest import Store

    with Store(store_folder(store)) as opened:
        counts = opened.facts.counts()
        for account in opened.accounts():
            data = {
                "document": account.id, "department": account.department, "year": account.year, "kind": account.kind,
                "pages": account.pages, "file": account.path, "sha256": account.sha256, "region": account.region,
                "names": list(account.names), "published": account.published, "source": account.source,
                "superseded_by": account.superseded_by,
                "evidence": [_evidence_data(evidence) for evidence in account.evidence],
                **counts.get(account.id, {}),
            }  # fmt: skip
            if as_json:
                _print_json(data)
            else:
                when = f"，{account.published} 公开" if account.published else ""
                replaced = f"\n  已被后一次公开的 {account.superseded_by} 取代" if account.superseded_by else ""
                found = counts.get(account.id, {}).get("findings", 0)
                doubts = f"\n  有 {found} 处不一致，用 juesuan check 查看" if found else ""
                print(
                    f"{account.department} {account.year or ''} {account.kind} {account.pages or '–'} 页{when} {account.path}\n"
                    f"  {account.id}{replaced}{doubts}"
                )


def _evidence_data(evidence: Any) -> dict[str, Any]:
    place = evidence.sentence.places[0] if evidence.sentence.places else None
    return {
        "field": evidence.field, "value": evidence.value, "text": evidence.sentence.text,
        "page": place.page if place else None, "line": place.line if place else None,
    }  # fmt: skip


@app.command()
def check(
    document: DocumentArgument = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    muted: Annotated[bool, typer.Option("--muted", help="也列出已静音的发现及理由")] = False,
    report: Annotated[Path | None, typer.Option("--report", help="写成报告：.docx 或 .xlsx 文件")] = None,
) -> None:
    """核对：表内合计、表间同一数字、文字与表、比率、年度与名称、跨年与跨文件。有错误时退出码为 1。"""
    from assistant.checks import check as findings_of
    from assistant.library import Library

    if report and report.suffix.lower() not in (".docx", ".xlsx"):
        print(f"不认识的报告格式 {report.name}；文件名应以 .docx 或 .xlsx 结尾。", file=sys.stderr)
        raise typer.Exit(2)
    with _accounts(store, document) as (opened, accounts):
        library = Library(opened)
        checked = [(account, findings_of(library.view(account.id), muted=True)) for account in accounts]
        for account, findings in checked:
            _print_findings(
                account, [finding for finding in findings if muted or not finding.muted], library, as_json, muted
            )
        if report:
            from ui.report import write

            with _written(report) as partial:
                write(checked, library, partial, report.suffix.lower())
    found = [finding for _, findings in checked for finding in findings]
    if not as_json:
        aside = sum(bool(finding.muted) for finding in found)
        if aside:
            print(f"另有 {aside} 条发现已静音" + ("。" if muted else "；juesuan check --muted 列出。"))
        if report:
            print(f"已写出报告：{report}")
    raise typer.Exit(1 if any(finding.severity == "error" and not finding.muted for finding in found) else 0)


def _print_findings(account: Any, findings: list[Any], library: Any, as_json: bool, muted: bool) -> None:
    name = Path(account.path).name
    for finding in findings:
        if as_json:
            data = finding.model_dump(mode="json", exclude=None if muted else {"muted"})
            _print_json({"document": account.id, **data})
            continue
        where = f"第 {finding.page} 页 " if finding.page else ""
        word = {"error": "错误", "rounding": "舍入", "notice": "提示"}[finding.severity]
        aside = f"（已静音：{finding.muted}）" if finding.muted else ""
        print(f"{name} {where}[{word}] {finding.message}{aside} #{finding.id.rpartition('#')[2]}")
        for citation in finding.figures if finding.severity == "error" else ():
            print(f"  {citation_line(citation, library)}")
    if not findings and not as_json:
        print(f"{name}：没有发现不一致之处。")


@app.command()
def mute(
    finding: Annotated[str, typer.Argument(help="发现的编号（juesuan check 列出），或 # 之后的部分")],
    reason: Annotated[str, typer.Option("--reason", help="为什么不必改，写进记录")],
    store: StoreOption = None,
) -> None:
    """把一条发现静音：写明理由，记入资料库文件夹中的 muted.jsonl，不再算作错误。"""
    from assistant.checks import check as findings_of
    from assistant.checks.muting import MutingError, MutingLog, is_named
    from assistant.library import Library

    with _accounts(store, None) as (opened, accounts):
        library = Library(opened)
        named = finding.rpartition("#")[0]
        within = [account for account in accounts if named in ("", account.id)]
        found = [f for a in within for f in findings_of(library.view(a.id), muted=True) if is_named(f.id, finding)]
        log = MutingLog(opened.folder)
    if len(found) != 1:
        problem = "没有这条发现" if not found else "指明的不止一条"
        print(f"{finding}：{problem}；juesuan check 列出所有发现及其编号。", file=sys.stderr)
        raise typer.Exit(2)
    try:
        entry = log.mute(found[0], reason)
    except MutingError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from error
    print(f"已静音 {entry.finding}：{entry.message}\n  理由：{entry.reason}")


@app.command()
def unmute(
    finding: Annotated[str, typer.Argument(help="已静音的发现的编号，或 # 之后的部分")], store: StoreOption = None
) -> None:
    """取消静音。"""
    from assistant.checks.muting import MutingError, MutingLog

    try:
        entry = MutingLog(store_folder(store)).unmute(finding)
    except MutingError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from error
    print(f"已取消静音 {entry.finding}：{entry.message}")


@contextmanager
def _accounts(store: Path | None, document: str | None, write: bool = False) -> Iterator[tuple[Any, list[Any]]]:
    from ingest import Store

    if write:
        Store(store_folder(store)).close()  # a store that is not there is an error, not made
    with Store(store_folder(store), write=write) as opened:
        accounts = opened.accounts()
        yield opened, accounts if document is None else [_one(accounts, document)]


def _one(accounts: list[Any], document: str) -> Any:
    """The account that is meant.

    Ends the command if none or several are.
    """
    tests = (
        lambda a: a.id == document,
        lambda a: Path(a.path).name == Path(document).name,
        lambda a: a.id.startswith(document) or a.sha256.startswith(document),
        lambda a: document in a.department or document in f"{a.department}{a.year}",
    )
    for test in tests:
        found = [account for account in accounts if test(account)]
        if len(found) == 1:
            return found[0]
        if found:
            accounts = found
            break
    listed = "\n".join(f"  {account.id}" for account in accounts) or "  （资料库是空的）"
    print(f"“{document}”没有指明唯一的文件；可选：\n{listed}", file=sys.stderr)
    raise typer.Exit(2)


@app.command()
def tables(document: DocumentArgument = None, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """读出的表格，逐格带页码和位置。"""
    with _accounts(store, document) as (opened, accounts):
        for account in accounts:
            facts = opened.facts.facts(account.id)
            for table in opened.facts.tables(account.id):
                data = table_data(account, table, [fact for fact in facts if fact.table == table.number])
                if as_json:
                    _print_json(data)
                else:
                    print(
                        f"\n{published_kind(table.kind) or '–'} {table.title or '（无标题）'} {table.unit or ''} 第 {'、'.join(map(str, table.pages)) or '–'} 页"
                    )
                    for row in data["rows"]:
                        print("  " + " | ".join([row["code"], row["label"], *(cell["text"] for cell in row["cells"])]))


def table_data(account: Any, table: Any, facts: list[Any]) -> dict[str, Any]:
    """A table in the fixed JSON form."""
    rows: dict[int, dict[str, Any]] = {}
    for fact in facts:
        row = rows.setdefault(
            fact.row, {"label": fact.label, "code": fact.code, "side": fact.side, "page": fact.place.page, "cells": []}
        )
        box = fact.place.box
        row["cells"].append(
            {
                "column": "/".join(fact.column),
                "text": fact.text,
                "value": None if fact.value is None else f"{fact.value:f}",
                "blank": fact.text == "",
                "page": fact.place.page,
                "bbox": list(box) if box else None,
                "line": fact.place.line,
                "cell": fact.place.cell,
                "scanned": fact.place.scanned,
                "doubt": fact.doubt,
            }
        )
    return {
        "document": account.id, "kind": published_kind(table.kind), "title": table.title, "unit": table.unit, "pages": list(table.pages),
        "columns": [list(path) for path in table.columns], "notes": list(table.notes), "rows": list(rows.values()),
    }  # fmt: skip


@app.command()
def export(
    document: DocumentArgument = None,
    form: Annotated[str, typer.Option("--format", help="csv、json、xlsx 或 parquet")] = "csv",
    out: Annotated[Path, typer.Option("--out", help="写到的文件")] = Path("facts.csv"),
    store: StoreOption = None,
) -> None:
    """把单元格连同出处写成文件。"""
    if form not in ("csv", "json", "xlsx", "parquet"):
        print(f"不认识的格式 {form}；可用 csv、json、xlsx、parquet。", file=sys.stderr)
        raise typer.Exit(2)
    with _accounts(store, document) as (opened, accounts):
        ids = [account.id for account in accounts]
        with _written(out) as partial:
            count = opened.facts.export(ids, partial, "csv" if form == "xlsx" else form)
            if form == "xlsx":
                _as_workbook(partial)
    print(f"已写出 {count} 个单元格：{out}")


def _as_workbook(path: Path) -> None:
    """Make a workbook of a CSV file, in its place. Everything stays text: amounts exact, nothing a formula."""
    import csv

    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("facts")

    def cell(text: str) -> Any:
        made = WriteOnlyCell(sheet, text)
        made.data_type = "s"
        return made

    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines):
            sheet.append([cell(text) if text.startswith("=") else text for text in row])
    book.save(path)


@app.command()
def remove(
    document: Annotated[str, typer.Argument(help="文件：编号、文件名或部门名称")], store: StoreOption = None
) -> None:
    """从资料库中移除一个文件。"""
    from assistant.checks import keep_errors

    with _accounts(store, document, write=True) as (opened, accounts):
        opened.remove(accounts[0].id)
        keep_errors(opened)
        print(f"已移除 {accounts[0].id}")


@app.command()
def chat(
    store: StoreOption = None,
    host_name: Annotated[str | None, typer.Option("--host", help="监听地址")] = None,
    port_number: Annotated[int | None, typer.Option("--port", help="监听端口")] = None,
) -> None:
    """网页问答。"""
    from ui.web import serve
    from ui.web.access import AccessError

    try:
        serve(store_folder(store), host_name or host(), port_number or port())
    except AccessError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from error


@app.command()
def reply(
    questions: Annotated[list[str], typer.Argument(help="要答复的问题，可以几个")],
    request: Annotated[str, typer.Option("--request", help="申请的内容")],
    applicant: Annotated[str, typer.Option("--applicant", help="申请人")] = "",
    received: Annotated[str, typer.Option("--received", help="申请的日期")] = "",
    number: Annotated[str, typer.Option("--number", help="文号")] = "",
    office: Annotated[str, typer.Option("--office", help="答复的机关")] = "",
    date: Annotated[str, typer.Option("--date", help="答复的日期")] = "",
    out: Annotated[Path, typer.Option("--out", help="答复稿（DOCX）")] = Path("答复稿.docx"),
    figures: Annotated[Path | None, typer.Option("--figures", help="所用数字（XLSX）")] = None,
    store: StoreOption = None,
) -> None:
    """拟依申请公开的答复稿：答案、出处（脚注）和计算过程（附件）。"""
    from assistant import Assistant
    from ui.replies import Matter, ReplyError, ReplyRequest, draft, figures_workbook
    from ui.replies.wording import WordingError

    assistant = Assistant.open(store_folder(store))
    answered = [(question, assistant.ask(question)) for question in questions]
    said = ReplyRequest(request, applicant, received, number, office, date)
    try:
        made = draft(said, [Matter(question, answer) for question, answer in answered], assistant.library)
    except (ReplyError, WordingError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from error
    with _written(out) as partial:
        partial.write_bytes(made)
    print(f"已写出答复稿：{out}")
    if figures:
        with _written(figures) as partial:
            partial.write_bytes(figures_workbook(answered, assistant.library))
        print(f"已写出所用数字：{figures}")


@app.command()
def user(
    name: Annotated[str, typer.Argument(help="用户名")],
    role: Annotated[
        str, typer.Option("--role", help="editor 可以上传和移除文件，reader 只读，none 删除用户")
    ] = "editor",
    store: StoreOption = None,
) -> None:
    """添加、修改或删除网页的用户（密码从键盘或标准输入读入）。"""
    from ui.web.access import USERS_FILE, AccessError, Users

    folder = store_folder(store)
    users = Users(folder / USERS_FILE)
    try:
        if role == "none":
            found = users.remove(name)
            print(f"已删除用户 {name}。" if found else f"没有用户 {name}。")
            raise typer.Exit(0 if found else 1)
        if role not in ("reader", "editor"):
            print(f"--role 应是 editor、reader 或 none，现在是“{role}”。", file=sys.stderr)
            raise typer.Exit(2)
        typed = sys.stdin.isatty()
        password = (
            typer.prompt("密码", hide_input=True, confirmation_prompt=True)
            if typed
            else sys.stdin.readline().rstrip("\n")
        )
        folder.mkdir(parents=True, exist_ok=True)
        users.add(name, password, "editor" if role == "editor" else "reader")
        print(f"已保存用户 {name}（{role}）。")
    except AccessError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from error


@app.command(name="feedback")
def feedback_(
    known: Annotated[bool, typer.Option("--known", help="写成待补全的已知问题（JSONL）")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """网页上被指为不对的答案，连同它们的全部依据。"""
    from ui.feedback import reports

    for number, entry in enumerate(reports(store_folder(store)), 1):
        if known:
            _print_json(entry.as_known(number))
        elif as_json:
            _print_json(asdict(entry))
        else:
            asked = " → ".join([*entry.history, entry.question])
            print(f"{entry.time} {entry.who or '–'}：{entry.reason}\n  问：{asked}\n  答：{entry.answer.get('text')}")


@app.command()
def demo(
    check: Annotated[bool, typer.Option("--check", help="自检：走完全程，问一次网页，然后结束")] = False,
    port_number: Annotated[int | None, typer.Option("--port", help="监听端口")] = None,
) -> None:
    """读入示例决算，示范三个问题，打开网页。"""
    from ui.demo import run

    raise typer.Exit(run(check, port_number or port()))


@app.command(name="eval")
def evaluate(
    out: Annotated[Path | None, typer.Option("--out", help="写出结果的文件夹")] = None,
    failures: Annotated[bool, typer.Option("--failures", help="列出没有答对的问题")] = False,
    store_of_real: Annotated[
        Path | None, typer.Option("--store-of-real", help="已收录四份真实决算的资料库（不再另建）")
    ] = None,
) -> None:
    """用已知问题和植入的差错评测；答对不足 95%、答错超过 2%、差错找出不足 99% 或有误报时以 1 结束。"""
    from eval.suite import run

    report = run(store_of_real)
    print(report.table())
    if failures:
        print(report.failures())
    if out:
        report.write(out)
    raise typer.Exit(0 if report.passed else 1)


@app.command()
def config() -> None:
    """所有设置及其现值。"""
    from ui.settings import settings

    for setting in settings():
        print(f"{setting.name}={setting.value}  # {setting.meaning}")


if __name__ == "__main__":
    main()
