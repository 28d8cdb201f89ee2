"""The register of members in SQL, in the ledger's database."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import RowMapping, delete, or_, select, update

from documents.actor import ActorRole
from documents.errors import UnknownMember
from documents.feeder import Feeder, FeederKind
from documents.member import Member, MemberId
from storage.ledger.register import Register
from storage.members.interface import Members, Patience, Session
from storage.members.schema import members as table
from storage.members.schema import sessions

#: How old the note that a session goes on may be: writing it at every request would cost more than it tells.
_GRAIN: Final = timedelta(seconds=30)


class SqlMembers(Register, Members):
    """See `Members` for what each method promises."""

    def enroll(self, member: Member) -> bool:
        """Let somebody in, or change their role and feeder."""
        row = _row(member)
        with self._writing() as transaction:
            if transaction.insert_new(table, [row | {"since": transaction.now}]).count == 1:
                return True
            changed = or_(*(table.c[name].is_distinct_from(row[name]) for name in ("role", "feeder", "feeder_kind")))
            if transaction.run(update(table).where(table.c.id == member.id, changed).values(row)).rowcount:
                transaction.run(delete(sessions).where(sessions.c.member == member.id))
            return False

    def dismiss(self, member: MemberId) -> bool:
        """Let somebody in no more."""
        with self._writing() as transaction:
            transaction.run(delete(sessions).where(sessions.c.member == member))
            return transaction.run(delete(table).where(table.c.id == member)).rowcount == 1

    def member(self, issuer: str, subject: str) -> Member | None:
        """Return whom an issuer vouches for under a name."""
        wanted = select(table).where(table.c.issuer == issuer, table.c.subject == subject)
        with self._reading() as transaction:
            row = transaction.first(wanted)
        return None if row is None else _member_from(row)

    def members(self) -> Sequence[Member]:
        """Return everybody."""
        with self._reading() as transaction:
            found = transaction.run(select(table).order_by(table.c.issuer, table.c.subject)).mappings().all()
        return [_member_from(row) for row in found]

    def open_session(self, member: Member, digest: str) -> None:
        """Begin a visit."""
        with self._writing() as transaction:
            # Whoever is dismissing them at this moment is waited for.
            there = select(table.c.id).where(table.c.id == member.id).with_for_update(read=True, key_share=True)
            if transaction.first(there) is None:
                raise UnknownMember(member.id)
            now = transaction.now
            transaction.insert(sessions, {"digest": digest, "member": member.id, "since": now, "seen": now})

    def session(self, digest: str, patience: Patience) -> Session | None:
        """Return a visit that goes on."""
        with self._reading() as transaction:
            now = transaction.now
            found = transaction.first(
                select(table, sessions.c.since.label("began"), sessions.c.seen)
                .join_from(sessions, table, sessions.c.member == table.c.id)
                .where(
                    sessions.c.digest == digest,
                    sessions.c.seen > now - patience.idle,
                    sessions.c.since > now - patience.longest,
                )
            )
        if found is None:
            return None
        if now - found["seen"] > _GRAIN:
            self._note(digest)
        return Session(member=_member_from(found), since=found["began"])

    def close_session(self, digest: str) -> None:
        """End a visit."""
        with self._writing() as transaction:
            transaction.run(delete(sessions).where(sessions.c.digest == digest))

    def forget_sessions(self, patience: Patience) -> int:
        """Forget visits whose time is over."""
        with self._writing() as transaction:
            now = transaction.now
            over = or_(sessions.c.seen <= now - patience.idle, sessions.c.since <= now - patience.longest)
            return transaction.run(delete(sessions).where(over)).rowcount

    def _note(self, digest: str) -> None:
        """Write down that a visit goes on."""
        with self._writing() as transaction:
            transaction.run(update(sessions).where(sessions.c.digest == digest).values(seen=transaction.now))


def _row(member: Member) -> dict[str, object]:
    return {
        "id": member.id,
        "issuer": member.issuer,
        "subject": member.subject,
        "role": member.role.value,
        "feeder": member.feeder.name if member.feeder else None,
        "feeder_kind": member.feeder.kind.value if member.feeder else None,
    }


def _member_from(row: RowMapping) -> Member:
    feeder = Feeder(name=row["feeder"], kind=FeederKind(row["feeder_kind"])) if row["feeder"] else None
    return Member(issuer=row["issuer"], subject=row["subject"], role=ActorRole(row["role"]), feeder=feeder)
