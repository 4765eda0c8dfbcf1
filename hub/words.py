"""Facts become sentences here, and only here: states, times, ages, steps of a story.

Knows gettext and what a resident, a dispatcher and a partner call things; reads no table.
"""

import datetime

from babel.dates import format_skeleton
from flask_babel import get_locale
from flask_babel import gettext as _

from hub import here, people_words
from hub.due import Due, when
from yizhan.errors import N_
from yizhan.services.orders.model import Step
from yizhan.services.people import choices, consents

STATUS = {
    "submitted": N_("新单"),
    "declined": N_("被退回"),
    "unfinished": N_("没办成"),
    "reopened": N_("没弄好，重开"),
    "dispatched": N_("等接单"),
    "taken": N_("已接单"),
    "scheduled": N_("已约好"),
    "provider_done": N_("等居民确认"),
    "closed": N_("已办结"),
    "withdrawn": N_("已撤回"),
}
LOOKS = {"seen": N_("看了资料"), "exported": N_("取了全部资料"), "vouched": N_("认出本人")}
STATUS_CLASS = {
    "submitted": "sea",
    "declined": "waiting",
    "unfinished": "waiting",
    "reopened": "bad",
    "dispatched": "waiting",
    "taken": "sea",
    "scheduled": "good",
    "provider_done": "waiting",
    "closed": "good",
}
TICKET_STATUS = {
    "waiting": N_("在等"),
    "called": N_("正在办"),
    "finished": N_("办好了"),
    "left": N_("留下待取"),
    "declined": N_("做不了"),
    "withdrawn": N_("取消了"),
}
TICKET_CLASS = {
    "waiting": "waiting", "called": "sea", "finished": "good", "left": "waiting",
}  # fmt: skip
ROLES = {
    "street_admin": N_("街道管理员"),
    "dispatcher": N_("派单员"),
    "auditor": N_("评估员"),
    "keeper": N_("站长"),
    "partner_worker": N_("合伙接单人"),
}
EVENTS = {
    "order.placed": N_("点单"),
    "order.withdrawn": N_("撤回点单"),
    "order.dispatched": N_("派单"),
    "order.accepted": N_("接单"),
    "order.declined": N_("退了单"),
    "order.scheduled": N_("约时间"),
    "order.finished": N_("说做好了"),
    "order.unfinished": N_("说没办成"),
    "order.confirmed": N_("居民说好了"),
    "order.disputed": N_("居民说没好"),
    "order.attached": N_("附照片"),
    "order.spoken": N_("说了一段话"),
    "order.undone": N_("撤回了刚才的一步"),
    "rating.undone": N_("撤回了评价"),
    "ticket.taken": N_("取号"),
    "ticket.called": N_("叫号"),
    "ticket.skipped": N_("过号"),
    "ticket.finished": N_("办完收款"),
    "ticket.left": N_("留下待取"),
    "ticket.declined": N_("说做不了"),
    "ticket.withdrawn": N_("取消取号"),
    "ticket.undone": N_("撤销上一步"),
    "rating.offered": N_("请居民评价"),
    "rating.answered": N_("居民评价"),
    "rating.passed": N_("没有评价"),
    "word.given": N_("居民的一句话"),
    "message.sent": N_("给居民留话"),
    "message.told": N_("话告诉了居民"),
    "message.recalled": N_("话要再说一次"),
    "message.withdrawn": N_("话不用说了"),
    "person.registered": N_("登记居民"),
    "person.met": N_("居民来过"),
    "card.issued": N_("发卡"),
    "card.blocked": N_("挂失卡"),
    "staff.added": N_("加人员"),
    "staff.removed": N_("停用人员"),
    "station.added": N_("加站点"),
    "station.enrolled": N_("站点入网"),
    "station.revoked": N_("停用站点"),
    "station.suspected": N_("起疑：可能有两台设备"),
    "station.cleared": N_("查清：只有一台设备"),
    "station.rotated": N_("站点换密钥"),
    "station.rescued": N_("救回站点的旧U盘"),
    "escrow.opened": N_("开立额度"),
    "escrow.credited": N_("存入额度"),
    "escrow.moved": N_("转移额度"),
    "escrow.used": N_("用掉额度"),
    "escrow.returned": N_("退回额度"),
    "escrow.asked": N_("申请额度"),
    "escrow.withdrawn": N_("收回申请"),
    "escrow.declined": N_("没有给额度"),
    "escrow.owed": N_("记下欠额"),
    "escrow.reclaimed": N_("收回额度"),
    "escrow.frozen": N_("冻结额度"),
    "escrow.released": N_("解冻额度"),
    "notice.published": N_("贴公告"),
    "notice.changed": N_("改公告"),
    "notice.withdrawn": N_("撤公告"),
    "notice.restored": N_("再贴公告"),
    "setup.changed": N_("改站点设置"),
    "pause.begun": N_("暂停一项服务"),
    "pause.ended": N_("恢复一项服务"),
    "listing.published": N_("登记册更新"),
    "listing.removed": N_("登记册删除"),
} | people_words.EVENTS
DAYS = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))


def moment(stamp: str) -> str:
    """When something was, as one says it: 今天 14:05, 昨天 9:12, 11月20日 14:05."""
    now = here.node().clock.now()
    at = when(stamp, now)
    return _("时间不明") if at is None else f"{date(at.date())} {at:%H:%M}"


