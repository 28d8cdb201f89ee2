"""A PostgreSQL server of the tests' own: made in a temporary folder, started, killed and restarted at will."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

#: Where Debian puts each version's programs.
_DEBIAN = Path("/usr/lib/postgresql")

#: initdb and postgres refuse to run as root; Debian's package makes this user.
_UNPRIVILEGED = "postgres"

_PATIENCE = 60.0


class Postgresql:
    """One server on a socket of its own, so that servers that happen to run are never met."""

    def __init__(self, folder: Path) -> None:
        """Make a cluster in an empty folder."""
        self.folder = folder
        self._programs = _programs()
        self._process: subprocess.Popen[bytes] | None = None
        self._user = _UNPRIVILEGED if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(folder, self._user, self._user)
        # Small files of its log are quickly searched for what may rest nowhere.
        options = ("-A", "trust", "-E", "UTF8", "--no-locale", "-N", "--wal-segsize=1")
        made = self._run("initdb", "-D", self._data, "-U", "verso", *options)
        assert made.wait() == 0, self._log.read_text()

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    @property
    def _log(self) -> Path:
        return self.folder / "log"

    def url(self, database: str = "postgres") -> str:
        """Return SQLAlchemy's URL of a database."""
        return f"postgresql+psycopg://verso@/{database}?host={self.folder}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        # Without fsync a killed server still finds its writes in the system's cache: only a power cut would lose them.
        settings = ("-c", "listen_addresses=", "-c", "fsync=off")
        command = ("postgres", "-D", self._data, "-k", str(self.folder), *settings)
        self._process = self._run(*command)
        deadline = time.monotonic() + _PATIENCE
        while not self._answers():
            assert time.monotonic() < deadline, self._log.read_text()
            time.sleep(0.05)
            if self._process.poll() is not None:
                # The children of a server that was killed hold its memory until they notice, and keep the next one out.
                self._process = self._run(*command)

    def stop(self) -> None:
        """Stop it in order, its clients' connections cut."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Kill it with all its children, as the system does when memory runs out."""
        self._end(signal.SIGKILL)

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """Give the URL of a new database, a copy of another; it is dropped afterwards."""
        name = f"d{uuid.uuid4().hex}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def dump(self, database: str = "postgres") -> bytes:
        """Return all that a database holds, as its own program writes it."""
        place = ("--host", str(self.folder), "--username", "verso", database)
        return subprocess.run([self._programs / "pg_dump", *place], check=True, stdout=subprocess.PIPE).stdout

    def _execute(self, statement: str) -> None:
        with psycopg.connect(host=str(self.folder), user="verso", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def _answers(self) -> bool:
        try:
            self._execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [self._programs / program, *arguments],
                user=self._user,
                group=self._user,
                extra_groups=[] if self._user else None,
                cwd=self.folder,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if how is signal.SIGKILL:
            os.killpg(self._process.pid, how)
        else:
            self._process.send_signal(how)
        self._process.wait(_PATIENCE)
        self._process = None


def _programs() -> Path:
    versions = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    pytest.fail("PostgreSQL is not installed: apt-get install -y --no-install-recommends postgresql", pytrace=False)


@contextmanager
def running_postgresql() -> Iterator[Postgresql]:
    """Give a running server that nobody else uses, and leave nothing of it behind."""
    # Not pytest's folder: that one only root may enter, and its name is too long for a socket.
    with tempfile.TemporaryDirectory(prefix="verso-") as folder:
        server = Postgresql(Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """Give the server that the tests of this process share."""
    with running_postgresql() as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql: Postgresql) -> Iterator[str]:
    """Give the URL of a new, empty database."""
    with postgresql.database() as url:
        yield url
