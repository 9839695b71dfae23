"""Tables: from pages of lines and grids to tables with header paths, rows and notes."""

from ingest.tables.assemble import read_tables

__all__ = ["read_tables"]
