"""The web page: a chat with its evidence, the documents, comparisons, checks and replies; the same over HTTP and MCP."""

from ui.web.app import serve, site

__all__ = ["serve", "site"]
