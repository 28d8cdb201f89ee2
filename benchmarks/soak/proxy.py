"""A TCP proxy that stands before a server and cuts, delays or halves what passes."""

import asyncio
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

#: Most bytes passed on at once.
_CHUNK: Final = 65536


class Proxy:
    """Listens on a free port of loopback and passes everything on to one server. Runs in a thread of its own."""

    def __init__(self, upstream: int | Path) -> None:
        """Start listening.

        Args:
            upstream: The server's port on loopback, or its socket.
        """
        self._upstream = upstream
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._delay = 0.0
        self._to_halve = 0
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        self.port: int = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """Reset every connection there is."""
        self._loop.call_soon_threadsafe(self._abort_all)

    def delay(self, seconds: float) -> None:
        """Hold back each piece that passes, in both directions, until told otherwise."""
        self._delay = seconds

    def halve(self, pieces: int) -> None:
        """Pass on only the first half of each of the next pieces, then reset the connection."""
        self._to_halve = pieces

    def heal(self) -> None:
        """Disturb nothing any more."""
        self._delay, self._to_halve = 0.0, 0

    def close(self) -> None:
        """Stop listening, reset everything, leave nothing behind."""
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._connected, "127.0.0.1", 0)

    async def _shut(self) -> None:
        self._server.close()
        self._abort_all()
        passing = asyncio.all_tasks() - {asyncio.current_task()}
        for each in passing:
            each.cancel()
        await asyncio.gather(*passing, return_exceptions=True)
        # Aborted connections close at the next turn of the loop.
        await asyncio.sleep(0)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            beyond, onward = await self._reach()
        except OSError:
            self._abort(writer)
            return
        self._writers.add(onward)
        ways = {asyncio.ensure_future(self._pass(reader, onward)), asyncio.ensure_future(self._pass(beyond, writer))}
        # Whoever is left would wait for ever for a side that is gone.
        _, left = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in left:
            way.cancel()
        for each in (writer, onward):
            self._writers.discard(each)
            each.close()

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._upstream, Path):
            return await asyncio.open_unix_connection(str(self._upstream))
        return await asyncio.open_connection("127.0.0.1", self._upstream)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(_CHUNK):
                if self._delay:
                    await asyncio.sleep(self._delay)
                if self._to_halve and len(piece) > 1:
                    self._to_halve -= 1
                    writer.write(piece[: len(piece) // 2])
                    await writer.drain()
                    break
                writer.write(piece)
                await writer.drain()

    def _abort(self, writer: asyncio.StreamWriter) -> None:
        self._writers.discard(writer)
        writer.transport.abort()

    def _abort_all(self) -> None:
        for writer in list(self._writers):
            self._abort(writer)
