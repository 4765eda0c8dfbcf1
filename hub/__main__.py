"""The hub's doors: found a network, serve it, add stations and staff."""

import json
import signal
import sys
from pathlib import Path
from typing import NoReturn

import click

from hub import doors_escrow, doors_recovery, doors_stick, founding, limits, staffing
from hub.app import create_app
from sync.bundle import PACKED_BYTES_MAX
from sync.recovery import Recovery
from sync.stick_files import Places
from yizhan import opening, serving, settings
from yizhan.access import ROLES
from yizhan.doors import Door
from yizhan.errors import Refusal
from yizhan.keys import fingerprint
from yizhan.record import Node
from yizhan.services.catalogue.projection import register


def _stop(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(0)


NO_SLIP = "没有找到这个核对码：可能还没有上传，可能念错了，也可能很久了（请加 --number 和 --day）"

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="YIZHAN_DATA",
    default="var/hub",
    show_default=True,
    help="数据目录（或环境变量 YIZHAN_DATA）",
)
database_option = click.option("--database", default="", help="数据库地址；不写就用目录里的")


def _recording(data: Path, database: str) -> Node:
    """The hub's node for a command that records. Raises Refusal at a station, and while the hub
    collects."""
    node = opening.open_node(data, database=database)
    if not node.is_hub:
        raise Refusal("这里是站点 %(station)s 的数据目录，请到中心的目录里做", station=node.source)
    Recovery(node).refuse_while_collecting()
    return node


@click.group(cls=Door)
def cli() -> None:
    """中心：建网、开服务、加站点、加人员。"""


@cli.command()
@data_option
@click.option("--network", required=True, help="网络代码，小写字母")
@click.option("--url", required=True, help="站点和浏览器找到中心的地址，http:// 或 https://")
@click.option("--database", default="", help="postgresql://…；不写就在数据目录里用 SQLite")
def init(data: Path, network: str, url: str, database: str) -> None:
    """建一个新的网络。"""
    public = founding.found(data, network, url, database)
    click.echo(f"中心已建好：{network}，密钥指纹 {fingerprint(public)}")
    click.echo("请打印恢复单锁好，没有它，重建的中心各站都不认：")
    click.echo(f"python -m hub sheet --data {data}")


@cli.command()
@data_option
@database_option
@click.option("--listen", default="127.0.0.1:8000", show_default=True, help="主机:端口")
@click.option(
    "--sticks", type=click.Path(path_type=Path), default="/media", show_default=True,
    help="U盘挂在哪个目录下面；--pretend 时，数据目录里的 stick 文件夹也当作U盘",
)  # fmt: skip
@click.option("--behind-proxy", is_flag=True, help="前面有反向代理（HTTPS），相信它报的来访地址")
@click.option("--pretend", is_flag=True, help="允许 YIZHAN_CLOCK 设定时间")
def serve(
    data: Path, database: str, listen: str, sticks: Path, behind_proxy: bool, pretend: bool
) -> None:
    """开中心的服务。"""
    node = opening.checked(data, pretend=pretend, database=database)
    places = Places(sticks, data / "stick" if pretend else None)
    app = create_app(node, data, behind_proxy=behind_proxy, sticks=places)
    sock = serving.listening(listen)
    app.extensions["sync_hub"].begin_epoch()
    signal.signal(signal.SIGTERM, _stop)
    server = serving.server(app, sock, places=limits.PLACES, body_bytes_max=PACKED_BYTES_MAX)
    serving.keep_what_is_made()
    click.echo(f"中心已开：http://{listen}", err=True)
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        server.close()


@cli.group()
def station() -> None:
    """站点。"""


@station.command("add")
@click.argument("code")
@click.option("--name", required=True, help="站点的名字")
@data_option
@database_option
@click.option("--json", "as_json", is_flag=True, help="给程序读")
def station_add(code: str, name: str, data: Path, database: str, as_json: bool) -> None:
    """加一个站点，给出一次性的入网码。"""
    node = _recording(data, database)
    enrolment = founding.add_station(node, settings.read(data), code, name)
    said = json.dumps({"station": code, "name": name, "code": enrolment}, ensure_ascii=False)
    click.echo(said if as_json else enrolment)


@station.command("revoke")
@click.argument("code")
@data_option
@database_option
def station_revoke(code: str, data: Path, database: str) -> None:
    """让一个站点的密钥失效；它留着的记录等重新入网再上传。"""
    founding.revoke_station(_recording(data, database), code)
    click.echo(f"站点 {code} 已停用")


@cli.command()
@click.argument("code")
@click.option("--number", default="", help="小票上的号或单号")
@click.option("--day", default="", help="取号的日期，如 2026-11-23")
@data_option
@database_option
def slip(code: str, number: str, day: str, data: Path, database: str) -> None:
    """查一张小票的核对码：它的记录到了中心没有。"""
    from hub import check_code

    node = opening.open_node(data, database=database)
    found = check_code.find(node, code, number, day)
    if found is None:
        raise Refusal(NO_SLIP)
    name = register(node.db, "station").get(found.station, {}).get("name") or found.station
    told = f"第 {found.number} 号" if found.number.isdigit() else f"单号 {found.number}"
    when = found.time[:16].replace("T", " ")
    click.echo(f"有这条记录：{name} {told if found.number else found.type}，{when}，中心已收到")


@cli.group()
def staff() -> None:
    """工作人员。"""


@staff.command("add")
@click.argument("login")
@click.option("--role", required=True, type=click.Choice(sorted(ROLES)), help="角色")
@click.option("--name", default="", help="姓名；不写就用登录名")
@click.option("--partner", default="", help="partner_worker 属于哪家共建单位（代码）")
@click.option("--station", default="", help="keeper 属于哪个站点（代码）")
@click.option("--password-stdin", is_flag=True, required=True, help="从标准输入读密码")
@data_option
@database_option
def staff_add(
    login: str, role: str, name: str, partner: str, station: str, password_stdin: bool,
    data: Path, database: str,
) -> None:  # fmt: skip
    """加一个账号，或者给它换密码、换角色。"""
    assert password_stdin
    node = _recording(data, database)
    password = sys.stdin.readline().rstrip("\r\n")
    staffing.add(node, staffing.Wanted(login, name or login, role, partner, station), password)
    click.echo(f"账号 {login} 可以用了")


@staff.command("remove")
@click.argument("login")
@data_option
@database_option
def staff_remove(login: str, data: Path, database: str) -> None:
    """停用一个账号，已登录的也立即退出。"""
    staffing.remove(_recording(data, database), login)
    click.echo(f"账号 {login} 已停用")


for command in (*doors_recovery.COMMANDS, doors_stick.stick, doors_escrow.escrow):
    cli.add_command(command)


if __name__ == "__main__":
    cli()
