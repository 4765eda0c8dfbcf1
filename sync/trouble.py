"""Why nothing goes out: the kinds of trouble on the road, each in one sentence for a person.

The loop keeps the present one in a file of the data directory, so that `sync status` and the
desk can show it. Knows no socket and no table.
"""

from contextlib import suppress
from pathlib import Path

import msgspec

from yizhan.errors import N_, Refusal, Unreachable

FILE = "trouble.json"

SENTENCES = {
    "name": N_("找不到中心的地址：请检查网线、无线网和中心地址"),
    "closed": N_("连不上中心：请检查网络；也可能是中心停了，会自动再试"),
    "certificate": N_("中心的 HTTPS 证书不对：请核对中心地址和本机时间，没有送出任何东西"),
    "slow": N_("网络太慢，等不到中心的回答：会把每次送的变少再试"),
    "cut": N_("网络中途断了：会自动再送"),
    "narrow": N_("网络只让很小的包通过，记录送不出去：请查路由器，或用 U 盘送"),
    "portal": N_("回答的不是中心，像是上网登录页或代理：请先登录网络，再看中心地址"),
    "false": N_("回答的不是入网时的那个中心，没有相信它：请核对中心地址"),
    "busy": N_("中心现在忙，让我们过一会儿再来"),
    "hub": N_("中心现在出了问题：请告诉中心的管理员"),
    "restless": N_("中心反复重启或一直说不完，先停一停"),
    "refused": N_("中心没有收下这次的上传：请告诉中心的管理员"),
    "key": N_("中心不认这台设备的密钥：请在中心重新生成入网码，再入网"),
    "revoked": N_("中心已停用这个站点，记录都还留在本机：请联系中心的管理员"),
    "disk": N_("本机现在存不进去：请看磁盘是不是满了"),
    "damaged": N_("这台设备的数据出了问题：请运行 python -m yizhan verify"),
}
"""By kind. The desk shows the sentence; the kind is for programs."""


class Trouble(Unreachable):
    """The road is closed for now. `kind` is one of SENTENCES; `detail` is for who repairs it.

    `wait_s`: the hub named a time to come back, in seconds from now; 0 where it did not.
    """

    def __init__(self, kind: str, detail: str = "", wait_s: float = 0.0) -> None:
        super().__init__(f"{SENTENCES[kind]}（{detail}）" if detail else SENTENCES[kind])
        self.kind, self.detail, self.wait_s = kind, detail, wait_s


class Rejected(Refusal):
    """The hub itself says no: trying again as it is will not help. `kind` as of Trouble."""

    wait_s = 0.0

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{SENTENCES[kind]}（%(detail)s）", detail=detail)
        self.kind, self.detail = kind, detail


class Kept(msgspec.Struct, frozen=True):
    """The present trouble, as status shows it; `since` is the station's own time."""

    kind: str
    sentence: str
    detail: str
    since: str


def keep(data: Path, trouble: Trouble | Rejected | None, now: str) -> None:
    """Remember the present trouble, or that there is none.

    The same kind again keeps its first time. Where the disk takes nothing any more, what was
    known stays: there are louder alarms for that.
    """
    before = read(data)
    if trouble is None:
        (data / FILE).unlink(missing_ok=True)
    elif before is None or before.kind != trouble.kind:
        found = Kept(trouble.kind, SENTENCES[trouble.kind], trouble.detail, now)
        fresh = data / f"{FILE}.new"
        with suppress(OSError):
            fresh.write_bytes(msgspec.json.encode(found))
            fresh.replace(data / FILE)


def read(data: Path) -> Kept | None:
    """The present trouble, or None."""
    try:
        return msgspec.json.decode((data / FILE).read_bytes(), type=Kept)
    except (OSError, msgspec.MsgspecError):
        return None
