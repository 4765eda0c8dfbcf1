"""Clips made in the background: a bounded queue before a renderer of its own.

Nobody waits for it. The renderer is started when something is missing and ended when nothing
was for a while, so that its memory is not held all day; it is started anew once the set-up has
brought a better voice.
"""

import itertools
import json
import logging
import os
import queue
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import msgspec

from kiosk.speech import assets
from kiosk.speech.clips import Phrase

log = logging.getLogger(__name__)

QUEUE_MAX = 200
IDLE_SECONDS = 120.0
START_SECONDS = 60.0
CLIP_SECONDS = 120.0
"""Even a slow machine has a phrase by then; else the renderer hangs and is ended."""

PAUSE_SECONDS = 30.0
"""Before the next try, where the renderer cannot start or keeps failing."""

NOW, LATER = 0, 1
"""What a screen shows now, and what can wait."""


class Job(msgspec.Struct, frozen=True, order=True):
    """One clip to make; the most urgent first, then in the order asked."""

    urgency: int
    turn: int
    path: Path
    phrase: Phrase


class Ended(Exception):
    """The renderer is not there, hangs or ended by itself."""


class Renderer:
    """The process, as lines of JSON. Raises Ended."""

    def __init__(self, home: Path) -> None:
        own = assets.python(home) if assets.ready(home) else None
        self.whole = own is not None
        words = [str(own or sys.executable), "-W", "ignore", "-m", "kiosk.speech.render", str(home)]
        env = os.environ | {"TMPDIR": str(home)} if own else None
        try:
            self._child = subprocess.Popen(
                words, cwd=assets.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, env=env, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise Ended(str(error)) from error
        self._rest = b""
        self.engine = ""

    def greet(self) -> str:
        """Wait until it is up; which engine it has."""
        self.engine = str(self._line(START_SECONDS).get("engine", "silence"))
        return self.engine

    def render(self, phrase: Phrase, path: Path) -> dict[str, Any]:
        """Make one clip."""
        asked = msgspec.structs.asdict(phrase) | {"path": str(path)}
        try:
            stdin = self._pipe(self._child.stdin)
            stdin.write(json.dumps(asked).encode() + b"\n")
            stdin.flush()
        except OSError as error:
            raise Ended(str(error)) from error
        return self._line(CLIP_SECONDS)

    def _line(self, seconds: float) -> dict[str, Any]:
        """The next line, within this time."""
        stdout, ends = self._pipe(self._child.stdout), time.monotonic() + seconds
        while b"\n" not in self._rest:
            left = ends - time.monotonic()
            if left <= 0 or not select.select([stdout], [], [], left)[0]:
                raise Ended(f"no answer within {seconds:.0f} s")
            more = os.read(stdout.fileno(), 65536)
            if not more:
                raise Ended("it ended")
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\n")
        try:
            found: dict[str, Any] = json.loads(line)
        except ValueError as error:
            raise Ended("it answered in no JSON") from error
        return found

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        assert pipe is not None, "both ends were asked for"
        return pipe

    def kill(self) -> None:
        """Whoever waits for a line learns at once that none comes."""
        self._child.kill()

    def end(self) -> None:
        """End the process and close what led to it."""
        self.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe:
                pipe.close()


class Rendering:
    """The queue and its one worker. `made` is called after each clip."""

    def __init__(
        self,
        home: Path,
        made: Callable[[], None] = lambda: None,
        start: Callable[[Path], Renderer] = Renderer,
    ) -> None:
        self._home, self._made, self._start = home, made, start
        self._queue: queue.PriorityQueue[Job] = queue.PriorityQueue(QUEUE_MAX)
        self._asked: set[Path] = set()
        self._failed: set[Path] = set()
        self._lock = threading.Lock()
        self._turn = itertools.count()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._renderer: Renderer | None = None
        self.engine = ""

    def ask(self, phrase: Phrase, path: Path, urgency: int = NOW) -> bool:
        """Have a clip made, once; whether it will be. A full queue says no, and nobody waits."""
        with self._lock:
            if path in self._asked:
                return True
            if path in self._failed or self._stopping.is_set():
                return False
            try:
                self._queue.put_nowait(Job(urgency, next(self._turn), path, phrase))
            except queue.Full:
                return False
            self._asked.add(path)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True, name="speech")
                self._thread.start()
        return True

    def idle(self) -> bool:
        """Whether nothing is asked for."""
        return not self._asked

    def stop(self) -> None:
        """End the worker and its process; what was not made is made when it is asked again."""
        self._stopping.set()
        thread = self._thread
        if thread:
            renderer = self._renderer
            if renderer:
                renderer.kill()
            thread.join(5)

    def _work(self) -> None:
        while not self._stopping.is_set():
            job = self._next()
            if job is None:
                self._rest()
                continue
            try:
                self._make(job)
            except Ended as error:
                self._rest()
                if not self._stopping.is_set():
                    log.warning("the renderer: %s", error)
                    self._stopping.wait(PAUSE_SECONDS)
            finally:
                with self._lock:
                    self._asked.discard(job.path)
        self._rest()

    def _next(self) -> Job | None:
        ends = time.monotonic() + IDLE_SECONDS
        while not self._stopping.is_set() and time.monotonic() < ends:
            try:
                return self._queue.get(timeout=0.5)
            except queue.Empty:
                continue
        return None

    def _make(self, job: Job) -> None:
        if job.path.exists():
            return
        if self._renderer and not self._renderer.whole and assets.ready(self._home):
            self._rest()
        if self._renderer is None:
            self._renderer = self._start(self._home)
            self.engine = self._renderer.greet()
        said = self._renderer.render(job.phrase, job.path)
        if said.get("bytes"):
            self._made()
        else:
            # Not the words: they may be about a person.
            log.warning("a phrase could not be said: %s", said.get("error", self.engine))
            if self._renderer.whole:
                self._failed.add(job.path)

    def _rest(self) -> None:
        renderer, self._renderer = self._renderer, None
        if renderer:
            renderer.end()
