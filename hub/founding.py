"""Founding a network and letting stations join it.

Knows files, keys and the station's register; knows no page and no command line.
"""

import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from sync.enrolment import make_code, new_secret, secret_hash
from yizhan import opening, settings
from yizhan.db import Db
from yizhan.errors import Corrupt, Refusal
from yizhan.ids import new_id
from yizhan.keys import fingerprint, write_private
from yizhan.record import HUB, Node
from yizhan.services.stations import commands as stations
from yizhan.settings import Settings

NETWORK = re.compile(r"[a-z][a-z0-9-]{1,31}")
WEB_SECRET = "web.secret"


def found(data: Path, network: str, url: str, database: str) -> bytes:
    """Make settings, keys and database of a new hub; its public key.

    Settings come last: a database that cannot be reached leaves nothing behind that a
    second try would stumble over. Raises Refusal where a hub or a station already lives.
    """
    if (data / settings.FILE).exists():
        kept = settings.read(data)
        raise Refusal(
            "%(data)s 里已经有一个驿站（网络 %(network)s），没有改动它："
            "换一个空目录，或者直接 hub serve",
            data=data,
            network=kept.network,
        )
    _check(network, url)
    _reach(data, network, database)
    public = opening.signer(data).public
    write_private(data / WEB_SECRET, secrets.token_bytes(32))
    settings.write(data, Settings(network, HUB, url.rstrip("/"), public.hex(), database))
    opening.make_node(data, secrets.token_bytes(32)).db.close()
    return public


def _reach(data: Path, network: str, database: str) -> None:
    """Raises Refusal where the directory, Unreachable where the database cannot be used."""
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(
            "%(data)s 写不进去（%(why)s）：换一个目录", data=data, why=error.strerror
        ) from error
    db = Db(database or str(data / "yizhan.db"), network)
    db.sql("SELECT 1")
    db.close()


def _check(network: str, url: str) -> None:
    if not NETWORK.fullmatch(network):
        raise Refusal("网络代码要用小写字母开头，2 到 32 个字母、数字或横线")
    if not web_address(url):
        raise Refusal("地址要写成 http://主机 或 https://主机，可以带端口，而不是 %(url)s", url=url)


def web_address(url: str) -> bool:
    """Whether this is an address that a browser and a station can go to."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def web_secret(data: Path) -> bytes:
    """What signs the hub's cookies. Raises Corrupt where the file is not there or too short."""
    try:
        secret = (data / WEB_SECRET).read_bytes()
    except OSError as error:
        raise Corrupt(f"{data / WEB_SECRET} 读不了（{error.strerror}）：放回备份") from error
    if len(secret) < 32:
        raise Corrupt(f"{data / WEB_SECRET} 不完整：删掉它再放回备份")
    return secret


def add_station(node: Node, found: Settings, code: str, name: str) -> str:
    """Let a station enrol once: its enrolment code, which nobody can make a second time."""
    if not node.is_hub:
        raise Refusal("这里是站点 %(station)s 的数据目录，请到中心的目录里做", station=node.source)
    if not name.strip():
        raise Refusal("请写站点的名字")
    secret = new_secret()
    node.record(new_id(), HUB, lambda: stations.add(code, name.strip(), secret_hash(secret)))
    public = bytes.fromhex(found.hub_key)
    return make_code(found.hub_url, fingerprint(public), code, secret)


def revoke_station(node: Node, code: str) -> None:
    """Close the road to a station from its next exchange on. Raises Refusal where none is."""
    if node.state("station", "", f"station/{code}") is None:
        raise Refusal("没有站点 %(code)s，请看 /fleet 页上的代码", code=code)
    node.record(new_id(), HUB, lambda: stations.revoke(code))
