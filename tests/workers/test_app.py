"""A worker as Celery runs it: what signals and time do to it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from documents.document import DocumentId
from documents.work import Work
from tests.workers.steady import GO, GROW
from verso.settings import Settings
from workers.app import make_app
from workers.tasks import send

_ROOT = Path(__file__).resolve().parents[2]


def begun(folder: Path) -> Path:
    """Wait until a worker has begun its first work, and return its note of that."""
    deadline = time.monotonic() + 60
    while not (notes := list(folder.glob("*.begun"))):
        assert time.monotonic() < deadline, "it did not begin"
        time.sleep(0.05)
    return notes[0]


def test_a_signal_to_all_of_a_worker_ends_it_after_its_work(tmp_path: Path) -> None:
    """P25: a terminal signals the whole group; what is at hand is finished, and nobody waits for ever."""
    broker = f"filesystem://{tmp_path / 'broker'}"
    app = make_app(Settings(broker_url=broker))  # type: ignore[arg-type]
    send(app, Work(document=DocumentId("a" * 32)))
    command = [sys.executable, "-m", "tests.workers.steady", broker, str(tmp_path)]
    with subprocess.Popen(command, cwd=_ROOT, start_new_session=True) as worker:
        note = begun(tmp_path)
        os.killpg(worker.pid, signal.SIGTERM)
        (tmp_path / GO).touch()
        try:
            assert worker.wait(120) == 0
        finally:
            worker.kill()
    assert note.with_suffix(".ended").exists()


def test_a_task_whose_process_was_killed_is_told_by_its_documents_id(tmp_path: Path) -> None:
    """P1: its message goes back; Celery's own line names neither the document nor what happened."""
    broker, log = f"filesystem://{tmp_path / 'broker'}", tmp_path / "log"
    app = make_app(Settings(broker_url=broker))  # type: ignore[arg-type]
    send(app, Work(document=DocumentId("a" * 32)))
    command = [sys.executable, "-m", "tests.workers.steady", broker, str(tmp_path)]
    with log.open("wb") as file, subprocess.Popen(command, cwd=_ROOT, stdout=file, stderr=file) as worker:
        try:
            os.kill(int(begun(tmp_path).suffixes[-2].removeprefix(".")), signal.SIGKILL)
            deadline = time.monotonic() + 60
            while len(list(tmp_path.glob("*.begun"))) < 2:
                assert time.monotonic() < deadline, "it was not begun again"
                time.sleep(0.05)
            (tmp_path / GO).touch()
        finally:
            worker.terminate()
    told = [line for line in log.read_text(encoding="utf-8").splitlines() if "task-ended" in line]
    assert len(told) == 1
    assert "a" * 32 in told[0]
    assert "WorkerLostError" in told[0]
    assert "Task handler raised" not in log.read_text(encoding="utf-8")


def lives(process: int) -> bool:
    """Tell whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_process_that_has_grown_is_replaced_after_its_task(tmp_path: Path) -> None:
    """P24: what leaks is given back, between two tasks and never within one."""
    broker = f"filesystem://{tmp_path / 'broker'}"
    app = make_app(Settings(broker_url=broker))  # type: ignore[arg-type]
    (tmp_path / GROW).touch()
    (tmp_path / GO).touch()
    send(app, Work(document=DocumentId("a" * 32)))
    command = [sys.executable, "-m", "tests.workers.steady", broker, str(tmp_path)]
    with subprocess.Popen(command, cwd=_ROOT, start_new_session=True) as worker:
        try:
            note = begun(tmp_path)
            process, deadline = int(note.suffixes[-2].removeprefix(".")), time.monotonic() + 60
            while lives(process):
                assert time.monotonic() < deadline, "it was not replaced"
                time.sleep(0.05)
            assert note.with_suffix(".ended").exists()
            assert worker.poll() is None
        finally:
            worker.terminate()


def test_messages_of_another_release_are_understood_or_thrown_away(tmp_path: Path) -> None:
    """Two releases share a queue while one replaces the other: what the first one sent, in its own words, is done.

    A name that is not known costs its message, which the ledger sends again, and never the worker.
    """
    broker = f"filesystem://{tmp_path / 'broker'}"
    app = make_app(Settings(broker_url=broker))  # type: ignore[arg-type]
    (tmp_path / GO).touch()
    app.send_task("verso.advance-as-nobody-does-yet", args=["c" * 32], queue="documents.inbox")
    app.send_task("verso.advance", args=["a" * 32], queue="documents.inbox")
    app.send_task("verso.read-part", args=["b" * 32, 1], queue="documents.inbox")
    command = [sys.executable, "-m", "tests.workers.steady", broker, str(tmp_path)]
    with subprocess.Popen(command, cwd=_ROOT, start_new_session=True) as worker:
        try:
            deadline = time.monotonic() + 60
            while len(notes := list(tmp_path.glob("*.ended"))) < 2:
                assert time.monotonic() < deadline, "they were not understood"
                time.sleep(0.05)
            assert {note.name[0] for note in notes} == {"a", "b"}
            assert worker.poll() is None
        finally:
            worker.terminate()
