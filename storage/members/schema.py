"""The tables of members and their sessions, in the ledger's database: logins, roles and digests of tokens."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, String, Table

from storage.ledger.instant import Instant
from storage.ledger.schema import metadata

members: Final = Table(
    "members",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("issuer", String(255), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("role", String(32), nullable=False),
    Column("feeder", String(64)),
    Column("feeder_kind", String(32)),
    Column("since", Instant, nullable=False),
    Index(None, "issuer", "subject", unique=True),
)

sessions: Final = Table(
    "sessions",
    metadata,
    # SHA-256 of the token that the browser holds.
    Column("digest", String(64), primary_key=True),
    Column("member", String(32), ForeignKey("members.id"), nullable=False),
    Column("since", Instant, nullable=False),
    Column("seen", Instant, nullable=False),
    Index(None, "member"),
    Index(None, "seen"),
)
