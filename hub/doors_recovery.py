"""The hub's doors for bad days: backup, restore, the recovery sheet, collecting, the drill."""

import json
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from hub import backup as backups
from hub import backup_photos, collecting, founding, keyfile, restoring
from hub import sheet as sheets
from hub.drill import Drill, rehearse, sheet_of
from sync.hub import SyncHub
from sync.recovery import Flip
from yizhan import opening, settings
from yizhan.errors import Refusal
from yizhan.keys import fingerprint
from yizhan.services.staff import projection as staff

folder = click.Path(path_type=Path, file_okay=False)
file = click.Path(path_type=Path, dir_okay=False)
data_option = click.option(
    "--data",
    type=folder,
    envvar="YIZHAN_DATA",
    default="var/hub",
    show_default=True,
    help="中心的数据目录（或环境变量 YIZHAN_DATA）",
)
database_option = click.option("--database", default="", help="数据库地址；不写就用目录里的")
json_option = click.option("--json", "as_json", is_flag=True, help="给程序读")


def sync_hub(data: Path, database: str) -> SyncHub:
    """The hub of this directory. Raises Refusal where it is a station's."""
    node = opening.open_node(data, database=database)
    if not node.is_hub:
        raise Refusal("这里是站点 %(station)s 的数据目录，请到中心的目录里做", station=node.source)
    return SyncHub(node, opening.signer(data))


def _passphrase() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def json_text(value: object) -> str:
    """For a program to read."""
    return json.dumps(msgspec.to_builtins(value, enc_hook=str), ensure_ascii=False)


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@data_option
@database_option
@click.option("--keep", default=7, show_default=True, help="这个文件夹里留几份")
@click.option("--keys", type=file, default=None, help="密钥另外加密存到这个文件，每次换新")
@click.option("--passphrase-stdin", is_flag=True, help="从标准输入读密钥文件的口令")
@json_option
def backup(
    target: Path, data: Path, database: str, keep: int, keys: Path | None,
    passphrase_stdin: bool, as_json: bool,
) -> None:  # fmt: skip
    """把中心的记录备份到一个文件夹，服务不用停。"""
    if bool(keys) != passphrase_stdin:
        raise click.UsageError("--keys 和 --passphrase-stdin 要一起写")
    found, sync = settings.read(data), sync_hub(data, database)
    if keys:
        signing = (data / opening.SIGNING_KEY).read_bytes()
        kept = backups.secrets_of(sync, found, signing, founding.web_secret(data))
        keyfile.write(keys, kept, _passphrase())
    made = backups.make(sync, found, data, target, keep)
    photos = backup_photos.back_up(data, target, found.network)
    if as_json:
        click.echo(json_text({**msgspec.to_builtins(made, enc_hook=str), "photos": photos}))
        return
    click.echo(
        f"备份好了，读回来核对过：{made.path}（{made.events} 条，到第 {made.head} 条，"
        f"{made.size >> 10} KiB）"
    )
    click.echo(f"这个文件夹里留着 {made.kept} 份；所有备份里都有的到第 {made.backed_up} 条")
    click.echo(_photo_line(photos))
    if keys:
        click.echo(f"密钥加密存到 {keys}：和备份分开放，口令另外记")


def _photo_line(photos: backup_photos.Copied) -> str:
    bad = f"，{photos.damaged} 张文件坏了没有复制" if photos.damaged else ""
    return f"照片也复制在里面：新的 {photos.new} 张，一共 {photos.all} 张{bad}"


