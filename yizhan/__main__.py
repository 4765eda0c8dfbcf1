"""The door to a node's journal, for operators: look, check, rebuild, load a pack."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from yizhan import opening
from yizhan.doors import DAMAGED, Door
from yizhan.held import Held
from yizhan.record import Node

Command = TypeVar("Command", bound=Callable[..., Any])


def node_command(command: Command) -> Command:
    """The options that every command on a node takes."""
    folder = click.Path(path_type=Path, file_okay=False)
    command = click.option("--data", type=folder, required=True, help="数据目录")(command)
    return click.option("--database", default="", help="PostgreSQL 地址（中心）")(command)


@click.group(cls=Door)
def cli() -> None:
    """查看、核对、重建一个节点的记录。"""


@cli.command()
@node_command
@click.option("--after", default=0, help="跳过最早的几条（按到达顺序）")
@click.option("--json", "as_json", is_flag=True, help="每行一个 JSON 对象")
def journal(data: Path, database: str, after: int, as_json: bool) -> None:
    """按到达顺序列出事件。"""
    node = opening.open_node(data, database=database)
    while rows := node.journal.after(after):
        for row in rows:
            click.echo(json.dumps(shown(row), ensure_ascii=False) if as_json else line(row))
        after = rows[-1].local


def shown(row: Held) -> dict[str, Any]:
    """One event under its field names, and its digest."""
    found: dict[str, Any] = {"position": row.position, "digest": row.digest.hex()}
    found["prev"] = row.prev.hex()
    try:
        written = json.loads(row.raw)
    except ValueError:
        return found | {"id": row.id, "subject": row.subject, "data": None}
    names = ("id", "source", "type", "subject", "time", "data", "epoch", "seq", "actor", "audience")
    known = {name: written.pop(name, None) for name in names}
    return known | found | {"batch": written.pop("batch", None), **written}


def line(row: Held) -> str:
    """One event for a person to read."""
    found = shown(row)
    position = row.position if row.position is not None else "·"
    return f"{position}\t{found.get('time', '')}\t{found.get('type', '?')}\t{row.subject}"


@cli.command()
@node_command
@click.option("--json", "as_json", is_flag=True, help="给程序读")
def verify(data: Path, database: str, as_json: bool) -> None:
    """逐条核对摘要、链和视图，指出第一个坏字节。"""
    from yizhan.checking import verify as check

    report = check(opening.open_node(data, database=database))
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(report), ensure_ascii=False))
    else:
        for sentence in report.sentences:
            click.echo(sentence, err=not report.ok)
    sys.exit(0 if report.ok else DAMAGED)


@cli.command()
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), required=True, help="数据目录"
)
@click.option("--yes", "really", is_flag=True, help="真的修；不写就只说会怎么修")
@click.option("--json", "as_json", is_flag=True, help="给程序读")
def mend(data: Path, really: bool, as_json: bool) -> None:
    """修坏了的数据库：坏的另存，能读的搬进新的，已上传的向中心取回。"""
    from yizhan.mending import mend as put_right

    mended = put_right(data, really=really)
    if as_json:
        click.echo(json.dumps(mended.shown(), ensure_ascii=False))
    else:
        for sentence in mended.sentences():
            click.echo(sentence)


@cli.command()
@node_command
def rebuild(data: Path, database: str) -> None:
    """从记录重新折叠出所有表。"""
    node = opening.open_node(data, database=database)
    click.echo(f"重建完成：{node.view.rebuild()} 条已编号的记录")


@cli.command()
@node_command
@click.option("--at", type=int, default=None, help="算到哪个位置；不写就到最新")
@click.option("--as", "station", default="", help="以哪个站点的眼光（在中心用）")
@click.option("--json", "as_json", is_flag=True, help="给程序读")
def fingerprint(data: Path, database: str, at: int | None, station: str, as_json: bool) -> None:
    """两个节点到了同一位置，指纹就该一样。"""
    from yizhan.fingerprint import fingerprint as take

    node: Node = opening.open_node(data, database=database)
    found = take(node, at, station or None)
    if as_json:
        click.echo(json.dumps(found.shown(), ensure_ascii=False))
    else:
        click.echo(f"{found.at}\t{found.station or '全部'}\t{found.digest}")


@cli.command()
@node_command
@click.option("--json", "as_json", is_flag=True, help="给程序读")
def doctor(data: Path, database: str, as_json: bool) -> None:
    """这台设备好不好，不好怎么办。"""
    from yizhan.doctor import doctor as examine

    findings = examine(data, database)
    for ok, sentence in findings:
        shown_as = json.dumps({"ok": ok, "say": sentence}, ensure_ascii=False)
        click.echo(shown_as if as_json else f"{'好  ' if ok else '注意'} {sentence}")
    sys.exit(0 if all(ok for ok, _ in findings) else 1)


@cli.command()
@click.argument("pack", type=click.Path(path_type=Path))
@node_command
@click.option("--residents", default=300, show_default=True, help="另外生成多少位示例居民")
@click.option("--seed", default=1, show_default=True, help="生成居民的种子")
def load(pack: Path, data: Path, database: str, residents: int, seed: int) -> None:
    """在中心装入一个资料包。"""
    from yizhan.loading import load as take_in

    listed, people = take_in(opening.open_node(data, database=database), pack, residents, seed)
    click.echo(f"装入 {listed} 条登记，{people} 条居民记录")


if __name__ == "__main__":
    cli()
