"""A process that meets a service which is out at its start waits, says so, and goes on."""

import gc
import itertools
import json
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from celery import Celery

from documents.errors import KeysUnavailable, LedgerUnavailable, WrongSetting
from documents.work import Work
from storage.ledger.sql import SqlLedger
from tests.services.ports import free_ports
from tests.services.processes import in_a_child
from verso.bootstrap import build_ledger, prepare_ledger
from verso.health import Process
from verso.settings import Settings, load_settings
from workers.running import run_caretaker, run_courier, run_watcher, run_worker
from workers.starting import once_ready


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation whose ledger is there, and whose watcher shows a page."""
    (port,) = free_ports(1)
    made = load_settings(home=tmp_path, metrics_ports={"watcher": port})
    prepare_ledger(made)
    return made


def keys_that_answer_at_the(last: int) -> Iterator[str]:
    """Be out so often less one, then answer."""
    for _ in range(last - 1):
        yield ""
    yield "ready"


def test_what_answers_at_once_is_not_waited_for(settings: Settings) -> None:
    """Nothing is said of a start at which nothing is wrong."""
    pauses: list[float] = []
    assert once_ready(Process.WATCHER, settings, lambda: "ready", pauses.append) == "ready"
    assert pauses == []
    assert build_ledger(settings).pulses() == []


def test_what_a_process_starts_with_is_not_looked_through_for_garbage_again(settings: Settings) -> None:
    """It stays for good; whoever looks through it would do so for document after document."""

    def start() -> bytes:
        held: list[object] = once_ready(Process.WATCHER, settings, list)
        held.append(held)
        return b"%d" % any(one is held for one in gc.get_objects())

    assert in_a_child(start) == b"0"


def test_a_service_that_is_out_is_tried_until_it_answers(settings: Settings) -> None:
    """P3: at growing pauses of ten seconds at most, each begun with a sign of life that says what is waited for."""
    answers, pauses = keys_that_answer_at_the(20), list[float]()

    def prepare() -> str:
        answer = next(answers)
        if not answer:
            raise KeysUnavailable
        return answer

    assert once_ready(Process.WATCHER, settings, prepare, pauses.append) == "ready"
    assert len(pauses) == 19
    assert max(pauses[:3]) < 5 < max(pauses) <= 10
    (pulse,) = build_ledger(settings).pulses()
    assert (pulse.kind, pulse.waits_for) == ("watcher", KeysUnavailable.code)


def test_what_time_does_not_mend_ends_the_process(settings: Settings) -> None:
    """A wrong setting is a person's to set right: nobody waits for that."""
    pauses: list[float] = []

    def prepare() -> None:
        raise WrongSetting("VERSO_OBJECTS_URL")

    with pytest.raises(WrongSetting):
        once_ready(Process.WATCHER, settings, prepare, pauses.append)
    assert pauses == []


def test_its_page_says_what_it_waits_for(settings: Settings) -> None:
    """Whoever asks for its health hears that it has none, and why."""
    seen: list[object] = []

    def look(_seconds: float) -> None:
        with pytest.raises(HTTPError) as refused:
            urlopen(f"http://127.0.0.1:{settings.metrics_ports['watcher']}/health", timeout=60)
        seen.append((refused.value.code, json.load(refused.value)["ailments"][0]))
        refused.value.close()

    answers = keys_that_answer_at_the(2)

    def prepare() -> None:
        if not next(answers):
            raise KeysUnavailable

    once_ready(Process.WATCHER, settings, prepare, look)
    assert seen == [(503, {"ailing": "parked", "subject": f"watcher: {KeysUnavailable.code}", "seconds": None})]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_waiting_at_once(settings: Settings, number: signal.Signals) -> None:
    """However long the pause is, and as an end in order; whoever comes after finds the signal as it was."""
    before = signal.getsignal(number)

    def prepare() -> None:
        raise KeysUnavailable

    with pytest.raises(SystemExit) as ended:
        once_ready(Process.WATCHER, settings, prepare, lambda _: signal.raise_signal(number))
    assert not ended.value.code
    assert signal.getsignal(number) is before


def ledger_that_goes_away_at_its(asked: int) -> Callable[[SqlLedger], None]:
    """Return what stands for `SqlLedger.check`: out when it is asked for that time, and only then."""
    times, check = itertools.count(1), SqlLedger.check

    def checked(ledger: SqlLedger) -> None:
        if next(times) == asked:
            raise LedgerUnavailable
        check(ledger)

    return checked


@pytest.mark.parametrize("run", [run_watcher, run_caretaker, run_courier, run_worker])
@pytest.mark.parametrize("asked", [1, 2, 3])
def test_a_ledger_that_goes_away_while_a_process_starts_ends_none(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, run: Callable[[Settings], None], asked: int
) -> None:
    """P3, P24: at whichever question it is out, it is waited for; what starts asks nothing more once it has begun."""
    began: list[bool] = []

    def begin(*_: object) -> bool:
        began.append(True)
        return True

    monkeypatch.setattr(SqlLedger, "check", ledger_that_goes_away_at_its(asked))
    monkeypatch.setattr("workers.starting._FIRST", 0.01)
    monkeypatch.setattr("workers.running._until_told", lambda: begin)
    monkeypatch.setattr(Celery, "worker_main", begin)
    run(settings)
    assert began == [True]


def test_what_the_embedded_broker_forgot_is_waited_for_too(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that finds the ledger out when it asks what is due sends that as soon as it is back."""
    outages = iter([LedgerUnavailable])
    due = SqlLedger.due

    def due_at_last(ledger: SqlLedger, *asked: Any) -> Sequence[Work]:
        for outage in outages:
            raise outage
        return due(ledger, *asked)

    began: list[bool] = []
    monkeypatch.setattr(SqlLedger, "due", due_at_last)
    monkeypatch.setattr("workers.starting._FIRST", 0.01)
    monkeypatch.setattr(Celery, "worker_main", lambda *_: began.append(True))
    run_worker(settings)
    assert began == [True]
