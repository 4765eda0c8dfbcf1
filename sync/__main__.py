"""The station's door to the road: enrol, run, status."""

import json
from pathlib import Path

import click

from sync.status import status as road_status
from yizhan import opening, settings
from yizhan.doors import Door
from yizhan.errors import Refusal
from yizhan.settings import Settings

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
    from sync.link import Link
    from sync.station import SyncStation

    found = settings.read(data)
    node = opening.open_node(data, pretend=pretend)
    station = SyncStation(node, opening.signer(data), bytes.fromhex(found.hub_key))
    link = Link(hub or found.hub_url)
    if once:
        with loop.alone(data):
            loop.exchange_all(station, link)
    else:
        loop.run(station, link, data, every)


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


if __name__ == "__main__":
    cli()
