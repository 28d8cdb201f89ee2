"""Databases for the registers, each with the ledger's schema and nothing in it."""

from tests.services.postgresql import postgresql
from tests.storage.ledger.conftest import ledger_on_postgresql, ledger_on_sqlite, migrated_file, migrated_template, url

__all__ = ["ledger_on_postgresql", "ledger_on_sqlite", "migrated_file", "migrated_template", "postgresql", "url"]
