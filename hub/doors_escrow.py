"""The hub's door for what is scarce: who holds what, and a lost machine's share, at a shell."""

import getpass
from pathlib import Path

import click

from hub import shares
from hub.doors_recovery import data_option, database_option, json_option, json_text, sync_hub
from sync.hub import SyncHub
from yizhan import escrow as scarce
from yizhan.errors import Refusal
from yizhan.ids import new_id
from yizhan.services.escrow import projection as pools

note_option = click.option("--note", required=True, help="原因，写给后来的人看")


@click.group()
def escrow() -> None:
    """额度：谁手里有多少，谁欠着，谁冻结了；丢了的设备怎么办。"""


@escrow.command("list")
@data_option
@database_option
@json_option
def list_(data: Path, database: str, as_json: bool) -> None:
    """每种额度各站点有多少，欠额和冻结。"""
    sync = sync_hub(data, database)
    node = sync.node
    stocks, sums, debts = shares.stocks(node), shares.sums(node), pools.debts(node.db)
    frozen = shares.standing_still(node)
    if as_json:
        told = {"stocks": stocks, "purses": sums, "debts": debts, "frozen": frozen}
        click.echo(json_text(told))
        return
    for held in stocks:
        click.echo(f"{held.id.subject.partition('/')[2]}：{_told(held.holdings, held.unit)}")
    for one in sums:
        click.echo(f"{one.people} 位居民的{one.unit}：{_told(one.holdings, one.unit)}")
    for debt in debts:
        click.echo(
            f"欠额：{debt.holder} 欠 {debt.pool.subject} {-debt.amount}{debt.unit}，{debt.cause}"
        )
    for freeze in frozen:
        proof = _proof(sync, freeze)
        click.echo(f"冻结：{freeze.holder}，{freeze.since[:16]} 起，{freeze.cause}{proof}")
    if not (debts or frozen):
        click.echo("没有欠额，没有冻结")


def _told(holdings: dict[str, int], unit: str) -> str:
    return "，".join(f"{holder} {amount}{unit}" for holder, amount in holdings.items()) or "没有"


PROOF = {
    "proven": "；它来过，记录都送到了，可以解冻",
    "replaced": "；来的是换上的新设备，先收回额度",
    "behind": "；它来过，还有记录没有送到",
    "silent": "；它还没有来过",
}


def _proof(sync: SyncHub, freeze: shares.Standstill) -> str:
    lost = freeze.why == scarce.LOST
    return PROOF[shares.proof(sync, freeze.holder, freeze.position)] if lost else ""


@escrow.command()
@click.argument("code")
@note_option
@data_option
@database_option
def freeze(code: str, note: str, data: Path, database: str) -> None:
    """设备丢了、被偷了：冻结站点 CODE 手里的额度。"""
    sync = _ours(data, database)
    shares.freeze(sync.node, code, _written(note), _actor(), new_id())
    click.echo(f"冻结了：{code}（{pools.why_frozen(sync.node.db, code)}）")
    click.echo(f"被偷的设备还要停用：python -m hub station revoke {code} --data {data}")


@escrow.command()
@click.argument("code")
@note_option
@data_option
@database_option
def release(code: str, note: str, data: Path, database: str) -> None:
    """设备找回来、记录送齐了（或者额度已经收回）：解冻站点 CODE。"""
    sync = _ours(data, database)
    shares.release(sync, code, _written(note), _actor(), new_id())
    why = pools.why_frozen(sync.node.db, code)
    click.echo(f"{code} 还冻结着：{why}" if why else f"解冻了：{code}")


@escrow.command()
@click.argument("code")
@click.option("--gone", is_flag=True, help="我确认：这台设备不会再回来，没有送到的记录不再等")
@data_option
@database_option
def reclaim(code: str, gone: bool, data: Path, database: str) -> None:
    """设备找不回来：把站点 CODE 手里的额度收回中心。"""
    sync = _ours(data, database)
    shares.may_reclaim(sync.node, code)
    held = {one.pool.subject: f"{one.amount}{one.unit}" for one in shares.holds(sync.node, code)}
    if held and not gone:
        listed = "，".join(f"{subject} {amount}" for subject, amount in held.items())
        raise Refusal(
            "要收回的有：%(held)s。确认这台设备不会再回来，请加 --gone 再运行一次", held=listed
        )
    shares.reclaim(sync.node, code, _actor(), new_id())
    click.echo(f"收回了 {len(held)} 种；{code} 手里还有 {len(shares.holds(sync.node, code))} 种")


def _ours(data: Path, database: str) -> SyncHub:
    """The hub, where it may record something."""
    sync = sync_hub(data, database)
    sync.recovery.refuse_while_collecting()
    return sync


def _written(note: str) -> str:
    if not note.strip():
        raise Refusal(shares.WHY)
    return note.strip()


def _actor() -> str:
    return f"shell/{getpass.getuser()}"
