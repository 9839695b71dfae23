"""The assistant's parts for other LangChain programs: a retriever, tools with citations, the whole chain.

>>> from assistant.langchain import PassageRetriever, tools_of
>>> agent = create_agent(model, tools_of(assistant))
>>> assistant.chain.invoke("公务接待费是多少？")
"""

from assistant.langchain.chain import AnswerChain, Asked
from assistant.langchain.retriever import PassageRetriever
from assistant.langchain.tools import tools_of

__all__ = ["AnswerChain", "Asked", "PassageRetriever", "tools_of"]
