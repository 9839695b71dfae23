"""Reading of final accounts (部门决算) into a store of facts and passages."""

from ingest.ingestion import Outcome, files_in, ingest
from ingest.readers import Unreadable
from ingest.reading import read_account
from ingest.store import Store, StoreError, default_store

__all__ = ["Outcome", "Store", "StoreError", "Unreadable", "default_store", "files_in", "ingest", "read_account"]
