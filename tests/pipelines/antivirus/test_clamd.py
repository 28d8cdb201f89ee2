"""ClamAV's daemon as antivirus: the real one, by both ways to it, and gone."""

import io
import random
import socket
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Thread

import pytest

from documents.errors import AntivirusUnavailable, HarmfulFile, Infected, WrongSetting
from pipelines.antivirus.clamd import Clamd
from pipelines.antivirus.interface import Antivirus
from tests.contracts.antiviruses import AntivirusContract
from tests.fakes import PlainAntivirus
from tests.pipelines.files import letter_pdf
from tests.services.clamd import LARGEST, VIRUS, WORD, Daemon, running_clamd


@pytest.fixture(scope="module")
def daemon() -> Iterator[Daemon]:
    """A daemon of its own."""
    with running_clamd() as running:
        yield running


class TestOverTcp(AntivirusContract):
    """On the network."""

    @pytest.fixture
    def antivirus(self, daemon: Daemon) -> Antivirus:
        """Give the daemon."""
        return Clamd.at(daemon.by_tcp, "VERSO_ANTIVIRUS_URL")

    @pytest.fixture
    def virus(self) -> bytes:
        """Give what it finds."""
        return VIRUS


class TestOverASocket(TestOverTcp):
    """On this machine."""

    @pytest.fixture
    def antivirus(self, daemon: Daemon) -> Antivirus:
        """Give the daemon."""
        return Clamd.at(daemon.by_socket, "VERSO_ANTIVIRUS_URL")


class TestTheFake(AntivirusContract):
    """What the tests of the flow work with."""

    @pytest.fixture
    def antivirus(self) -> Antivirus:
        """Give it."""
        return PlainAntivirus()

    @pytest.fixture
    def virus(self) -> bytes:
        """Give what it finds."""
        return b"VIRUS"


@pytest.fixture
def clamd(daemon: Daemon) -> Clamd:
    """The way to the daemon."""
    return Clamd.at(daemon.by_tcp, "VERSO_ANTIVIRUS_URL")


def test_a_virus_within_a_file_is_found(clamd: Clamd) -> None:
    """Behind a PDF's pages, and packed in an archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("letter.txt", b"a letter\n" + WORD)
    for content in (letter_pdf("Compte rendu") + WORD, packed.getvalue()):
        with pytest.raises(Infected):
            clamd.examine(content)


def test_what_is_beyond_the_daemon_s_limits_does_not_pass(clamd: Clamd) -> None:
    """Half examined is not examined: it is refused, or waits until the daemon takes files of its size."""
    noise = random.Random(7).randbytes(LARGEST)
    with pytest.raises(HarmfulFile):
        clamd.examine(noise[: LARGEST - 2**20])
    with pytest.raises(WrongSetting, match="StreamMaxLength"):
        clamd.examine(noise + noise)


def test_a_daemon_that_is_gone_lets_nothing_pass(daemon: Daemon, clamd: Clamd) -> None:
    """And examines again as soon as it is back."""
    daemon.kill()
    for way in (clamd, Clamd.at(daemon.by_socket, "")):
        for ask in (way.check, way.signed_at, lambda way=way: way.examine(b"a letter")):
            with pytest.raises(AntivirusUnavailable):
                ask()
    daemon.start()
    clamd.examine(b"a letter")


@pytest.mark.parametrize(
    ("said", "signed"),
    [
        (b"ClamAV 1.4.3/27780/Fri Sep 26 08:27:41 2025\0", datetime(2025, 9, 26, 8, 27, 41, tzinfo=UTC)),
        (b"ClamAV 1.4.3/27780/Thu Jan  1 00:00:00 2026\0", datetime(2026, 1, 1, tzinfo=UTC)),
        (b"ClamAV 1.4.3\0", None),
        (b"ClamAV 1.4.3/27780/yesterday\0", None),
        (b"\xff/\xff/\xff\0", None),
    ],
)
def test_the_age_of_the_signatures_is_told_as_the_daemon_tells_it(said: bytes, signed: datetime | None) -> None:
    """P41: as clamd(8) has it, with nothing made up where it says nothing of them."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            line, _ = server.accept()
            with line:
                line.recv(64)
                line.sendall(said)

        answering = Thread(target=answer)
        answering.start()
        assert Clamd(host="127.0.0.1", port=server.getsockname()[1]).signed_at() == signed
        answering.join()


def test_who_asks_for_the_age_is_not_held_up_by_a_daemon_that_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked for a page of metrics, which nobody waits minutes for."""
    monkeypatch.setattr("pipelines.antivirus.clamd._OF_ITSELF", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(AntivirusUnavailable):
        Clamd(host="127.0.0.1", port=silent.getsockname()[1]).signed_at()


@pytest.mark.parametrize(
    "url", ["clamd", "tcp://", "tcp://host:port", "unix://host/path", "http://host:3310", "tcp://h/p"]
)
def test_what_is_no_way_to_a_daemon_is_refused(url: str) -> None:
    """At the start, naming the setting."""
    with pytest.raises(WrongSetting, match="VERSO_ANTIVIRUS_URL"):
        Clamd.at(url, "VERSO_ANTIVIRUS_URL")
