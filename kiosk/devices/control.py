"""The socket by which a command line presses the buttons of pretended devices.

It is DATA/dev/control.sock: one JSON line in, one JSON line out. Refuses to know what the
words mean.
"""

import contextlib
import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from yizhan.errors import N_, Refusal, Unreachable

log = logging.getLogger(__name__)

NAME = "control.sock"
LINE_MAX = 1024 * 1024
ANSWER_WITHIN = 5.0
LISTEN_FOR = 2.0


class Request(msgspec.Struct):
    words: list[str]


class Reply(msgspec.Struct):
    """`said` is for the person; `refused` instead, when the words could not be obeyed."""

    said: str = ""
    refused: str = ""


class Control:
    """Listens in DATA/dev and lets `do(words)` answer, one caller after the other."""

    def __init__(self, data: Path, do: Callable[[list[str]], str]) -> None:
        self._folder = data / "dev"
        self._do = do
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pretend-control", daemon=True)
        self._socket = socket.socket(socket.AF_UNIX)

    def start(self) -> None:
        """Begin to listen; the socket file of a process that is gone is replaced.

        Raises Refusal when a running kiosk holds this data directory.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _someone_listens(self._folder):
            raise Refusal(N_("已经有一个驿站在用这个数据目录：%(folder)s"), folder=self._folder)
        with _short(self._folder) as path:
            Path(path).unlink(missing_ok=True)
            self._socket.bind(path)
            Path(path).chmod(0o600)
        self._socket.listen()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            # This wakes `accept` with an error; closing alone would leave it asleep.
            self._socket.shutdown(socket.SHUT_RDWR)
            self._thread.join()
            (self._folder / NAME).unlink(missing_ok=True)
        self._socket.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._socket.accept()
                with connection:
                    self._answer(connection)
            except Exception:  # mouth of a loop: one bad caller must not end the others' service
                if not self._stopping.is_set():
                    log.exception("control: a caller was not answered")

    def _answer(self, connection: socket.socket) -> None:
        connection.settimeout(LISTEN_FOR)
        with connection.makefile("rb") as lines:
            line = lines.readline(LINE_MAX)
        connection.sendall(msgspec.json.encode(self._reply(line)) + b"\n")

    def _reply(self, line: bytes) -> Reply:
        try:
            return Reply(said=self._do(msgspec.json.decode(line, type=Request).words))
        except Refusal as refusal:
            return Reply(refused=str(refusal))
        except msgspec.MsgspecError as error:
            return Reply(refused=str(error))


def send(data: Path, words: list[str]) -> str:
    """Have the kiosk that runs in `data` do this; returns what it says.

    Raises Refusal with its sentence, or Unreachable when none with pretended devices runs there.
    """
    try:
        line = _exchange(data / "dev", msgspec.json.encode(Request(words)) + b"\n")
    except OSError as error:
        raise Unreachable(
            f"{data} 里没有带模拟设备运行的驿站。请先用 --pretend 启动它，再试一次。"
        ) from error
    if not line.endswith(b"\n"):
        raise Unreachable("驿站没有答完就断开了，请再试一次。")
    reply = msgspec.json.decode(line, type=Reply)
    if reply.refused:
        raise Refusal(reply.refused)
    return reply.said


def _exchange(folder: Path, line: bytes) -> bytes:
    with _short(folder) as path, socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(ANSWER_WITHIN)
        caller.connect(path)
        caller.sendall(line)
        with caller.makefile("rb") as lines:
            return lines.readline(LINE_MAX)


def _someone_listens(folder: Path) -> bool:
    with contextlib.suppress(OSError), _short(folder) as path:
        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(path)
        return True
    return False


@contextlib.contextmanager
def _short(folder: Path) -> Iterator[str]:
    """The socket's path by way of an open folder: a socket's name has room for 107 bytes."""
    handle = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}/{NAME}"
    finally:
        os.close(handle)
