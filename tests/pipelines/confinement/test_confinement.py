"""A confined child does what it is for and nothing else; whatever becomes of it, its parent lives on (P20, P21)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from documents.errors import DamagedFile, ReaderFailed, ReaderTimedOut
from pipelines.confinement.confinement import Confinement
from pipelines.confinement.limits import Layer, Limits
from tests.services.processes import in_a_child

LIMITS = Limits(memory=1 << 30, cpu_seconds=20, seconds=60.0)


def confined(limits: Limits = LIMITS, **options: str) -> Confinement:
    """Prepare a child that tries what it is asked."""
    return Confinement("tests.pipelines.confinement.misdeeds:make", options, limits=limits)


@pytest.fixture(scope="module")
def child() -> Iterator[Confinement]:
    """Give a child."""
    confinement = confined()
    yield confinement
    confinement.close()


def wait_until_gone(pid: int) -> None:
    """Wait for a process to end."""
    deadline = time.monotonic() + 60
    while Path("/proc", str(pid), "exe").exists() and time.monotonic() < deadline:
        time.sleep(0.05)


def test_every_layer_stands_on_this_host(child: Confinement) -> None:
    """Limits, no new privileges, Landlock and seccomp hold together."""
    assert child.start() == frozenset(Layer)


@pytest.mark.parametrize("deed", ["read", "write", "connect", "execute", "fork", "gorge"])
def test_a_child_is_refused_what_no_parser_needs(child: Confinement, deed: str) -> None:
    """Files, network, programs and memory beyond its share are out of reach."""
    assert "refused" in child.ask({"deed": deed}, b"")


def test_a_child_may_not_read_a_file_beside_the_code(tmp_path: Path) -> None:
    """A key file or a store beside the checkout is as far away as any other file."""
    secret = tmp_path / "keys.json"
    secret.write_text("{}")
    confinement = confined(forbidden=str(secret))
    assert confinement.ask({"deed": "read"}, b"") == {"refused": "PermissionError"}
    confinement.close()


def test_libraries_in_a_child_use_one_thread(child: Confinement) -> None:
    """Threads of one slot would fight for the cores of the others (P19)."""
    assert child.ask({"deed": "threads"}, b"") == {"done": "1"}


def test_a_child_leaves_no_core_dump(child: Confinement) -> None:
    """A dump would hold the document in plaintext."""
    assert child.ask({"deed": "core"}, b"") == {"done": 0}


def test_a_document_is_sent_once(child: Confinement) -> None:
    """The pages of one document are asked for without sending it again."""
    document = bytes(3_000_000)
    before = child.ask({"deed": "times_held"}, b"another")["done"]
    assert child.ask({"deed": "length"}, document) == {"done": 3_000_000}
    assert child.ask({"deed": "times_held"}, document) == {"done": before + 1}


def test_a_refusal_crosses_over_as_itself(child: Confinement) -> None:
    """What the child says about the document is raised here."""
    with pytest.raises(DamagedFile):
        child.ask({"deed": "refuse"}, b"")


def test_an_error_crosses_over_by_its_class_alone(child: Confinement) -> None:
    """What a library says may quote the document: it stays behind."""
    with pytest.raises(ReaderFailed) as raised:
        child.ask({"deed": "stumble"}, b"Madame Canari")
    assert raised.value.subject == "ValueError"


def test_the_death_of_a_child_is_an_answer() -> None:
    """A parser may abort its process on a hostile file: the next request finds a fresh child."""
    confinement = confined()
    with pytest.raises(ReaderFailed, match="SIGABRT"):
        confinement.ask({"deed": "die"}, b"x")
    assert confinement.ask({"deed": "length"}, b"x") == {"done": 1}
    confinement.close()


def test_a_child_that_hangs_is_killed() -> None:
    """A limit by the clock ends what uses no processor (P21)."""
    confinement = confined(replace(LIMITS, seconds=1.0))
    confinement.start()
    pid = confinement.pid
    assert pid is not None
    with pytest.raises(ReaderTimedOut):
        confinement.ask({"deed": "hang"}, b"")
    wait_until_gone(pid)
    assert not Path("/proc", str(pid)).exists()


def test_a_child_that_spins_is_ended_by_the_kernel() -> None:
    """A limit of processor time ends an endless loop before the clock does."""
    confinement = confined(Limits(memory=1 << 30, cpu_seconds=1, seconds=60.0))
    with pytest.raises(ReaderFailed, match="SIGXCPU"):
        confinement.ask({"deed": "spin"}, b"")


def test_closing_ends_the_child() -> None:
    """Nothing stays behind, and closing twice is safe."""
    confinement = confined()
    pid = confinement.ask({"deed": "pid"}, b"")["done"]
    confinement.close()
    confinement.close()
    assert not Path("/proc", str(pid)).exists()


def test_threads_share_one_child() -> None:
    """Requests from several threads wait for each other and each gets its own answer."""
    confinement = confined()
    documents = [bytes(length) for length in range(1, 21)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda document: confinement.ask({"deed": "length"}, document)["done"], documents))
    confinement.close()
    assert answers == list(range(1, 21))


def test_a_fork_gets_a_child_of_its_own() -> None:
    """Celery's workers are forks: two must never speak over one channel."""
    confinement = confined()
    ours = confinement.ask({"deed": "pid"}, b"")["done"]

    def asked() -> bytes:
        theirs: int = confinement.ask({"deed": "pid"}, b"")["done"]
        confinement.close()
        return str(theirs).encode()

    assert in_a_child(asked) not in {b"", str(ours).encode()}
    assert confinement.ask({"deed": "pid"}, b"")["done"] == ours
    confinement.close()


def test_a_child_ends_with_its_parent() -> None:
    """A parent killed outright leaves no child behind, even one deep in native code."""
    script = (
        "from tests.pipelines.confinement.test_confinement import confined\n"
        "c = confined(); print(c.ask({'deed': 'pid'}, b'')['done'], flush=True); c.ask({'deed': 'hang'}, b'')"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=Path.cwd())
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    wait_until_gone(pid)
    assert not Path("/proc", str(pid), "exe").exists()


def test_a_child_that_cannot_start_is_the_worlds_fault() -> None:
    """A task that does not load interrupts; it blames no document."""
    confinement = Confinement("tests.pipelines.confinement.nothing:make", {}, limits=LIMITS)
    with pytest.raises(ReaderFailed):
        confinement.start()


def test_what_a_program_is_handed_rests_in_memory_and_goes() -> None:
    """The folder for an engine that is another program is on no disk, private, and removed with the child."""
    confinement = Confinement("tests.pipelines.confinement.misdeeds:make", {}, limits=LIMITS, starts_programs=True)
    confinement.start()
    (folder,) = Path("/dev/shm").glob(f"verso-reading-{os.getpid()}-*")  # noqa: S108
    assert folder.stat().st_mode & 0o777 == 0o700
    confinement.close()
    assert not folder.exists()
