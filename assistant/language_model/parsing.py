"""A question that the rules do not understand, put again in words that they do, with a language model's help.

The model only chooses: one item of a closed list of what the account prints, and what is asked of it. From its choice
the question is put again (…年“公务接待费”是多少), and that is planned by the rules like any other. Chosen is only
what the model chooses twice, from the list in one order and in the other; words of the question can veto it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.language_model.choices import Option, nearest
from assistant.language_model.endpoint import Endpoint, NoReply
from assistant.language_model.vetoes import asked_words, limit_of, veto
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
Asks = Literal["金额", "预算", "预算完成", "比上年", "原因"]


class Choice(BaseModel):
    """What the model is to say."""

    model_config = ConfigDict(extra="ignore")

    item: int = Field(ge=0, description="候选的编号；没有则为 0")
    asks: Asks = "金额"


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
    """The question put again; None where the model chooses nothing, not the same twice, or what the question vetoes.

    :raises Unreachable: if the model does not answer.
    """
    options = nearest(view, plan.words)
    chosen = _chosen(endpoint, options, plan.words)
    if chosen is None:
        return None
    option, asks = chosen
    again = _chosen(endpoint, options[::-1], plan.words)
    if again != chosen or veto(question, asks, view.account):
        return None
    kind = "预算" if view.account.is_budget else ""
    fund = next((fund for fund, pattern in words().funds.items() if pattern.search(plain(question))), "")
    unit = plan.unit or ""
    asked = asked_words().asks[asks].again.replace("是多少", f"是多少{unit}")
    who = f"{view.account.department}{view.account.year}年{kind}"
    return Restatement(f"{who}{fund}“{option.name}”{asked}？", option, asks, view.account.id)


def _chosen(endpoint: Endpoint, options: tuple[Option, ...], question: str) -> tuple[Option, str] | None:
    listed = "\n".join(f"{number}. {option.described}" for number, option in enumerate(options, 1))
    asked = question.replace(GONE, "")
    user = f"问题：{fenced(asked)}\n候选：\n{fenced(listed)}\n这个问题问的是哪一个候选？只输出 JSON。"
    try:
        choice = endpoint.structured(Choice, instructions("choose"), user)
    except NoReply:
        return None
    if not 1 <= choice.item <= len(options):
        return None
    return options[choice.item - 1], choice.asks
