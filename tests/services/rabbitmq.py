"""A RabbitMQ server of the tests' own: free ports, its own name, everything in a temporary folder; killed at will."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.services.ports import free_ports
from tests.services.processes import dying_with_us, stop

#: Where Debian puts the programs that do not change to a user of their own first.
_DEBIAN: Final = Path("/usr/lib/rabbitmq/bin")

_ROOT: Final = Path(__file__).resolve().parents[2]
#: What an operator imports: policies and the queue of what was given up.
_DEFINITIONS: Final = _ROOT / "deploy" / "rabbitmq-definitions.json"
#: What an operator sets.
_CONFIGURATION: Final = _ROOT / "deploy" / "rabbitmq.conf"

#: Seconds until it must answer; it takes about ten, more when both cores are busy.
_PATIENCE: Final = 120.0

#: Where a test may lower what the operator sets: a broker without a free gigabyte takes nothing.
_OF_TESTS: Final = """
listeners.tcp.1 = 127.0.0.1:{port}
default_vhost = verso
disk_free_limit.absolute = 10MB
log.console = false
log.file = broker.log
log.file.level = warning
"""


class Rabbitmq:
    """One broker with a port mapper of its own, so that brokers that happen to run are never met."""

    def __init__(self, folder: Path) -> None:
        """Choose ports and write the configuration. Starts nothing."""
        self.folder = folder
        self._programs = _programs()
        self._mapper_port, self._inner_port, self._port = free_ports(3)
        self._node = f"verso{self._port}@localhost"
        self._mapper: subprocess.Popen[bytes] | None = None
        self._broker: subprocess.Popen[bytes] | None = None
        (folder / "rabbitmq.conf").write_text(_CONFIGURATION.read_text() + _OF_TESTS.format(port=self._port))
        (folder / "plugins").write_text("[].\n")

    def url(self) -> str:
        """Return the broker's URL: the guest may come in from this machine only."""
        return f"amqp://guest:guest@127.0.0.1:{self._port}/verso"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        if self._mapper is None:
            self._mapper = self._run("epmd", "-address", "127.0.0.1", "-port", str(self._mapper_port))
        self._broker = self._run(str(self._programs / "rabbitmq-server"))
        deadline = time.monotonic() + _PATIENCE
        while not self._answers():
            assert self._broker.poll() is None, self._said()
            assert time.monotonic() < deadline, f"RabbitMQ did not start in time: {self._said()}"
            time.sleep(0.1)

    def configure(self) -> None:
        """Import what an operator imports. It outlives restarts."""
        self.control("import_definitions", str(_DEFINITIONS))

    def stop(self) -> None:
        """Stop it in order, then its port mapper."""
        self._end(signal.SIGTERM)
        if self._mapper is not None:
            self._mapper.kill()
            self._mapper.wait()
            self._mapper = None

    def kill(self) -> None:
        """Kill it with all its children, as the system does when memory runs out."""
        self._end(signal.SIGKILL)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Stop it without ending it: connections stand, and nobody answers."""
        assert self._broker is not None
        stop(self._broker.pid)
        try:
            yield
        finally:
            self._broker.send_signal(signal.SIGCONT)

    def control(self, *words: str) -> str:
        """Run rabbitmqctl and return what it printed. It takes seconds: it is an Erlang node itself."""
        done = subprocess.run(
            [self._programs / "rabbitmqctl", "--quiet", "--node", self._node, *words],
            env=self._environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            # The cookie that admits rabbitmqctl is kept here.
            "HOME": str(self.folder),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self._mapper_port),
            "RABBITMQ_NODENAME": self._node,
            "RABBITMQ_DIST_PORT": str(self._inner_port),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            # Without a shell around it the server is this very process: it gets our signals, and dies with us.
            "RABBITMQ_ALLOW_INPUT": "true",
            # Two cores are shared with everything else: schedulers that spin while idle would take one of them.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-noinput +S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none"
            " -kernel inet_dist_use_interface {127,0,0,1}",
        }

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=1.0) as probe:
                probe.sendall(b"AMQP\0\0\x09\x01")
                return bool(probe.recv(1))
        except OSError:
            return False

    def _said(self) -> str:
        return (self.folder / "printed").read_text(errors="replace")[-2000:]

    def _run(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / "printed").open("ab") as printed:
            return subprocess.Popen(
                [*dying_with_us(), *command],
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=printed,
                start_new_session=True,
            )

    def _end(self, how: signal.Signals) -> None:
        if self._broker is None:
            return
        if how is signal.SIGKILL:
            os.killpg(self._broker.pid, how)
        else:
            self._broker.send_signal(how)
        self._broker.wait(_PATIENCE)
        self._broker = None


def _programs() -> Path:
    if (_DEBIAN / "rabbitmq-server").exists():
        return _DEBIAN
    found = shutil.which("rabbitmq-server")
    if found:
        return Path(found).resolve().parent
    pytest.fail("RabbitMQ is not installed: apt-get install -y --no-install-recommends rabbitmq-server", pytrace=False)


@contextmanager
def running_rabbitmq() -> Iterator[Rabbitmq]:
    """Give a running broker that nobody else uses, configured as an operator would, and leave nothing of it behind."""
    with tempfile.TemporaryDirectory(prefix="verso-", ignore_cleanup_errors=True) as folder:
        broker = Rabbitmq(Path(folder))
        try:
            broker.start()
            broker.configure()
            yield broker
        finally:
            broker.kill()
            broker.stop()


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[Rabbitmq]:
    """Give the broker that the tests of this process share."""
    with running_rabbitmq() as broker:
        yield broker
