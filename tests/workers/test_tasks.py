"""What a task does with a fault that is not its document's."""

from structlog.testing import capture_logs

from documents.document import DocumentId
from documents.errors import LedgerUnavailable
from verso.settings import Settings
from workers.app import make_app
from workers.performing import Performer
from workers.scheduling import TEND_NIGHTS, register_nights
from workers.tasks import ADVANCE, READ_PART, register

_ID = DocumentId("a" * 32)


def without_a_ledger() -> Performer:
    """Fail as a process does that cannot ask the ledger."""
    raise LedgerUnavailable


def test_a_task_that_cannot_ask_the_ledger_leaves_its_work_due_in_one_line() -> None:
    """P24: the ledger has the work still; Celery would tell a fault of the task, with a trace and without the id."""
    app = make_app(Settings())
    register(app, without_a_ledger)
    with capture_logs() as lines:
        assert app.tasks[ADVANCE].apply(args=[_ID]).successful()
    told = {"event": "left-due", "document": _ID, "part": None, "code": LedgerUnavailable.code}
    assert lines == [told | {"log_level": "warning"}]


def test_a_tasks_application_alone_has_it() -> None:
    """A worker's process has applications that only send: what one was given is done by no other."""
    worker, sender = make_app(Settings()), make_app(Settings())
    register(worker, without_a_ledger)
    register_nights(worker, without_a_ledger)
    ours = {ADVANCE, READ_PART, TEND_NIGHTS}
    assert (ours & set(worker.tasks), ours & set(sender.tasks)) == (ours, set())
