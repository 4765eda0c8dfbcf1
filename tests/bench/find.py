"""How long the desk takes to find somebody among many residents: python -m tests.bench.find.

Writes invented residents into a station's database, then asks as keepers do. Prints how long the
index takes to be made once, its memory, and each kind of question (median and worst, in ms).
"""

import resource
import statistics
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click

from kiosk.finder import Finder
from yizhan import opening, residents, settings
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.people import commands
from yizhan.settings import Settings

QUESTIONS = ("w", "wnn", "wangxiu", "lg", "奶奶", "王", "1234", "居19999", "zzz")


def filled(folder: Path, count: int) -> Node:
    """A station that holds so many residents."""
    settings.write(folder, Settings("bench", "station"))
    node = opening.make_node(folder, b"network key of thirty-two bytes!")
    pack: Any = SimpleNamespace(cast=(), stations=(SimpleNamespace(code="station"),))
    everybody = list(residents.residents(pack, count))
    for start in range(0, count, 500):
        drafts = [
            commands.register(
                one.person, one.called, one.home,
                {"name": one.name, "phone": one.phone, "address": one.address},
                born=one.born, number=f"站-居{number:05d}", serial=number,
            )
            for number, one in enumerate(everybody[start : start + 500], start)
        ]  # fmt: skip
        with node.writing():
            for draft in drafts:
                node.record(new_id(), "bench", lambda draft=draft: draft)  # type: ignore[misc]
    return node


@click.command()
@click.option("--count", default=20_000, show_default=True)
@click.option("--rounds", default=15, show_default=True)
def main(count: int, rounds: int) -> None:
    """Measure."""
    with tempfile.TemporaryDirectory() as folder:
        finder = Finder(filled(Path(folder), count))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begun = time.perf_counter()
        finder.find("w")
        made = time.perf_counter() - begun
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        click.echo(f"{count} residents: index made in {made:.2f} s, {grown:.0f} MiB more")
        for question in QUESTIONS:
            took = []
            for _ in range(rounds):
                begun = time.perf_counter()
                found = finder.find(question)
                took.append((time.perf_counter() - begun) * 1000)
            median, worst = statistics.median(took), max(took)
            click.echo(f"{question}: {median:.1f} ms, worst {worst:.1f} ms, {len(found)} shown")


if __name__ == "__main__":
    main()
