"""The table of turns, in the ledger's database: names of turns and processes, and times."""

from typing import Final

from sqlalchemy import Column, String, Table

from storage.ledger.instant import Instant
from storage.ledger.schema import metadata

turns: Final = Table(
    "turns",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("owner", String(255), nullable=False),
    Column("until", Instant, nullable=False),
)