def date(day: datetime.date) -> str:
    """A day as one says it: 今天, 明天, 11月20日, and the year where it is another one."""
    today = here.node().clock.now().date()
    near = {-1: _("昨天"), 0: _("今天"), 1: _("明天"), 2: _("后天")}.get((day - today).days)
    if near:
        return near
    skeleton = "MMMd" if day.year == today.year else "yMMMd"
    return str(format_skeleton(skeleton, day, locale=get_locale()))


def day(iso: str) -> str:
    """An agreed day (ISO date) as one says it, with its weekday."""
    try:
        found = datetime.date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{date(found)} {_(DAYS[found.weekday()])}"


def lasted(span: datetime.timedelta) -> str:
    """A length of time in one unit: 5 分钟, 2 小时, 3 天."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 1:
        return _("不到 1 分钟")
    if minutes < 60:
        return _("%(n)d 分钟", n=minutes)
    if minutes < 48 * 60:
        return _("%(n)d 小时", n=minutes // 60)
    return _("%(n)d 天", n=minutes // (24 * 60))


def ago(stamp: str) -> str:
    """How long ago something was."""
    now = here.node().clock.now()
    at = when(stamp, now)
    if at is None:
        return _("时间不明")
    if abs(now - at) < datetime.timedelta(minutes=1):
        return _("刚刚")
    if at > now:
        return _("钟快了 %(span)s", span=lasted(at - now))
    return _("%(span)s前", span=lasted(now - at))


def deadline(due: Due) -> str:
    """How much time is left, or by how much it is over."""
    now = here.node().clock.now()
    if due.at is None:
        return ""
    if due.over(now):
        return _("超时 %(span)s", span=lasted(now - due.at))
    return _("还有 %(span)s", span=lasted(due.at - now))


def owner(due: Due, partner: str) -> str:
    """Who owes the next step."""
    if due.owner == "partner":
        return here.name_of("partner", partner)
    return {"dispatcher": _("派单员"), "resident": _("居民")}.get(due.owner, "")


def status(code: str) -> str:
    """An order's state in two to five hanzi."""
    return _(STATUS[code]) if code in STATUS else code


def ticket_status(code: str) -> str:
    """A ticket's state in two to four hanzi."""
    return _(TICKET_STATUS[code]) if code in TICKET_STATUS else code


def role(code: str) -> str:
    """What people call a role."""
    return _(ROLES[code]) if code in ROLES else code


def event(type_: str) -> str:
    """What people call a type of event."""
    return _(EVENTS[type_]) if type_ in EVENTS else type_ or _("读不懂的记录")


def person_status(code: str) -> str:
    """How a resident's record stands."""
    return _(choices.STATUSES[code]) if code in choices.STATUSES else code


def wording(kind: str) -> str:
    """What a consent is about."""
    found = consents.WORDINGS.get(kind)
    return _(found.name) if found else kind


def look(what: str) -> str:
    """Why somebody looked at a resident's private fields."""
    return _(LOOKS[what]) if what in LOOKS else what


def who(actor: str) -> str:
    """Who did something, as others know them."""
    kind, _slash, name = actor.partition("/")
    if kind == "person":
        return here.called(name)
    if kind == "staff":
        state = here.node().state("staff", "", f"staff/{name}")
        return str(state.name) if state else name
    if kind == "station":
        return here.name_of("station", name)
    return _("中心") if actor == "hub" else actor


def reason(note: str) -> str:
    """A reason as it was picked from the list or written; what was picked is translated."""
    picked, colon, said = note.partition("：")
    known = str(_(picked)) if picked else ""
    return known + _("：") + said if colon else known


def step(one: Step, service: str) -> str:
    """One line of an order's story."""
    by, note = who(one.actor), reason(one.note)
    match one.type:
        case "order.dispatched":
            return _("%(who)s派给%(partner)s", who=by, partner=here.name_of("partner", one.note))
        case "order.accepted":
            partner = here.name_of("partner", one.note)
            return _("%(partner)s接了单（%(who)s）", who=by, partner=partner)
        case "order.scheduled":
            agreed, _space, window = one.note.partition(" ")
            said = f"{day(agreed)} {here.window_of(service, window)}"
            return _("%(who)s约好%(day)s上门", who=by, day=said)
    patterns = {
        "order.placed": N_("%(who)s点单"),
        "order.withdrawn": N_("%(who)s撤回了"),
        "order.declined": N_("%(who)s退单：%(note)s"),
        "order.finished": N_("%(who)s说做好了：%(note)s"),
        "order.unfinished": N_("%(who)s没有办成：%(note)s"),
        "order.confirmed": N_("%(who)s说：好了"),
        "order.disputed": N_("%(who)s说：没弄好。%(note)s"),
        "order.attached": N_("%(who)s附了一张照片"),
        "order.spoken": N_("%(who)s说了一段话"),
        "order.undone": N_("%(who)s撤回了刚才的一步"),
    }
    if one.type in patterns:
        return str(_(patterns[one.type], who=by, note=note))
    return f"{by} {event(one.type)}"


def yuan(fen: int) -> str:
    """Money: fen as yuan, without needless zeros."""
    whole, rest = divmod(fen, 100)
    return _("%(n)s 元", n=f"{whole}.{rest:02d}" if rest else whole)
