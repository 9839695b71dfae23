"""Tools for agents: each says its result in a sentence and carries the citations in its artifact (plain JSON).

A tool never takes a figure from who calls it: what is calculated with is looked up, so every number has its cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from langchain_core.tools import BaseTool, StructuredTool

from assistant.answering.working import Asked, Working, work
from assistant.calculator import CalculationError, Call, Constant, Expression, Ref, parse, renamed
from assistant.checks import check
from assistant.citing import mark
from assistant.langchain.arguments import Arguments, Calculate, Check, FigureName, Lookup, Search, Whose
from assistant.langchain.retriever import PassageRetriever
from assistant.model import Answer, Citation, Operand
from assistant.scope import find_scope
from ingest.model import Account
from ingest.text import squeeze
from prompts import say

if TYPE_CHECKING:
    from assistant.assistant import Assistant

_LARGEST = 1000
"""Largest constant that a program may hold (months, per cents); what is larger is a figure and must be looked up."""
_MARK = re.compile(r"\[(\d+)\]")
Said = tuple[str, dict[str, Any]]
"""What a tool gives: content and artifact."""


def tools_of(assistant: Assistant) -> list[BaseTool]:
    """The tools over an assistant: lookup_figure, calculate, search_passages, check_figures, list_documents."""
    tools = Tools(assistant)
    made: list[tuple[Callable[..., Said], type[Arguments]]] = [
        (tools.lookup_figure, Lookup),
        (tools.calculate, Calculate),
        (tools.search_passages, Search),
        (tools.check_figures, Check),
        (tools.list_documents, Whose),
    ]
    return [
        StructuredTool.from_function(
            func=run,
            name=run.__name__,
            description=say(f"tool_{run.__name__}"),
            args_schema=schema,
            response_format="content_and_artifact",
        )
        for run, schema in made
    ]


class NotLoaded(LookupError):
    """No document of the department or the year is loaded; the text says what is."""


class Tools:
    """What the tools do, as methods over an assistant."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def lookup_figure(self, **given: Any) -> Said:
        """One figure with its cell. The artifact is the `Answer`."""
        return _said(self._looked_up(Lookup(**given)))

    def calculate(self, **given: Any) -> Said:
        """A calculation over figures that are looked up. The artifact is an `Answer` with the calculation.

        Refused where one of the figures is not there, or the program does not fit.
        """
        asked = Calculate(**given)
        found = [self._looked_up(figure) for figure in asked.figures]
        missing = next((answer for answer in found if answer.status != "answered" or answer.value is None), None)
        if missing is not None:
            return _said(missing)
        citations, operands, notes = _together(found)
        try:
            working = _worked(asked, operands)
        except CalculationError as error:
            text = say("refuse_calculation", why=str(error))
            return _said(Answer(status="refused", text=text, reason="unsupported"))
        calculation = working.calculation(asked.program)
        value, unit = f"{working.shown:f}", working.unit
        listed = "；".join(f"{o.name} {o.value} {o.unit or ''}{mark(o.citation)}" for o in operands)
        answer = Answer(
            status="answered",
            text=say("tool_calculated", list=listed, formula=asked.program, value=value, unit=unit or ""),
            value=value, unit=unit, calculation=calculation, citations=citations, notes=notes,
        )  # fmt: skip
        return _said(answer)

    def search_passages(self, **given: Any) -> Said:
        """Passages of the narrative. The artifact has `passages`: text, and the place of every sentence."""
        asked = Search(**given)
        try:
            accounts = self._named(asked)
        except NotLoaded as reason:
            return str(reason), {"passages": []}
        retriever = PassageRetriever(
            library=self._assistant.library, accounts=tuple(account.id for account in accounts), count=asked.count
        )
        found = retriever.invoke(asked.query) if accounts else []
        lines = [
            f"[{number}] {document.metadata['whose']}{document.metadata['year']}：{document.page_content}"
            for number, document in enumerate(found, 1)
        ]
        passages = [
            {"id": number, "text": document.page_content, **document.metadata}
            for number, document in enumerate(found, 1)
        ]
        return "\n".join(lines) or say("tool_nothing_found"), {"passages": passages}

    def check_figures(self, **given: Any) -> Said:
        """What does not add up. The artifact has `findings`, each with the figures concerned as citations."""
        asked = Check(**given)
        try:
            accounts = self._named(asked)
        except NotLoaded as reason:
            return str(reason), {"findings": []}
        found, lines = [], []
        for account in accounts:
            with self._assistant.working:
                findings = check(self._assistant.library.view(account.id))
            for finding in findings:
                if asked.severity in (None, finding.severity):
                    found.append({"document": account.id, **finding.model_dump(mode="json", exclude={"muted"})})
                    lines.append(f"{account.department}{account.year}：{finding.message}")
        return "\n".join(lines) or say("tool_no_findings", count=len(accounts)), {"findings": found}

    def list_documents(self, **given: Any) -> Said:
        """What is loaded. The artifact has `documents`."""
        try:
            accounts = self._named(Whose(**given))
        except NotLoaded as reason:
            return str(reason), {"documents": []}
        documents = [
            {
                "document": account.id, "department": account.department, "year": account.year, "kind": account.kind,
                "pages": account.pages, "file": account.path, "sha256": account.sha256,
            }
            for account in accounts
        ]  # fmt: skip
        lines = [f"{account.department}{account.year}年度{account.kind}" for account in accounts]
        return "\n".join(lines) or say("refuse_empty-store"), {"documents": documents}

    def _looked_up(self, figure: FigureName) -> Answer:
        year = f"{figure.year}年" if figure.year else ""
        unit = getattr(figure, "unit", None) or ""
        name = figure.item.translate(str.maketrans("", "", "“”\"‘’「」《》\x00"))
        question = f"{figure.department}{year}{figure.fund or ''}“{name}”{figure.column}是多少{unit}？"
        return self._assistant.ask(question)

    def _named(self, whose: Whose) -> list[Account]:
        """The documents of a department and year; all where neither is named.

        :raises NotLoaded: if there are none.
        """
        library = self._assistant.library
        accounts = [*library.accounts, *library.others]
        if whose.department:
            scope = find_scope(squeeze(whose.department), library.departments, lambda _: False)
            if not scope.departments:
                names = "、".join(library.departments.names[:8])
                near = say("near_department", names=names) if names else ""
                raise NotLoaded(say("refuse_department", name=whose.department, near=near))
            accounts = [account for account in accounts if account.department in scope.departments]
        if whose.year is not None and not any(account.year == whose.year for account in accounts):
            years = "、".join(map(str, sorted({account.year for account in accounts}))) or "无"
            raise NotLoaded(say("refuse_year", who=whose.department, year=whose.year, years=years))
        return [account for account in accounts if whose.year in (None, account.year)]


