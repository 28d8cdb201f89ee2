"""The tables of unfinished uploads, in the ledger's database: ids, sizes, digests, and what was said, sealed."""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from storage.ledger.instant import Instant
from storage.ledger.schema import metadata

uploads: Final = Table(
    "uploads",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("feeder", String(64), nullable=False),
    Column("submission", String(255), nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("sealed_declaration", LargeBinary, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index(None, "changed_at"),
)

upload_parts: Final = Table(
    "upload_parts",
    metadata,
    Column("upload", String(32), ForeignKey("uploads.id"), primary_key=True),
    # In the order of the file, from 1.
    Column("number", Integer, primary_key=True),
    # Drawn by lot: see `Archive.keep_apart`.
    Column("part", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
)
