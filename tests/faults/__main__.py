"""python -m tests.faults SEED RUNS: the fault machine at work.

Each seed from SEED on is one run; every tenth has its hub on PostgreSQL. A run that fails is
made as short as it gets, printed, and kept for --replay. With --processes it makes RUNS / 50
runs (at least one) with real processes, the hub on SQLite and PostgreSQL in turn.
"""

import collections
import sys
import tempfile
import time
import traceback
from contextlib import ExitStack
from pathlib import Path

import click

from tests.faults.machine import run
from tests.faults.processes import Days, Town, built
from tests.faults.roads import Move
from tests.faults.schedule import read, schedule, shortest, write
from tests.faults.town import Founded
from tests.yizhan.postgres import Postgres, running

POSTGRES_EVERY = 10
PROCESSES_EVERY = 50


class Hunt:
    """Runs, counted; founds each kind of town once."""

    def __init__(self, stack: ExitStack) -> None:
        self.stack = stack
        self._founded: dict[bool, Founded] = {}
        self._built: dict[bool, Town] = {}
        self._server: Postgres | None = None
        self.count: collections.Counter[str] = collections.Counter()

    def founded(self, postgres: bool) -> Founded:
        """The town of which runs take copies."""
        if postgres not in self._founded:
            self._founded[postgres] = Founded(self.server(postgres))
            self.stack.callback(self._founded[postgres].close)
        return self._founded[postgres]

    def server(self, postgres: bool) -> Postgres | None:
        """The PostgreSQL of all runs, started once it is needed."""
        if postgres and self._server is None:
            self._server = self.stack.enter_context(running())
        return self._server if postgres else None

    def processes(self, seed: int, postgres: bool) -> str:
        """One run with real processes; what went wrong, or nothing."""
        if postgres not in self._built:
            self._built[postgres] = built(self.server(postgres))
            self.stack.callback(self._built[postgres].close)
        days = Days(self._built[postgres], seed)
        try:
            days.live()
        except Exception as error:  # mouth of a loop: every failure of a run is a finding
            return f"{type(error).__name__} {error}\n{days.moves}"
        self.count["numbers"] += len(days.kept)
        self.count["numbers exempt"] += len(days.exempt)
        return ""

    def failure(self, seed: int, postgres: bool, moves: list[Move]) -> str:
        """Run it; what kind of failure there was, or nothing."""
        try:
            done = run(self.founded(postgres), seed, moves)
        except Exception as error:  # mouth of a loop: every failure of a run is a finding
            where = traceback.extract_tb(error.__traceback__)[-1]
            said = str(error).split(":")[0].splitlines()[0] if str(error) else ""
            return f"{type(error).__name__} {said} ({Path(where.filename).name}:{where.lineno})"
        self.count["records"] += len(done.oracle.demanded)
        self.count["exempt"] += len(done.oracle.exempt)
        self.count += done.did
        return ""

    def report(self, seed: int, postgres: bool, moves: list[Move], kind: str) -> None:
        """Shorten a failing run, print it and keep it."""
        moves = shortest(moves, lambda fewer: self.failure(seed, postgres, fewer) == kind)
        path = Path(tempfile.gettempdir()) / f"yizhan-faults-{seed}.py"
        write(path, seed, postgres, moves)
        print(f"seed {seed} fails: {kind}\n{path.read_text()}", flush=True)
        print(f"python -m tests.faults --replay {path}", flush=True)


@click.command()
@click.argument("seed", type=int, default=1)
@click.argument("runs", type=int, default=100)
@click.option("--replay", type=click.Path(path_type=Path, exists=True), help="run a kept schedule")
@click.option("--postgres", type=click.Choice(["some", "all", "none"]), default="some")
@click.option("--processes", is_flag=True, help="real processes instead: RUNS / 50 runs")
@click.option("--keep-going", is_flag=True, help="do not stop at the first failure")
def main(
    seed: int, runs: int, replay: Path | None, postgres: str, processes: bool, keep_going: bool
) -> None:
    """Hunt from SEED on for RUNS runs."""
    if replay:
        seed, on_postgres, moves = read(replay)
        with ExitStack() as stack:
            run(Hunt(stack).founded(on_postgres), seed, moves)
        print("it passes now")
        return
    with ExitStack() as stack:
        one = Hunt(stack)
        if processes:
            seeds = range(seed, seed + max(1, runs // PROCESSES_EVERY))
            sys.exit(hunt_processes(one, seeds, postgres, keep_going))
        sys.exit(hunt(one, range(seed, seed + runs), postgres, keep_going))


def hunt(one: Hunt, seeds: range, postgres: str, keep_going: bool) -> int:
    """Run the seeds; 1 if any failed."""
    began, failed = time.monotonic(), []
    for seed in seeds:
        on_postgres = postgres == "all" or (postgres == "some" and seed % POSTGRES_EVERY == 0)
        moves = schedule(seed)
        kind = one.failure(seed, on_postgres, moves)
        one.count["postgres" if on_postgres else "sqlite"] += 1
        one.count["moves"] += len(moves)
        if kind:
            failed.append(seed)
            one.report(seed, on_postgres, moves, kind)
            if not keep_going:
                break
        if (seed - seeds.start) % 100 == 99:
            print(f"{seed}: {dict(one.count)}, {time.monotonic() - began:.0f} s", flush=True)
    passed = time.monotonic() - began
    print(f"{dict(one.count)}, failed {failed}, {passed:.0f} s", flush=True)
    return 1 if failed else 0


def hunt_processes(one: Hunt, seeds: range, postgres: str, keep_going: bool) -> int:
    """Run the seeds with real processes, the hub on both databases in turn; 1 if any failed."""
    began, failed = time.monotonic(), []
    for seed in seeds:
        on_postgres = postgres == "all" or (postgres == "some" and seed % 2 == 0)
        said = one.processes(seed, on_postgres)
        one.count["processes, postgres" if on_postgres else "processes, sqlite"] += 1
        print(f"processes {seed}: {dict(one.count)}", flush=True)
        if said:
            failed.append(seed)
            print(f"seed {seed} fails with processes: {said}", flush=True)
            if not keep_going:
                break
    passed = time.monotonic() - began
    print(f"{dict(one.count)}, failed {failed}, {passed:.0f} s", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    main()
