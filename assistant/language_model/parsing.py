"""A question that the rules do not understand, put again in words that they do, with a language model's help.

The model only chooses: one name of a closed list of what the account prints. What is asked of it (its budget, its
change) the words of the question say. From both the question is put again (…年“公务接待费”是多少), and that is planned
by the rules like any other. Taken is only a name that the model chooses twice, from the list in one order and in the
other, that it then calls the same as what is asked for, and that is near the question by meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, create_model

from assistant.language_model.choices import TRUSTED, Option, nearest
from assistant.language_model.endpoint import Endpoint, NoReply
from assistant.language_model.vetoes import asked_words, asks_of, limit_of, veto
from assistant.library import AccountView, Library
from assistant.model import Answer, Item, Plan
from assistant.scope import GONE
from assistant.vocabulary import words
from ingest.model import Account
from ingest.text import plain
from prompts import fenced, instructions

_HANDED = {"prose-figure", "passage", "reason"}
"""Forms of plans that looked for words which are not in the account."""
_QUOTES = "“”\"「」『』《》"
_NONE = "没有"
_YES = "是"


@dataclass(frozen=True)
class Restatement:
    """A question put again."""

    question: str
    option: Option
    asks: str
    account: str

    def fits(self, answer: Answer) -> bool:
        """True if an answer to the question put again is of what was chosen, of its account, and really given."""
        plan = answer.plan
        return (
            answer.status == "answered"
            and plan is not None
            and plan.form in asked_words().asks[self.asks].forms
            and plan.accounts == (self.account,)
            and not plan.needed
            and any(_is(item, self.option) for item in plan.items)
        )


def _is(item: Item, option: Option) -> bool:
    return plain(option.name) in (plain(item.name), plain(item.words))


def handed_over(library: Library, answer: Answer, question: str) -> Account | None:
    """The account in which a model may look for what a refused question means; None where the refusal stands.

    It stands for everything but an amount that was not found in one account: what is personal, an opinion, off topic,
    of a year or a department that is not loaded, of several accounts, a claim, or an item with words beside it that
    limit it.
    """
    plan = answer.plan
    if answer.status != "refused" or plan is None or plan.form not in _HANDED:
        return None
    if answer.reason != "item" and not (answer.reason == "off-topic" and asked_words().money.search(plan.words)):
        return None
    if plan.language != "zh" or plan.items or plan.needed or plan.claim or plan.reason_too or plan.across:
        return None
    if len(plan.accounts) != 1:
        return None
    if any(quote in question for quote in _QUOTES) or limit_of(plan.words.replace(GONE, "#")):
        return None
    account = library.account(plan.accounts[0])
    return account if account.is_account or account.is_budget else None


def restated(endpoint: Endpoint, view: AccountView, plan: Plan, question: str) -> Restatement | None:
    """The question put again; None where the model chooses nothing, is not sure, or what the question vetoes.

    :raises Unreachable: if the model does not answer.
    """
    if veto(question, view.account):
        return None
    asks = asks_of(question)[0]
    options = nearest(view, plan.words)
    option = _chosen(endpoint, options, plan.words)
    if option is None or option not in options[:TRUSTED]:
        return None
    if _chosen(endpoint, options[::-1], plan.words) != option or not _same(endpoint, option, plan.words):
        return None
    kind = "预算" if view.account.is_budget else ""
    fund = next((fund for fund, pattern in words().funds.items() if pattern.search(plain(question))), "")
    asked = asked_words().asks[asks].again.replace("是多少", f"是多少{plan.unit or ''}")
    who = f"{view.account.department}{view.account.year}年{kind}"
    return Restatement(f"{who}{fund}“{option.name}”{asked}？", option, asks, view.account.id)


def _chosen(endpoint: Endpoint, options: tuple[Option, ...], question: str) -> Option | None:
    listed = "\n".join(f"- {name}" for name in (*(option.described for option in options), _NONE))
    user = f"候选：\n{fenced(listed)}\n问题：{fenced(question.replace(GONE, ''))} → ?"
    try:
        reply = endpoint.structured(_choice_of(options), instructions("choose"), user)
    except NoReply:
        return None
    return next((option for option in options if option.name == reply.item), None)  # type: ignore[attr-defined]


def _choice_of(options: tuple[Option, ...]) -> type[BaseModel]:
    """What the model is to say: one of the names, or that none fits."""
    names: Any = Literal[(*dict.fromkeys(option.name for option in options), _NONE)]
    return create_model("Choice", item=(names, ...))


def _same(endpoint: Endpoint, option: Option, question: str) -> bool:
    """True where the model says that what is asked for is just this item."""
    try:
        said = endpoint.text(instructions("same"), f"“{question.replace(GONE, '')}”是“{option.name}”吗？")
    except NoReply:
        return False
    return said.strip("“”。 ") == _YES
