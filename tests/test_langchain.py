"""The assistant's parts in other LangChain programs: tools with citations, a retriever, a chain that streams."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from langchain_core.tools import BaseTool

from assistant import Answer, Assistant, Plan
from assistant.langchain import PassageRetriever, tools_of

NAMES = {"lookup_figure", "calculate", "search_passages", "check_figures", "list_documents"}
QUESTION = "图书馆局2024年公务接待费决算数是多少？"


@pytest.fixture(scope="module")
def tools(samples: Assistant) -> dict[str, BaseTool]:
    return {tool.name: tool for tool in tools_of(samples)}


def _called(tool: BaseTool, **arguments: object) -> tuple[str, dict]:  # type: ignore[type-arg]
    message = tool.invoke({"name": tool.name, "args": arguments, "id": "1", "type": "tool_call"})
    return message.content, message.artifact


def test_the_tools_are_typed_and_described(tools: dict[str, BaseTool]) -> None:
    assert set(tools) == NAMES
    for tool in tools.values():
        assert tool.description and tool.args_schema is not None
        assert all("description" in told for told in tool.args_schema.model_json_schema()["properties"].values())  # type: ignore[union-attr]


def test_a_figure_comes_with_its_cell(samples: Assistant, tools: dict[str, BaseTool]) -> None:
    content, artifact = _called(tools["lookup_figure"], department="图书馆局", year=2024, item="公务接待费")
    assert artifact["value"] == samples.ask(QUESTION).value and artifact["value"] in content
    assert artifact["citations"][0]["page"] and artifact["citations"][0]["sha256"]


def test_a_calculation_is_over_figures_that_are_looked_up(tools: dict[str, BaseTool]) -> None:
    figures = [{"department": "图书馆局", "year": 2024, "item": item} for item in ("项目支出", "本年支出合计")]
    _, artifact = _called(tools["calculate"], program="share(f1, f2)", figures=figures)
    assert (artifact["value"], artifact["unit"]) == ("30.31", "%") and len(artifact["citations"]) >= 2
    said, refused = _called(tools["calculate"], program="add(f1, 99999)", figures=figures[:1])
    assert refused["status"] == "refused" and "99999" in said
    _, unknown = _called(tools["calculate"], program="add(f1, f2)", figures=[*figures[:1], {"item": "航天支出"}])
    assert unknown["status"] != "answered"


def test_passages_come_with_their_place(tools: dict[str, BaseTool]) -> None:
    content, artifact = _called(
        tools["search_passages"], query="三公经费下降的原因", department="图书馆局", year=2024, count=3
    )
    assert len(artifact["passages"]) == 3 and content.startswith("[1]")
    assert all(passage["year"] == 2024 and passage["page"] and passage["quotes"] for passage in artifact["passages"])


def test_findings_and_documents_are_told(samples: Assistant, tools: dict[str, BaseTool]) -> None:
    _, artifact = _called(tools["list_documents"])
    assert len(artifact["documents"]) == len(samples.library.accounts)
    _, found = _called(tools["check_figures"], department="清远政数局", severity="error")
    assert all(finding["severity"] == "error" for finding in found["findings"])


def test_what_is_not_loaded_is_said(tools: dict[str, BaseTool]) -> None:
    for name in ("search_passages", "check_figures", "list_documents"):
        query = {"query": "职责"} if name == "search_passages" else {}
        content, _ = _called(tools[name], department="财政局", **query)
        assert "没有收录" in content


def test_the_retriever_gives_documents_of_the_accounts_asked_for(samples: Assistant) -> None:
    accounts = tuple(a.id for a in samples.library.departments.of("云岫市地方志办公室"))
    retriever = PassageRetriever(library=samples.library, accounts=accounts, count=4)
    found = retriever.invoke("编修地方志书的职责")
    assert len(found) == 4 and {document.metadata["document"] for document in found} <= set(accounts)
    assert all(document.page_content and document.metadata["quotes"] for document in found)


def test_the_chain_answers_like_the_assistant(samples: Assistant) -> None:
    expected = samples.ask(QUESTION)
    for given in (QUESTION, {"question": QUESTION}):
        answer = samples.chain.invoke(given)
        assert (answer.text, answer.value, answer.citations) == (expected.text, expected.value, expected.citations)
    follow = samples.chain.invoke({"question": "2023年呢？", "history": [QUESTION]})
    assert follow.value == samples.ask("2023年呢？", [QUESTION]).value
    both = samples.chain.batch([QUESTION, QUESTION])
    assert [answer.value for answer in both] == [expected.value] * 2
    with pytest.raises(TypeError, match="expected a question"):
        samples.chain.invoke(7)  # type: ignore[arg-type]


def test_the_chain_streams_the_plan_then_the_text_then_the_answer(samples: Assistant) -> None:
    pieces = list(samples.chain.stream(QUESTION))
    texts = [piece for piece in pieces if isinstance(piece, str)]
    assert isinstance(pieces[0], Plan) and isinstance(pieces[-1], Answer)
    assert "".join(texts) == pieces[-1].text
    assert not any(text[-1].isdigit() for text in texts)  # no figure is seen without its citation

    async def all_of() -> list[object]:
        return [piece async for piece in samples.chain.astream(QUESTION)]

    again = asyncio.run(all_of())
    assert [piece for piece in again if isinstance(piece, str)] == texts


def test_a_chain_goes_on_behind_it(samples: Assistant) -> None:
    from langchain_core.runnables import RunnableLambda

    chain = samples.chain | RunnableLambda(lambda answer: Decimal(answer.value))
    assert chain.invoke(QUESTION) == Decimal(samples.ask(QUESTION).value or "")
