"""Questions over final accounts, answered with the exact figure and the cell that it comes from.

>>> from assistant import Assistant
>>> answer = Assistant.open("store").ask("公务接待费是多少？")
"""

from assistant.assistant import Assistant
from assistant.model import Answer, Calculation, Citation, Figure, Operand, Plan

__all__ = ["Answer", "Assistant", "Calculation", "Citation", "Figure", "Operand", "Plan"]
