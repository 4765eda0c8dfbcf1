"""What a node is told once and keeps: a small JSON file in its data directory.

No secrets here (keys.py), no state (the journal).
"""

from pathlib import Path
from typing import Annotated

import msgspec

from yizhan.errors import Corrupt, Refusal
from yizhan.keys import write_private

FILE = "settings.json"


Limit = Annotated[float, msgspec.Meta(gt=0)]


class Limits(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How long and how far a network waits before its hub calls a person.

    `silent_hours`: no word from a station; `backlog_hours`: something waits there and does not
    come; `skew_s`: its clock against the hub's; `disk_mib`, `hub_disk_mib`: free space;
    `backup_hours`: the hub's last backup (a night's, and two hours' delay). A misspelt limit
    would never call anybody, so it is refused.
    """

    silent_hours: Limit = 24
    backlog_hours: Limit = 24
    skew_s: Limit = 120
    disk_mib: Limit = 1024
    hub_disk_mib: Limit = 4096
    backup_hours: Limit = 26


class Settings(msgspec.Struct, frozen=True, omit_defaults=True):
    """One node. `source` is "hub" or a station's code; `hub_key` is the hub's public key, hex.

    `limits` count at the hub alone. `practice`: invented people for somebody who learns; such a
    directory has no hub, and no road starts on it.
    """

    network: str
    source: str
    hub_url: str = ""
    hub_key: str = ""
    database: str = ""
    offset: str = "+08:00"
    limits: Limits = Limits()
    practice: bool = False

    def url(self, data: Path) -> str:
        """Where the database is: what was set, else a file in the data directory."""
        return self.database or str(data / "yizhan.db")


def read(data: Path) -> Settings:
    """The settings of a data directory. Raises Refusal where there are none, or Corrupt."""
    path = data / FILE
    if not path.exists():
        raise Refusal(
            "%(data)s 里还没有驿站：先运行 hub init（中心）或 sync enrol（站点）", data=data
        )
    try:
        return msgspec.json.decode(path.read_bytes(), type=Settings)
    except msgspec.MsgspecError as error:
        raise Corrupt(f"{path} 损坏：{error}") from error


def write(data: Path, settings: Settings) -> None:
    """Keep the settings of a data directory."""
    data.mkdir(parents=True, exist_ok=True)
    write_private(data / FILE, msgspec.json.format(msgspec.json.encode(settings)))
