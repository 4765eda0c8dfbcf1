"""Where the databases of a run lie with the files beside them, and copies of them.

The hub's may lie on a PostgreSQL. Knows names and bytes, not what a database holds.
Copy only what nobody has open.
"""

import shutil
from pathlib import Path
from typing import Any

import psycopg

from tests.yizhan.postgres import Postgres
from yizhan.ids import new_epoch

MEMORY = Path("/dev/shm")
"""These runs pull no real plug, so they need no disk (tests/yizhan/test_db.py does)."""


class Disks:
    """The disks of one run: SQLite files in a folder, each with a data directory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, name: str) -> str:
        """The address of a database."""
        return str(self.folder / f"{name}.db")

    def data(self, name: str) -> Path:
        """The data directory beside a database: keys and photos."""
        return self.folder / f"{name}.data"

    def copy(self, name: str, to: str, source: "Disks | None" = None) -> None:
        """Put a copy of one disk (here, or of other disks) in the place of another."""
        self.remove(to)
        self._copy_base(name, to, source or self)
        files = (source or self).data(name)
        if files.exists():
            shutil.copytree(files, self.data(to))

    def restore(self, name: str, to: str) -> None:
        """Put a copy of a database alone in the place of another; the files there stay."""
        self._remove_base(to)
        self._copy_base(name, to, self)

    def _copy_base(self, name: str, to: str, source: "Disks") -> None:
        shutil.copy(source.url(name), self.url(to))

    def remove(self, name: str) -> None:
        """Burn a disk."""
        self._remove_base(name)
        shutil.rmtree(self.data(name), ignore_errors=True)

    def _remove_base(self, name: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(self.url(name) + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        """Throw all away."""
        shutil.rmtree(self.folder, ignore_errors=True)


class HubOnPostgres(Disks):
    """The same, but what is called hub… lies on a PostgreSQL server."""

    def __init__(self, folder: Path, server: Postgres) -> None:
        super().__init__(folder)
        self._any = server.database()
        self._own = f"run_{new_epoch()}"
        self._made: set[str] = set()
        self._admin: Any = psycopg.connect(self._any, autocommit=True)

    def _name(self, name: str) -> str:
        return f"{self._own}_{name.replace('.', '_')}"

    def url(self, name: str) -> str:
        if not name.startswith("hub"):
            return super().url(name)
        if name not in self._made:
            self._admin.execute(f"CREATE DATABASE {self._name(name)}")
            self._made.add(name)
        return self._any.replace(self._admin.info.dbname, self._name(name))

    def _copy_base(self, name: str, to: str, source: Disks) -> None:
        if not name.startswith("hub"):
            super()._copy_base(name, to, source)
            return
        there: Any = source
        template = there._name(name)
        self._admin.execute(f"CREATE DATABASE {self._name(to)} TEMPLATE {template}")
        self._made.add(to)

    def copied(self, name: str, to: str) -> bool:
        """Copy, unless somebody still has it open; whether it was."""
        try:
            self.copy(name, to)
        except psycopg.errors.ObjectInUse:
            return False
        return True

    def _remove_base(self, name: str) -> None:
        if not name.startswith("hub"):
            super()._remove_base(name)
            return
        self._admin.execute(f"DROP DATABASE IF EXISTS {self._name(name)} WITH (FORCE)")
        self._made.discard(name)

    def close(self) -> None:
        for name in list(self._made):
            self._remove_base(name)
        self._admin.close()
        super().close()
