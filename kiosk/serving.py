"""One process of a station: devices, touchscreen and desk, started and ended together."""

import logging
import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from waitress import wasyncore

from kiosk import app, machine, menu
from kiosk.devices.hardware import Devices
from kiosk.here import Here
from kiosk.papers import Papers
from kiosk.practice.running import Practice
from kiosk.room import Screen
from kiosk.speech import prompts
from sync.stick_files import Places
from yizhan import serving, settings
from yizhan.errors import Refusal
from yizhan.opening import checked

# The long-poll and the one that it replaces each hold a thread of the touchscreen.
THREADS = (serving.THREADS + 2, serving.THREADS)
LOOPBACK = ("127.0.0.1", "localhost", "::1")

log = logging.getLogger(__name__)


class Kiosk:
    """A station's touchscreen and desk, listening. Raises Refusal where it may not."""

    def __init__(
        self,
        data: Path,
        listen: str,
        desk: str,
        *,
        pretend: bool = False,
        card_path: str = "",
        printer_path: str = "",
        printer_baud: int = 9600,
        screen: Screen | None = None,
        sticks: Path = Path("/media"),
        idcard_path: str = "",
    ) -> None:
        practice = settings.read(data).practice
        if not practice:
            _only_here(listen)
        elif not pretend:
            raise Refusal("练习只用假装的设备：请加上 --pretend")
        node = checked(data, pretend=pretend)
        if node.is_hub:
            raise Refusal("%(data)s 是中心的数据目录，请用站点的目录启动触摸屏", data=data)
        papers = Papers(node)
        own = machine.read(data)
        self._devices = Devices(
            data,
            pretend,
            own.card or card_path,
            own.printer or printer_path,
            own.printer_baud or printer_baud,
            papers.became,
            idcard_path,
        )
        self.here = Here(node, data, self._devices, papers, screen or Screen())
        self._sockets = [serving.listening(listen), serving.listening(desk)]
        places = Places(sticks, data / "stick" if pretend else None)
        self.practice = None if practice else Practice(data, node.db, node.source)
        apps = [app.touchscreen(self.here), app.desk(self.here, places)]
        apps[1].extensions["yizhan.practice"] = self.practice
        apps[1].extensions["yizhan.practice.host"] = serving.address(desk)[0]
        self._servers: list[Any] = [
            serving.server(one, sock, threads)
            for one, sock, threads in zip(apps, self._sockets, THREADS, strict=True)
        ]
        self.ports = [sock.getsockname()[1] for sock in self._sockets]
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start the devices, print what is still owed, and answer pages."""
        self._devices.start()
        self.here.shares.start()
        for job, data in self.here.papers.unfinished():
            self.here.send(job, data)
        for server in self._servers:
            thread = threading.Thread(target=server.run, daemon=True)
            thread.start()
            self._threads.append(thread)
        self.here.speaker.ahead(prompts.of_services(menu.tiles(self.here.db, self.here.station)))

    def stop(self) -> None:
        """End everything; what was said to be kept is on the disk already."""
        if self.practice:
            self.practice.stop()
        self._devices.stop()
        self.here.speaker.stop()
        self.here.shares.stop()
        for server, thread in zip(self._servers, self._threads, strict=False):
            _end(server)
            thread.join(5)
            server.task_dispatcher.shutdown(timeout=1)
        for sock in self._sockets:
            sock.close()
        self.here.db.close()


def _end(server: Any) -> None:
    """End a server's loop with the connections that browsers keep open, in its own thread."""
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))


def _only_here(listen: str) -> None:
    host, _port = serving.address(listen)
    if host not in LOOPBACK:
        raise Refusal(
            "触摸屏只能在本机使用（127.0.0.1），不能监听 %(host)s：谁连上来谁就是居民。"
            "站长的页面请用 --desk",
            host=host,
        )


def told_to_end() -> threading.Event:
    """An event that SIGTERM and SIGINT set from now on."""
    told = threading.Event()

    def tell(_signal: int, _frame: FrameType | None) -> None:
        told.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, tell)
    return told
