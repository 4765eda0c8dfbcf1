"""The hub's door for a USB stick: read it in at a shell, beside the running service."""

import getpass
from pathlib import Path

import click

from hub.doors_recovery import data_option, database_option
from sync import errand
from sync.hub import SyncHub
from sync.stick_work import Result
from yizhan import opening
from yizhan.errors import Refusal


@click.command("stick")
@data_option
@database_option
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--rescue", is_flag=True, help="写它的设备已经坏了：旧的也收下，记下是谁允许的")
def stick(data: Path, database: str, folder: Path, rescue: bool) -> None:
    """读入一个U盘（FOLDER 是U盘挂上的目录），回信写在它上面。"""
    node = opening.open_node(data, database=database)
    if not node.is_hub:
        raise Refusal("这里是站点 %(station)s 的数据目录，请到中心的目录里做", station=node.source)
    hub = SyncHub(node, opening.signer(data))
    by = f"shell/{getpass.getuser()}" if rescue else ""
    result = errand.begin_at_hub(hub, data, folder, by)()
    _say(result)
    if not result.good:
        raise Refusal("；".join(map(str, result.said)))


def _say(result: Result) -> None:
    if result.good:
        click.echo("\n".join(map(str, result.said)))
    for line in result.lines:
        remarks = "".join(f"；{said}" for said in line.remarks)
        click.echo(f"{line.station}  {line.records} 条，新的 {line.new} 条{remarks}")
