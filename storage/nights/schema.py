"""The tables of insurers' nights, in the ledger's database: keyed hashes, codes, counts and times."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table

from storage.ledger.instant import Instant
from storage.ledger.schema import metadata

nights: Final = Table(
    "nights",
    metadata,
    Column("insurer", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("document", String(32), nullable=False),
    Column("day", String(10), nullable=False),
    Column("full", Boolean, nullable=False),
    Column("stage", String(16), nullable=False),
    Column("code", String(64)),
    Column("lines", BigInteger, nullable=False),
    Column("patients", BigInteger, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    # Of its patients; NULL until it is applied.
    Column("new", BigInteger),
    Column("changed", BigInteger),
    Column("unchanged", BigInteger),
    Column("unknown", BigInteger),
    Index(None, "insurer", "stage", "number"),
)

night_tallies: Final = Table(
    "night_tallies",
    metadata,
    Column("insurer", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("file", Integer, primary_key=True),
    # Empty for lines too damaged to tell.
    Column("section", String(16), primary_key=True),
    Column("lines", BigInteger, nullable=False),
    Column("accepted", BigInteger, nullable=False),
    Column("duplicates", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
)

night_files: Final = Table(
    "night_files",
    metadata,
    # Of a file that two manifests name, the last one's word counts.
    Column("document", String(32), primary_key=True),
    Column("insurer", String(64), nullable=False),
    Column("number", Integer, nullable=False),
)

night_runs: Final = Table(
    "night_runs",
    metadata,
    Column("document", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("file", Integer, nullable=False),
    Column("through", BigInteger, nullable=False),
)

night_objects: Final = Table(
    "night_objects",
    metadata,
    Column("document", String(32), primary_key=True),
    Column("run", Integer, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
)

standings: Final = Table(
    "standings",
    metadata,
    Column("insurer", String(64), primary_key=True),
    Column("key", String(32), primary_key=True),
    Column("slot", BigInteger, nullable=False),
    Column("patient", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("whose", String(64), nullable=False),
    Column("falls", String(64)),
    Column("version", Integer, nullable=False),
    Column("night", Integer, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("document", String(32)),
    Column("said", LargeBinary),
    Index(None, "insurer", "slot"),
    Index(None, "insurer", "falls"),
    Index(None, "insurer", "night", "slot"),
)