def _said(answer: Answer) -> Said:
    options = f"（{'、'.join(answer.options)}）" if answer.status == "clarify" else ""
    return "\n".join((answer.text + options, *answer.notes)), answer.as_json()


def _together(answers: Sequence[Answer]) -> tuple[tuple[Citation, ...], list[Operand], tuple[str, ...]]:
    """The citations of several answers numbered through, the figure of each as an operand, and their notes."""
    citations: list[Citation] = []
    operands: list[Operand] = []
    notes: dict[str, None] = {}
    for answer in answers:
        before = len(citations)
        citations += [cited.model_copy(update={"id": cited.id + before}) for cited in answer.citations]
        first = answer.calculation.operands[0] if answer.calculation else None
        number = before + (first.citation if first else 1)
        name = first.name if first else citations[number - 1].row or citations[number - 1].text
        operands.append(Operand(name=name, value=answer.value or "", unit=answer.unit, citation=number))
        for note in answer.notes:
            notes[_MARK.sub(lambda found, before=before: mark(int(found.group(1)) + before), note)] = None  # type: ignore[misc]
    return tuple(citations), operands, tuple(notes)


def _worked(asked: Calculate, operands: list[Operand]) -> Working:
    """The program over the operands, rounded as asked.

    :raises CalculationError: if it is no program, leaves a figure out, or holds a number that should be looked up.
    """
    program = parse(asked.program)
    if len(program.steps) != 1:
        raise CalculationError(f"程序应是一个算式，实际有 {len(program.steps)} 步；请写成一个嵌套的算式")
    expression = program.steps[0]
    refs = {f"f{place}": f"f{operand.citation}" for place, operand in enumerate(operands, 1)}
    named = set(refs)
    used = {part.name for part in _parts(expression) if isinstance(part, Ref)}
    if used != named:
        raise CalculationError(f"程序应用到 {'、'.join(sorted(named))}，实际用到 {'、'.join(sorted(used)) or '无'}")
    for part in _parts(expression):
        if isinstance(part, Constant) and abs(part.value) > _LARGEST:
            raise CalculationError(f"程序里的 {part.value} 不是从决算中查出的；请把它放进 figures")
    expression = renamed(expression, refs)
    return work(lambda *_: expression, operands, asked.decimals, Asked(asked.unit, asked.decimals))


def _parts(expression: Expression) -> Iterator[Expression]:
    yield expression
    if isinstance(expression, Call):
        for argument in expression.arguments:
            yield from _parts(argument)
