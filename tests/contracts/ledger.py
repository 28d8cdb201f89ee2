"""The contract of ledgers: a back end is accepted by passing it."""

import pytest

from storage.ledger.interface import Ledger
from tests.contracts.ledger_admission import AdmissionContract, ListingContract
from tests.contracts.ledger_clearing import ClearingContract
from tests.contracts.ledger_division import DivisionContract, FollowingContract, JoiningContract
from tests.contracts.ledger_fan import FanContract
from tests.contracts.ledger_making import Clock, Reopen
from tests.contracts.ledger_progress import FailingContract, MovingContract
from tests.contracts.ledger_renaming import RenamingContract
from tests.contracts.ledger_scrubbing import ScrubbingContract
from tests.contracts.ledger_succession import SuccessionContract
from tests.contracts.ledger_trail import TrailContract
from tests.contracts.ledger_work import WorkContract


class LedgerContract(
    AdmissionContract,
    ListingContract,
    TrailContract,
    WorkContract,
    MovingContract,
    FanContract,
    DivisionContract,
    JoiningContract,
    FollowingContract,
    FailingContract,
    RenamingContract,
    ScrubbingContract,
    SuccessionContract,
    ClearingContract,
):
    """Inherited by the test class of each back end, which gives the fixture ``reopen``."""

    @pytest.fixture
    def clock(self) -> Clock:
        """Give the clock that every instance goes by."""
        return Clock()

    @pytest.fixture
    def ledger(self, reopen: Reopen) -> Ledger:
        """Give a ledger that is empty."""
        return reopen()

    def test_a_migrated_ledger_passes_its_check(self, ledger: Ledger) -> None:
        """The database answers and has the schema of this release."""
        ledger.check()
