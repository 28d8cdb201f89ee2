"""A practice for benchmarks: Verso on this machine as `verso up` runs it, and uploads that are timed to the byte."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx2
from pydantic import SecretStr

from documents.document import Document, DocumentId
from documents.stage import SETTLED
from storage.ledger.interface import Ledger
from verso.bootstrap import build_ledger, prepare
from verso.settings import Settings, environment_of, load_settings
from workers.supervising import company

#: What an upload is sent in.
_CHUNK: Final = 65_536
_PASSWORD: Final = "a password of the benchmark"  # noqa: S105  of a server on loopback


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """A running installation, and its door."""

    settings: Settings
    ledger: Ledger
    #: Process number of the web.
    web: int

    @property
    def inbox(self) -> Path:
        """The folder of the hospital."""
        return self.settings.watched["hospital"]

    def visitor(self) -> httpx2.Client:
        """Return somebody of a practice who is in."""
        client = httpx2.Client(base_url=self.settings.web_url, timeout=600)
        said = {"login": "medecin", "password": _PASSWORD}
        if not client.post("/entrer", data=said, headers={"Origin": self.settings.web_url}).is_redirect:
            message = "nobody is let in"
            raise RuntimeError(message)
        return client

    def seconds_to_rest(self, visitor: httpx2.Client, content: bytes) -> tuple[float, Document]:
        """Upload a file; return the seconds from its last byte until it rests, and the document as it does."""
        sent: list[datetime] = []

        def body() -> Iterator[bytes]:
            yield from _in_chunks(content)
            sent.append(datetime.now(UTC))

        size = str(len(content))
        headers = {"Upload-Length": size, "Content-Length": size, "Content-Type": "application/offset+octet-stream"}
        answer = visitor.post("/api/v1/uploads", content=body(), headers=headers).raise_for_status()
        identity = DocumentId(answer.headers["verso-document"])
        while (document := self.ledger.document(identity)).stage not in SETTLED:
            time.sleep(0.05)
        return (document.changed_at - sent[0]).total_seconds(), document

    def most_memory_during(self, count: int, size: int) -> float:
        """Send so many files of a size at once; return the most memory that the web used meanwhile, in MiB."""
        cookies = self.visitor().cookies
        return asyncio.run(self._flood(count, size, {name: cookies[name] for name in cookies}))

    async def _flood(self, count: int, size: int, cookies: dict[str, str]) -> float:
        most = [0.0]
        watching = asyncio.create_task(self._watch(most))
        limits = httpx2.Limits(max_connections=count)
        async with httpx2.AsyncClient(
            base_url=self.settings.web_url, timeout=900, limits=limits, cookies=cookies
        ) as client:
            answers = await asyncio.gather(*(self._send(client, number, size) for number in range(count)))
        watching.cancel()
        if any(answer != httpx2.codes.ACCEPTED for answer in answers):
            message = f"uploads were turned away: {sorted(set(answers))}"
            raise RuntimeError(message)
        return most[0]

    async def _send(self, client: httpx2.AsyncClient, number: int, size: int) -> int:
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="scan.bin"\r\n\r\n'
        noise = bytes((each * 131 + number) % 256 for each in range(_CHUNK))

        async def body() -> AsyncIterator[bytes]:
            yield head + f"{time.time_ns()}/{number}/".encode()
            for _ in range(size // _CHUNK):
                yield noise
            yield b"\r\n--b--\r\n"

        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        return (await client.post("/api/v1/submissions", content=body(), headers=headers)).status_code

    async def _watch(self, most: list[float]) -> None:
        while True:
            most[0] = max(most[0], self.memory())
            await asyncio.sleep(0.05)

    def memory(self) -> float:
        """Return what the web process has in memory now, in MiB."""
        for line in Path(f"/proc/{self.web}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0.0


@contextmanager
def practice(home: Path, members: Sequence[str]) -> Iterator[Practice]:
    """Run some processes of an installation below a folder until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings = load_settings(
        home=home,
        local_password=SecretStr(_PASSWORD),
        web_port=port,
        web_url=f"http://127.0.0.1:{port}",
        requests_a_minute=1_000_000,
        settle_seconds=0.2,
    )
    prepare(settings)
    with company(members, environment_of(settings), home / "log" / "all.log") as running:
        _wait_for(settings.web_url)
        yield Practice(settings=settings, ledger=build_ledger(settings), web=running.pid("web"))


def _in_chunks(content: bytes) -> Iterator[bytes]:
    return (content[start : start + _CHUNK] for start in range(0, len(content), _CHUNK))


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if httpx2.get(f"{url}/api/v1/health").is_success:
                return
        except httpx2.HTTPError:
            pass
        time.sleep(0.1)
    message = "the web did not start"
    raise RuntimeError(message)
