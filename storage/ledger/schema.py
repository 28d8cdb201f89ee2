"""The ledger's tables as they are now: ids, codes, numbers and times; no column can hold a name, a title or a text."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    and_,
    not_,
)

from storage.ledger.instant import Instant

#: `Work.part` of the work that moves the document itself on: a key cannot hold NULL.
OWN_WORK: Final = -1

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    },
)

#: SQLite numbers rows by itself only under exactly this type.
_SERIAL: Final = BigInteger().with_variant(Integer(), "sqlite")

batches: Final = Table(
    "batches",
    metadata,
    Column("feeder", String(64), primary_key=True),
    Column("id", String(255), primary_key=True),
    Column("opened_at", Instant, nullable=False),
    Index(None, "feeder", "opened_at", "id"),
)

documents: Final = Table(
    "documents",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("feeder", String(64), nullable=False),
    Column("batch", String(255)),
    Column("stage", String(16), nullable=False),
    Column("parent", String(32), ForeignKey("documents.id")),
    Column("first_page", Integer),
    Column("last_page", Integer),
    Column("version", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("media_type", String(127)),
    Column("pages", Integer),
    Column("reading", String(16)),
    Column("partial", Boolean, nullable=False),
    Column("patient", String(64)),
    Column("type_code", String(64)),
    Column("theme", String(32)),
    Column("confidence", Double),
    Column("reason", String(64)),
    Column("died_in", String(16)),
    Column("attempts", Integer, nullable=False),
    Column("seconds", Double, nullable=False),
    # Highest fence of any work that is gone: new work of this document starts above it, so that a claim
    # from before a death or a settlement can never pass for one from after.
    Column("fence", BigInteger, nullable=False),
    # The class of service in which it travels.
    Column("lane", String(16), nullable=False, server_default="inbox"),
    # No foreign keys: an earlier document may be copied or found at rest after the later one.
    Column("supersedes", String(32)),
    Column("superseded_by", String(32)),
)
_RECENCY: Final = (documents.c.received_at, documents.c.id)
Index(None, *_RECENCY)
Index(None, documents.c.stage, *_RECENCY)
Index(None, documents.c.feeder, *_RECENCY)
Index(None, documents.c.feeder, documents.c.stage, *_RECENCY)
Index(None, documents.c.batch, *_RECENCY)
Index(None, documents.c.batch, documents.c.stage, *_RECENCY)
Index(None, documents.c.patient, *_RECENCY)
# Few documents are pieces: the others need no place in it.
_PIECES: Final = documents.c.parent.is_not(None)
Index("ix_documents_pieces", documents.c.parent, documents.c.first_page, sqlite_where=_PIECES, postgresql_where=_PIECES)

for _version in (documents.c.supersedes, documents.c.superseded_by):
    _NAMED = _version.is_not(None)
    Index(f"ix_documents_{_version.name}", _version, sqlite_where=_NAMED, postgresql_where=_NAMED)

arrivals: Final = Table(
    "arrivals",
    metadata,
    Column("id", _SERIAL, primary_key=True),
    Column("feeder", String(64), nullable=False),
    Column("batch", String(255)),
    Column("document", String(32), ForeignKey("documents.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("duplicate", Boolean, nullable=False),
    Column("sealed_name", LargeBinary, nullable=False),
    ForeignKeyConstraint(["feeder", "batch"], ["batches.feeder", "batches.id"]),
    Index(None, "feeder", "batch"),
    Index(None, "document"),
)

objects: Final = Table(
    "objects",
    metadata,
    Column("document", String(32), ForeignKey("documents.id"), primary_key=True),
    Column("role", SmallInteger, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
)

parts: Final = Table(
    "parts",
    metadata,
    Column("document", String(32), ForeignKey("documents.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("done", Boolean, nullable=False),
)

work: Final = Table(
    "work",
    metadata,
    Column("document", String(32), ForeignKey("documents.id"), primary_key=True),
    Column("part", Integer, primary_key=True),
    # When it may be claimed: at its time or, while a lease is held, when that lapses.
    Column("due_at", Instant, nullable=False),
    # Whether it waits for the document's parts instead of a time.
    Column("sleeping", Boolean, nullable=False),
    # When a message for it last left; NULL when none has since it came due.
    Column("sent_at", Instant),
    # Who holds the lease; NULL when nobody does.
    Column("lease_owner", String(255)),
    Column("fence", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    # Claims since the document last got on, whatever became of them.
    Column("claims", Integer, nullable=False),
    # Code of the outage that it waits out, uncounted; NULL when it waits for none.
    Column("waits_for", String(64)),
    # How many of its pages have been read under the claim that is held: told now and then, for whoever follows.
    Column("pages", Integer, nullable=False, server_default="0"),
    Column("lane", String(16), nullable=False, server_default="inbox"),
    Column("feeder", String(64), nullable=False, server_default=""),
)
_QUEUE: Final = (work.c.lane, work.c.feeder)
_UNSENT: Final = and_(work.c.sent_at.is_(None), not_(work.c.sleeping))
_SENT: Final = and_(work.c.sent_at.is_not(None), not_(work.c.sleeping))
_LEASED: Final = work.c.lease_owner.is_not(None)
Index("ix_work_unsent", *_QUEUE, work.c.due_at, sqlite_where=_UNSENT, postgresql_where=_UNSENT)
Index("ix_work_sent", *_QUEUE, work.c.sent_at, sqlite_where=_SENT, postgresql_where=_SENT)
_WAITING: Final = work.c.waits_for.is_not(None)
Index("ix_work_waits_for", work.c.waits_for, sqlite_where=_WAITING, postgresql_where=_WAITING)
Index("ix_work_leased", work.c.lease_owner, sqlite_where=_LEASED, postgresql_where=_LEASED)

attempts: Final = Table(
    "attempts",
    metadata,
    Column("document", String(32), ForeignKey("documents.id"), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("fence", BigInteger, primary_key=True),
    Column("stage", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("code", String(64), nullable=False),
    Column("owner", String(255), nullable=False),
    # With what it was made: release, model, engine.
    Column("release", String(255)),
)

events: Final = Table(
    "events",
    metadata,
    Column("id", _SERIAL, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("action", String(64), nullable=False),
    # No foreign key: a refused access may name a document that does not exist.
    Column("document", String(32)),
    Column("detail", String(255), nullable=False),
    Column("sealed_ground", LargeBinary),
    # NULL in what was written before there was a chain.
    Column("role", String(16)),
    Column("scribe", String(16)),
    Column("line", Integer),
    Column("mac", LargeBinary),
    Index(None, "document", "id"),
)

links: Final = Table(
    "links",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("digest", String(64), nullable=False),
)

anchors: Final = Table(
    "anchors",
    metadata,
    Column("link", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("digest", String(64), nullable=False),
)

aliases: Final = Table(
    "aliases",
    metadata,
    # Pseudonym of a number that is no longer used, and of the one that stands for the same person.
    Column("old", String(64), primary_key=True),
    Column("new", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    # The number itself that stands now, sealed: a pseudonym cannot be undone.
    Column("sealed_number", LargeBinary, nullable=False),
)

unique_names: Final = Table(
    "unique_names",
    metadata,
    # Keyed hash of what its producer calls a document for ever, and the first document that came under it.
    Column("name", String(64), primary_key=True),
    Column("document", String(32), ForeignKey("documents.id"), nullable=False),
    Column("at", Instant, nullable=False),
)

pulses: Final = Table(
    "pulses",
    metadata,
    Column("owner", String(255), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    # Code of the service that keeps it from starting its work.
    Column("waits_for", String(64)),
)

passes: Final = Table(
    "passes",
    metadata,
    Column("number", _SERIAL, primary_key=True),
    Column("starter", String(16), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    # The last document that was seen to; it may be unknown to the ledger.
    Column("cursor", String(32), nullable=False),
    Column("objects", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("erased", BigInteger, nullable=False),
)

faults: Final = Table(
    "faults",
    metadata,
    Column("id", _SERIAL, primary_key=True),
    Column("pass", BigInteger, ForeignKey("passes.number"), nullable=False),
    Column("code", String(16), nullable=False),
    Column("name", String(255), nullable=False),
    Index(None, "pass", "id"),
)