@click.command()
@click.argument("source", type=file, required=False)
@click.option("--data", type=folder, required=True, help="新的空目录")
@click.option("--database", default="", help="postgresql://…；不写就在新目录里用 SQLite")
@click.option("--keys", type=file, default=None, help="backup --keys 存的密钥文件")
@click.option("--passphrase-stdin", is_flag=True, help="从标准输入读密钥文件的口令")
@click.option("--from-sheet", is_flag=True, help="从标准输入读恢复单")
def restore(
    source: Path | None, data: Path, database: str, keys: Path | None, passphrase_stdin: bool,
    from_sheet: bool,
) -> None:  # fmt: skip
    """从备份恢复中心；没有备份时，只凭恢复单重建一个空的。"""
    if bool(keys) == from_sheet or bool(keys) != passphrase_stdin:
        raise click.UsageError("密钥从哪里来：写 --keys 文件 --passphrase-stdin，或者 --from-sheet")
    if keys:
        kept = keyfile.read(keys, _passphrase())
    else:
        kept = restoring.secrets_from(sheets.read(sys.stdin.read()))
    made = restoring.restore(data, kept, source, database)
    click.echo(f"中心 {made.network} 已重建在 {data}，密钥指纹 {fingerprint(made.public)}")
    if source:
        click.echo(f"从备份恢复到第 {made.head} 条，逐条核对过")
        photos = backup_photos.put_back(source, data, made.network)
        bad = f"，{photos.damaged} 张坏了" if photos.damaged else ""
        click.echo(f"放回了 {photos.new} 张照片{bad}；缺的由附照片的站点再送来")
    for line in AFTER_COLLECTING if made.collecting else AFTER_BACKUP:
        click.echo(line)
    for line in AFTER:
        click.echo(line)


AFTER_BACKUP = ("接下来：运行 hub serve；各站点会自己把备份之后的记录补回来，什么都不用做。",)
AFTER_COLLECTING = (
    "现在只有恢复单上的：网络、地址、中心的密钥、网络的密钥。记录、站点登记、各人的密钥和照片由"
    "各站点带回来；登录中心的账号只在原来的中心有过，要重新加。",
    "接下来：运行 hub serve；中心先收集各站点的记录，不编号（hub collect status 看到了谁）。"
    "这时谁也不能登录，加站点、加账号、装资料包都会被拒绝。",
    "站点都来齐了，运行 hub collect off：按原来的编号排好，再正常服务；"
    "然后用 hub staff add 重新加账号。",
)
AFTER = (
    "各人的密钥由各站点带回来。点数等余额在各站点都补齐以前先不动：hub flips 看谁还没到，"
    "不等了就 hub collect accept。",
    "旧的中心如果还在，千万不要再开：两个中心会让站点来回倒。",
)


@click.command()
@data_option
@database_option
def sheet(data: Path, database: str) -> None:
    """印恢复单：打印出来锁好，中心全毁以后靠它重建。"""
    node = opening.open_node(data, database=database)
    click.echo(sheets.draw(sheet_of(node, data), opening.signer(data).public), nl=False)


@click.command()
@click.argument("what", type=click.Choice(["on", "off", "status", "accept"]))
@data_option
@database_option
@json_option
def collect(what: str, data: Path, database: str, as_json: bool) -> None:
    """中心全毁以后：先收集各站点的记录（on），来齐了再编号（off）；不等没来的站点（accept）。"""
    sync = sync_hub(data, database)
    if what == "on":
        collecting.start(sync)
    if what == "accept":
        sync.recovery.refuse_while_collecting()
        sync.recovery.accept("hub collect accept")
    if what == "off":
        done = collecting.number_all(sync)
        click.echo(
            json_text(done)
            if as_json
            else f"{done.events} 条编好了号，中心重新认识的站点："
            f"{'、'.join(done.stations) or '没有'}。已停用的站点请再停用一次。"
        )
        for line in () if as_json else _staff_lines(sync, data):
            click.echo(line)
        return
    brought = sync.recovery.collected.brought()
    told: dict[str, Any] = {
        "collecting": sync.recovery.collecting,
        "events": brought,
        "stations": [code for code, _key in sync.recovery.admissions()],
        "unsent": {row.station: row.waiting or 0 for row in sync.contacts()},
        "waiting_for": sync.recovery.waiting_for(),
    }
    if as_json:
        click.echo(json_text(told))
        return
    click.echo("正在收集，不编号" if told["collecting"] else "没有在收集")
    for code, count in brought.items():
        waiting = told["unsent"].get(code, 0)
        click.echo(
            f"{code}：带来 {count} 条，{f'还有 {waiting} 条没送' if waiting else '都送来了'}"
        )


