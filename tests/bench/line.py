"""A line on loopback between a station and its hub, as bad as a measurement wants it.

Relays TCP and counts every byte that it carried: HTTP's headers are among them, and what a cut
then lost; TCP's and IP's own headers are not seen here. Knows nothing of HTTP.
"""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from typing import Literal

Way = Literal["up", "down"]

PIECE = 512
"""Bytes that travel together: a cut in their midst loses them all."""

RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of a connection that ends with a reset, as where a line broke."""


class Line:
    """From 127.0.0.1:`port` to the server at `target`.

    `rate`: bytes a second each way, shared by all connections (0: no limit); `latency_s`: one
    way. A new connection waits twice that, as TCP's handshake does.
    """

    def __init__(self, target: int, rate: float = 0.0, latency_s: float = 0.0) -> None:
        self.target, self.rate, self.latency_s = target, rate, latency_s
        self.carried: dict[Way, int] = {"up": 0, "down": 0}
        self.cuts = 0
        self._free: dict[Way, float] = {"up": 0.0, "down": 0.0}
        self._left: int | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        serving = asyncio.start_server(self._serve, "127.0.0.1", 0)
        server = asyncio.run_coroutine_threadsafe(serving, self._loop).result()
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    @property
    def total(self) -> int:
        """Bytes carried, both ways."""
        return self.carried["up"] + self.carried["down"]

    def cut_after(self, count: int | None) -> None:
        """Let so many bytes pass, both ways together, and break then; None: never."""
        self._left = count

    @contextlib.contextmanager
    def cut_every(self, seconds: float, first: float) -> Iterator[None]:
        """While the block lasts: break after `first` seconds, and then again and again."""

        async def work() -> None:
            await asyncio.sleep(first)
            while True:
                self._break()
                await asyncio.sleep(seconds)

        working = asyncio.run_coroutine_threadsafe(work(), self._loop)
        try:
            yield
        finally:
            working.cancel()

    def close(self) -> None:
        """Take the line down."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _end(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _break(self) -> None:
        """All connections end, and what is under way is lost."""
        self.cuts += 1
        broken, self._open = self._open, set()
        for one in broken:
            one.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            one.transport.abort()

    async def _serve(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, out = await asyncio.open_connection("127.0.0.1", self.target)
        self._open |= {back, out}
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await asyncio.sleep(2 * self.latency_s)
            await asyncio.gather(self._relay(near, out, "up"), self._relay(far, back, "down"))
        self._open -= {back, out}

    async def _relay(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, way: Way
    ) -> None:
        """Carry one way until its source ends; then the other way ends too."""
        while (data := await source.read(PIECE)) and sink in self._open:
            passed = data[: self._left]
            if self.rate:
                begun = max(self._loop.time(), self._free[way])
                self._free[way] = begun + len(passed) / self.rate
                await asyncio.sleep(self._free[way] - self._loop.time())
            self.carried[way] += len(passed)
            self._loop.call_later(self.latency_s, _deliver, sink, passed)
            if self._left is not None:
                self._left -= len(passed)
                if self._left == 0:
                    self._left = None
                    self._loop.call_later(self.latency_s, self._break)
        self._loop.call_later(self.latency_s, sink.close)


def _deliver(sink: asyncio.StreamWriter, data: bytes) -> None:
    if not sink.transport.is_closing():
        sink.write(data)
