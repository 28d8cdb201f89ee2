"""The contract of registers of members: a back end is accepted by passing it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from documents.actor import ActorRole
from documents.errors import UnknownMember
from documents.feeder import Feeder, FeederKind
from documents.member import Member
from storage.members.interface import Members, Patience
from tests.contracts.ledger_making import Clock

#: Makes one more instance over the same register, as another process would.
Reopen = Callable[[], Members]

PRACTICE = Feeder(name="cabinet", kind=FeederKind.PRACTITIONER)
ANNE = Member(issuer="https://provider", subject="899700000001", role=ActorRole.PRACTITIONER, feeder=PRACTICE)
PATIENCE = Patience(idle=timedelta(minutes=30), longest=timedelta(hours=12))
DIGEST = "ab" * 32


class MembersContract:
    """Inherited by the test class of each back end, which gives the fixture ``reopen``."""

    @pytest.fixture
    def clock(self) -> Clock:
        """Give the clock that every instance goes by."""
        return Clock()

    @pytest.fixture
    def members(self, reopen: Reopen) -> Members:
        """Give an empty register."""
        return reopen()

    def test_who_is_enrolled_is_known_to_another_process(self, members: Members, reopen: Reopen) -> None:
        """By who vouches and under which name; under another they are a stranger."""
        assert members.enroll(ANNE)
        assert reopen().member(ANNE.issuer, ANNE.subject) == ANNE
        assert reopen().member("https://another", ANNE.subject) is None
        assert reopen().members() == [ANNE]

    def test_enrolling_again_changes_nothing_and_ends_no_visit(self, members: Members) -> None:
        """Twice is safe."""
        members.enroll(ANNE)
        members.open_session(ANNE, DIGEST)
        assert not members.enroll(ANNE)
        assert members.session(DIGEST, PATIENCE) is not None

    def test_another_role_or_feeder_ends_every_visit(self, members: Members) -> None:
        """What somebody may no longer do, they cannot go on doing in a page that stood open."""
        members.enroll(ANNE)
        members.open_session(ANNE, DIGEST)
        changed = Member(issuer=ANNE.issuer, subject=ANNE.subject, role=ActorRole.SECRETARY, feeder=PRACTICE)
        assert not members.enroll(changed)
        assert members.session(DIGEST, PATIENCE) is None
        assert members.member(ANNE.issuer, ANNE.subject) == changed

    def test_who_is_dismissed_is_out(self, members: Members) -> None:
        """At once, and once."""
        members.enroll(ANNE)
        members.open_session(ANNE, DIGEST)
        assert members.dismiss(ANNE.id)
        assert not members.dismiss(ANNE.id)
        assert members.session(DIGEST, PATIENCE) is None
        with pytest.raises(UnknownMember):
            members.open_session(ANNE, DIGEST)

    def test_a_visit_ends_in_silence(self, members: Members, clock: Clock) -> None:
        """And not while something is asked."""
        members.enroll(ANNE)
        members.open_session(ANNE, DIGEST)
        clock.advance(timedelta(seconds=1700))
        assert members.session(DIGEST, PATIENCE) is not None
        clock.advance(timedelta(seconds=1700))
        assert members.session(DIGEST, PATIENCE) is not None
        clock.advance(timedelta(seconds=1801))
        assert members.session(DIGEST, PATIENCE) is None

    def test_a_visit_does_not_last_for_ever(self, members: Members, clock: Clock) -> None:
        """Whatever is asked."""
        members.enroll(ANNE)
        members.open_session(ANNE, DIGEST)
        short = Patience(idle=timedelta(minutes=30), longest=timedelta(minutes=40))
        clock.advance(timedelta(seconds=1700))
        assert members.session(DIGEST, short) is not None
        clock.advance(timedelta(seconds=1700))
        assert members.session(DIGEST, short) is None

    def test_visits_that_are_over_are_forgotten(self, members: Members, clock: Clock) -> None:
        """Others are not."""
        members.enroll(ANNE)
        members.open_session(ANNE, DIGEST)
        clock.advance(timedelta(seconds=1801))
        members.open_session(ANNE, "cd" * 32)
        assert members.forget_sessions(PATIENCE) == 1
        assert members.session("cd" * 32, PATIENCE) is not None

    def test_who_leaves_is_out(self, members: Members) -> None:
        """Twice is safe."""
        members.enroll(ANNE)
        members.open_session(ANNE, DIGEST)
        members.close_session(DIGEST)
        members.close_session(DIGEST)
        assert members.session(DIGEST, PATIENCE) is None
