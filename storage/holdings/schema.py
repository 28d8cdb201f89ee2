"""The table of holdings, in the ledger's database: names that say nothing of anybody, who holds them, times."""

from typing import Final

from sqlalchemy import Column, String, Table

from storage.ledger.instant import Instant
from storage.ledger.schema import metadata

holdings: Final = Table(
    "holdings",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("holder", String(255), nullable=False),
    Column("until", Instant, nullable=False),
)
