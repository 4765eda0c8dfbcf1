"""A connection on which no wait goes past a deadline: names, connecting, TLS, every byte.

No HTTP library bounds a host name that hangs, a handshake that stalls or headers that trickle
byte by byte: each byte starts their time-out anew. So the socket is ours, and before each wait
it is told how much time is left of the whole. Knows sockets; knows nothing of HTTP.
"""

import io
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from sync.trouble import Trouble

CONNECT_S = 8.0
"""For one address; a name may have several."""

NAME_S = 15.0
QUIET_S = 20.0
"""Nothing at all for so long: a proxy that buffers, or a line that is dead without saying so."""

PIECE = 64 * 1024

NO_CHECK_TIME = ssl.VerifyFlags(0x200000)
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which Python does not name."""


class Deadline:
    """A moment, on the monotonic clock, by which all must be done."""

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds

    def left(self, most: float) -> float:
        """Seconds that a wait may take, at most `most`. Raises TimeoutError where none are left."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return min(left, most)


class Wire(io.RawIOBase):
    """An open connection; reads and writes raise TimeoutError past the deadline."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock, self.used = sock, time.monotonic()
        self.deadline = Deadline(0)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """What has come, into this buffer; 0 where the other side has closed."""
        self.sock.settimeout(self.deadline.left(QUIET_S))
        self.used = time.monotonic()
        return self.sock.recv_into(buffer)

    def sendall(self, data: bytes) -> None:
        """Send all of it."""
        rest = memoryview(data)
        while rest:
            self.sock.settimeout(self.deadline.left(QUIET_S))
            rest = rest[self.sock.send(rest[:PIECE]) :]

    def makefile(self, _mode: str) -> io.BufferedReader:
        """A reader for one answer; closing it leaves the connection open."""
        return io.BufferedReader(_Unclosed(self), PIECE)

    def fresh(self, idle_s: float) -> bool:
        """Whether it can be used again: not idle for long, and nothing came meanwhile.

        Bytes or an end that nobody asked for mean that the other side has closed.
        """
        if time.monotonic() - self.used > idle_s:
            return False
        return not select.select([self.sock], [], [], 0)[0]

    def close(self) -> None:
        """Close the socket."""
        self.sock.close()
        super().close()


class _Unclosed(io.RawIOBase):
    def __init__(self, wire: Wire) -> None:
        self.readinto = wire.readinto  # type: ignore[method-assign]

    def readable(self) -> bool:
        return True


class Dialler:
    """Opens connections to one host. `dated` tells whether a certificate's dates can be judged.

    A station whose clock is lost would find every certificate expired or not yet valid, and
    could never learn the time from the hub. What it believes is signed by the hub anyway.
    """

    def __init__(self, host: str, port: int, *, tls: bool, dated: Callable[[], bool]) -> None:
        self.host, self.port, self.dated = host, port, dated
        self._context = ssl.create_default_context() if tls else None
        self._asked: Future[list[Any]] | None = None

    def dial(self, deadline: Deadline) -> Wire:
        """A new connection. Raises Trouble (name, closed, certificate) or TimeoutError."""
        refused: OSError | None = None
        for family, kind, protocol, _name, address in self._addresses(deadline):
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(deadline.left(CONNECT_S))
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return Wire(self._secured(sock, deadline))
            except ssl.SSLError as error:
                sock.close()
                raise Trouble("certificate", _why(error)) from error
            except OSError as error:
                sock.close()
                refused = error
        raise Trouble("closed", _why(refused)) from refused

    def _secured(self, sock: socket.socket, deadline: Deadline) -> socket.socket:
        if self._context is None:
            return sock
        flags = self._context.verify_flags
        self._context.verify_flags = (
            flags & ~NO_CHECK_TIME if self.dated() else flags | NO_CHECK_TIME
        )
        sock.settimeout(deadline.left(QUIET_S))
        return self._context.wrap_socket(sock, server_hostname=self.host)

    def _addresses(self, deadline: Deadline) -> list[Any]:
        """The host's addresses. A look-up that hangs is waited for again, never doubled."""
        asked = self._asked
        if asked is None:
            asked = self._asked = Future()
            threading.Thread(target=self._ask, args=(asked,), daemon=True).start()
        try:
            found = asked.result(deadline.left(NAME_S))
        except TimeoutError as error:
            raise Trouble("name", self.host) from error
        except (OSError, UnicodeError) as error:
            self._asked = None
            raise Trouble("name", f"{self.host}: {_why(error)}") from error
        self._asked = None
        return found

    def _ask(self, asked: "Future[list[Any]]") -> None:
        try:
            asked.set_result(socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            asked.set_exception(error)


def _why(error: Exception | None) -> str:
    """The cause in a few words, without Python's frame around it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return str(getattr(error, "strerror", None) or error or "no address")
