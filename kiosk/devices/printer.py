"""The slip printer: jobs in, paper out, and an honest word about each.

A job is `printed` only when the printer, asked after the last byte, says that it is well. A
job that met no paper, an open cover or a pulled cable is kept and printed again from its
beginning when the printer is well. A printer that says nothing gets the job and makes it
`unknown`, which is final: whoever sees the paper decides whether to print it again.

Refuses to know what a slip says. Jobs live in memory; keeping them is the caller's business.
"""

import enum
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.devices.escpos import Health
from kiosk.devices.port import Port
from kiosk.devices.printer_status import Inquiry
from kiosk.devices.supervisor import Backoff, State, Supervisor
from yizhan.errors import N_, Refusal

JOBS_MAX = 50
PIECE = 256


class JobState(enum.StrEnum):
    """`no_paper` needs hands (paper, cover); `unreachable` a plug or a switch."""

    WAITING = "waiting"
    PRINTING = "printing"
    PRINTED = "printed"
    NO_PAPER = "no_paper"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"


HOLDS_JOBS = {
    Health.NO_PAPER: JobState.NO_PAPER,
    Health.COVER_OPEN: JobState.NO_PAPER,
    Health.OFFLINE: JobState.UNREACHABLE,
}

Report = Callable[[str, JobState], None]


@dataclass(eq=False)
class Job:
    """One slip; `told` is what its caller last heard."""

    id: str
    data: bytes
    told: JobState | None = None


@dataclass(frozen=True)
class Pace:
    """Seconds: how long an answer may take, how often to look at a printer that has no work."""

    reply_within: float = 0.5
    look_every: float = 3.0


class Printer:
    """The printer and its queue.

    `report(job_id, state)` is called from the printer's thread, and for the first news of a
    job from the thread that calls `print`. `noticed(state)` says how the printer itself is:
    `absent`, `fault`, or an escpos.Health.
    """

    def __init__(
        self,
        port: Port,
        report: Report,
        noticed: Callable[[str], None],
        backoff: Backoff | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.state: str = State.ABSENT
        self.supervisor = Supervisor("printer", port, self, backoff)
        self._inquiry = Inquiry(port, (pace or Pace()).reply_within, self.supervisor.beat)
        self._look_every = (pace or Pace()).look_every
        self._report = report
        self._noticed = noticed
        self._jobs: deque[Job] = deque()
        self._trouble: JobState | None = None
        self._just_opened = False
        self._work = threading.Condition()

    def start(self) -> None:
        self.supervisor.start()

    def stop(self) -> None:
        """End; jobs not printed are forgotten here, and their last state stands."""
        self.supervisor.ask_to_stop()
        with self._work:
            self._work.notify_all()
        self.supervisor.stop()

    def print(self, job_id: str, data: bytes) -> None:
        """Queue a job. One that is already queued under this id is the same job.

        Raises Refusal when fifty are waiting.
        """
        if not self._has_room(job_id):
            return
        job = Job(job_id, data)
        self._tell(job, JobState.WAITING)
        while not self._enqueue(job):
            self._tell(job, self._holding())

    def changed(self, state: State) -> None:
        self._just_opened = state is State.READY
        if state in (State.ABSENT, State.FAULT):
            self._notice(state)
            self._hold(JobState.UNREACHABLE)

    def attend(self, port: Port) -> None:
        """Look at the printer; if it is well and a job waits, print that one."""
        self._wait_for_work()
        if self.supervisor.stopping:
            return
        self._feel(self._inquiry.look())
        if self._trouble is None and self._jobs:
            self._print(port, self._jobs[0])

    def _wait_for_work(self) -> None:
        with self._work:
            self._work.wait_for(self._has_work, self._look_every)
            self._just_opened = False

    def _has_work(self) -> bool:
        ready = bool(self._jobs) and self._trouble is None
        return ready or self._just_opened or self.supervisor.stopping

    def _print(self, port: Port, job: Job) -> None:
        self._tell(job, JobState.PRINTING)
        for start in range(0, len(job.data), PIECE):
            self.supervisor.beat()
            port.write(job.data[start : start + PIECE])
        health = self._inquiry.look(sent=len(job.data))
        self._feel(health)
        if self._trouble is None:
            with self._work:
                self._jobs.popleft()
            self._tell(job, JobState.UNKNOWN if health is Health.UNKNOWN else JobState.PRINTED)

    def _feel(self, health: Health) -> None:
        self._notice(health)
        self._hold(HOLDS_JOBS.get(health))

    def _hold(self, trouble: JobState | None) -> None:
        """Every job waits for the same reason, or for its turn."""
        with self._work:
            if trouble is self._trouble:
                return
            self._trouble = trouble
            jobs = list(self._jobs)
        for job in jobs:
            self._tell(job, self._holding())

    def _holding(self) -> JobState:
        return self._trouble or JobState.WAITING

    def _has_room(self, job_id: str) -> bool:
        with self._work:
            if any(job.id == job_id for job in self._jobs):
                return False
            if len(self._jobs) >= JOBS_MAX:
                raise Refusal(N_("等着打印的小票太多了，请先看看打印机。"))
            return True

    def _enqueue(self, job: Job) -> bool:
        """Queue it if its caller has heard what holds now; from then on the thread tells."""
        with self._work:
            if job.told is not self._holding():
                return False
            if all(other.id != job.id for other in self._jobs):
                self._jobs.append(job)
            self._work.notify()
            return True

    def _tell(self, job: Job, state: JobState) -> None:
        if state is not job.told:
            job.told = state
            self._report(job.id, state)

    def _notice(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self._noticed(state)
