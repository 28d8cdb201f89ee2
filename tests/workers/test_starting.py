"""A process that meets a service which is out at its start waits, says so, and goes on."""

import json
import signal
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from documents.errors import KeysUnavailable, WrongSetting
from verso.bootstrap import build_ledger, prepare_ledger
from verso.health import Process
from verso.settings import Settings, load_settings
from workers.starting import once_ready


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation whose ledger is there, and whose watcher shows a page."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
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
            urlopen(f"http://127.0.0.1:{settings.metrics_ports['watcher']}/health", timeout=10)
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