def _staff_lines(sync: SyncHub, data: Path) -> list[str]:
    """Who can sign in after a numbering, and who must be given an account again."""
    if staff.anybody(sync.db):
        return []
    lines = [
        "现在没有一个账号能登录中心：它们只在原来的中心有过。请一个一个重新加，例如：",
        f"echo '新的密码' | python -m hub staff add fang --role dispatcher --password-stdin "
        f"--data {data}",
    ]
    if found := staff.keepers(sync.db):
        names = "、".join(f"{login}（{station}）" for login, station in found)
        lines.append(
            f"站长在站点服务台的账号都回来了，密码没变：{names}。"
            "不该再有的，运行 hub staff remove；要登录中心的，再加一次。"
        )
    return lines


@click.command()
@data_option
@database_option
@json_option
def flips(data: Path, database: str, as_json: bool) -> None:
    """恢复以后：原来办成、现在搁置的记录，和还没补齐的站点。"""
    sync = sync_hub(data, database)
    found, waiting = sync.recovery.flips(), sync.recovery.waiting_for()
    if as_json:
        click.echo(json_text({"flips": found, "waiting_for": waiting}))
        return
    for line in _flip_lines(found):
        click.echo(line)
    if waiting:
        click.echo(f"还没有补齐的站点：{'、'.join(waiting)}")


def _flip_lines(found: list[Flip]) -> list[str]:
    if not found:
        return ["没有原来办成、现在搁置的记录"]
    lines = [f"{len(found)} 条原来办成、现在搁置，请人看一下："]
    return lines + [
        f"第 {one.position} 条  {one.time}  {one.type}  {one.subject}  {one.reason}"
        for one in found
    ]


@click.command()
@data_option
@database_option
@click.option("--stations", type=folder, multiple=True, help="站点的数据目录，可以写几次")
@json_option
def drill(data: Path, database: str, stations: tuple[Path, ...], as_json: bool) -> None:
    """演习：在副本上把中心全丢一次，看能不能全补回来，要多久。"""
    done = rehearse(data, stations, database)
    if as_json:
        click.echo(json_text({"well": done.well, **msgspec.to_builtins(done)}))
    else:
        for line in _drill_lines(done):
            click.echo(line)
    sys.exit(0 if done.well else 1)


STEPS = {
    "copy": "复制站点",
    "sheet": "凭恢复单重建",
    "collect": "收集",
    "number": "编号",
    "settle": "站点跟上",
    "compare": "核对",
}


def _drill_lines(done: Drill) -> list[str]:
    times = "，".join(f"{STEPS[step]} {seconds:.1f} 秒" for step, seconds in done.seconds.items())
    lines = [
        f"{'演习成功' if done.well else '演习没有成功'}：各站点共有 {done.held} 条，"
        f"新中心编号了 {done.numbered} 条",
        f"用时：{times}，共 {sum(done.seconds.values()):.1f} 秒",
    ]
    lines += [
        f"{one.station}：{one.held} 条，指纹 {one.fingerprint}，{'一致' if one.same else '不一致'}"
        for one in done.stations
    ]
    lines += [f"和旧中心不同：{subject}" for subject in done.differing]
    if done.only_hub:
        lost = "，".join(f"{name} {count}" for name, count in done.only_hub.items())
        lines.append(f"只有旧中心才有、没有备份就会丢的：{lost}")
    return [*lines, *done.sound, *_flip_lines(done.flips)]


COMMANDS = (backup, restore, sheet, collect, flips, drill)
