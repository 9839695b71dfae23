"""Replies to information requests (依申请公开答复): a draft in Word with its sources, and a workbook of its figures."""

from ui.replies.draft import Matter, ReplyError, ReplyRequest, draft
from ui.replies.workbook import figures_workbook

__all__ = ["Matter", "ReplyError", "ReplyRequest", "draft", "figures_workbook"]
