"""The machines of a network whose pools are tried: started anew, put back to an old image, copied.

Knows disks and processes; knows no pool.
"""

import shutil
from pathlib import Path

from sync.station import SyncStation
from tests.sync.road import Road
from yizhan.record import Node

CODES = ("zhongda", "xiaogan", "chawan")
SECOND = "second"
"""The machine that was copied from another one; it says that it is that one."""


class Machines(Road):
    """A hub and its stations by name, each with a disk of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.known = (folder / f"{CODES[0]}.key").exists()
        opened = self.reopen if self.known else self.station
        self.machines: dict[str, SyncStation] = {code: opened(code) for code in CODES}

    def node(self, where: str) -> Node:
        """The node of the hub or of a machine."""
        return self.hub.node if where == "hub" else self.machines[where].node

    def nodes(self) -> list[Node]:
        """All of them."""
        return [self.hub.node, *(one.node for one in self.machines.values())]

    def there(self, where: str) -> bool:
        """Whether such a machine is there (a copy may not be)."""
        return where == "hub" or where in self.machines

    def restart(self, where: str) -> None:
        """A process starts again on its database."""
        if where == "hub":
            self.hub.node.db.close()
            self.hub = self.open_hub("hub")
        elif where in self.machines:
            self.machines[where].node.db.close()
            self.machines[where] = self._opened(where)

    def _opened(self, name: str) -> SyncStation:
        if name in CODES:
            return self.reopen(name)
        [code] = (path.stem for path in (self.folder / name).glob("*.key"))
        road = Road.__new__(Road)
        road.folder, road.signer = self.folder / name, self.signer
        return road.reopen(code)

    def image(self, where: str) -> None:
        """A copy is made of a machine's disk."""
        path = self.folder / f"{where}.image"
        path.unlink(missing_ok=True)
        self.node(where).db.sql("VACUUM INTO ?", (str(path),))

    def put_back(self, where: str) -> None:
        """A machine goes back to its old image; what only it held is gone."""
        self.node(where).db.close()
        for suffix in ("-wal", "-shm"):
            (self.folder / f"{where}.db{suffix}").unlink(missing_ok=True)
        shutil.copy(self.folder / f"{where}.image", self.folder / f"{where}.db")
        self.restart(where)

    def copy(self, code: str) -> None:
        """A second machine is made from the image of a station, and both go on."""
        folder = self.folder / SECOND
        folder.mkdir()
        shutil.copy(self.folder / f"{code}.image", folder / f"{code}.db")
        shutil.copy(self.folder / f"{code}.key", folder / f"{code}.key")
        self.machines[SECOND] = self._opened(SECOND)

    def close(self) -> None:
        """Close the databases."""
        for node in self.nodes():
            node.db.close()
