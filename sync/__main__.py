"""The station's door to the road: enrol, run, rotate, status, and the stick."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sync.status import status as road_status
from sync.stick_work import Doing
from yizhan import opening, settings
from yizhan.doors import Door
from yizhan.errors import Refusal, Unreachable
from yizhan.keys import fingerprint
from yizhan.settings import Settings

if TYPE_CHECKING:
    from sync.link import Link
    from sync.station import SyncStation

data_option = click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), required=True, help="数据目录"
)


@click.group(cls=Door)
def cli() -> None:
    """站点与中心之间的路。"""


@cli.command()
@data_option
@click.option("--code", required=True, help="hub station add 给出的入网码")
def enrol(data: Path, code: str) -> None:
    """用入网码把这台设备登记为一个站点。"""
    from sync.enrolment import read_code
    from sync.link import Link

    found = read_code(code)
    _same_station(data, found.station)
    public_key = opening.signer(data).public.hex()
    welcome = Link(found.url).enrol(found, public_key)
    kept = Settings(
        welcome.network, found.station, found.url, welcome.hub_key, offset=welcome.offset
    )
    settings.write(data, kept)
    opening.make_node(data, bytes.fromhex(welcome.network_key))
    click.echo(f"{found.station} 已入网，中心 {found.url}")


def _same_station(data: Path, station: str) -> None:
    if (data / settings.FILE).exists():
        held = settings.read(data).source
        if held != station:
            raise Refusal(
                "%(data)s 里已经是站点 %(held)s：换一个空目录再入网", data=data, held=held
            )


@cli.command()
@data_option
@click.option("--hub", default="", help="中心地址；不写就用入网时的")
@click.option("--every", default=15.0, show_default=True, help="隔几秒交换一次")
@click.option("--once", is_flag=True, help="只交换一次：0 完成，75 连不上，65 被拒绝")
@click.option("--pretend", is_flag=True, help="允许 YIZHAN_CLOCK 设定时间")
def run(data: Path, hub: str, every: float, once: bool, pretend: bool) -> None:
    """与中心交换记录。"""
    from sync import loop

    station, link = _road(data, hub, pretend=pretend)
    if once:
        loop.once(station, link, data)
    else:
        loop.run(station, link, data, every)


@cli.command()
@data_option
@click.option("--hub", default="", help="中心地址；不写就用入网时的")
def rotate(data: Path, hub: str) -> None:
    """换一对新密钥；中心确认以后旧的才作废，断电断网都可以再来一次。"""
    from sync import loop, rotation

    station, link = _road(data, hub, pretend=False)
    with loop.alone(data):
        rotation.begin(data)
    loop.once(station, link, data)
    if rotation.pending(data):
        raise Unreachable("中心还没有确认新密钥，旧的还在用；sync run 会自动再试")
    click.echo(f"{station.node.source} 已换用新密钥，指纹 {fingerprint(station.signer.public)}")


def _road(data: Path, hub: str, *, pretend: bool) -> "tuple[SyncStation, Link]":
    """Both ends of the road of a data directory. A battery or the network must vouch for the
    date before a certificate is judged by it."""
    from sync.link import Link
    from sync.station import SyncStation

    found = settings.read(data)
    if found.practice:
        raise Refusal("%(data)s 是练习的数据，不会送到中心", data=data)
    node = opening.checked(data, pretend=pretend)
    station = SyncStation(node, opening.signer(data), bytes.fromhex(found.hub_key))
    dated = ("synced", "rtc")
    return station, Link(hub or found.hub_url, dated=lambda: node.clock.quality() in dated)


@cli.command()
@data_option
@click.option("--json", "as_json", is_flag=True, help="给程序读")
def status(data: Path, as_json: bool) -> None:
    """还有多少没有上传，中心最后确认到哪里。"""
    found = road_status(opening.open_node(data))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        click.echo(f"{found['unsent']} 条待上传；中心最后确认：{found['confirmed'] or '还没有'}")
        if found["trouble"]:
            click.echo("{since} 起：{sentence}".format(**found["trouble"]))


stick_argument = click.argument("folder", type=click.Path(path_type=Path))


@cli.command()
@data_option
@stick_argument
def export(data: Path, folder: Path) -> None:
    """把没有上传的记录写到U盘（FOLDER 是U盘挂上的目录）。"""
    _carry(data, "export", folder)


@cli.command("import")
@data_option
@stick_argument
def import_(data: Path, folder: Path) -> None:
    """从U盘读入中心的回信（FOLDER 是U盘挂上的目录）。"""
    _carry(data, "import", folder)


def _carry(data: Path, doing: Doing, stick: Path) -> None:
    from sync import errand

    result = errand.begin(opening.open_node(data), data, doing, stick)()
    sentence = "；".join(map(str, result.said))
    if not result.good:
        raise Refusal(sentence)
    click.echo(sentence)


if __name__ == "__main__":
    cli()
