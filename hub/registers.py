"""The registers that the pack published, counted and listed; read-only.

Knows how fields of a register are called and told. A field that has no name here is not shown.
"""

from typing import Any

import flask
from flask_babel import gettext as _

from hub import here, words
from yizhan.access import may
from yizhan.errors import N_
from yizhan.services.pauses import projection as pauses

routes = flask.Blueprint("registers", __name__)

REGISTERS = {
    "scene": N_("服务场景"),
    "service": N_("服务项目"),
    "partner": N_("共建单位"),
    "station": N_("站点"),
    "instructor": N_("导师"),
    "agency_item": N_("代办事项"),
    "resource": N_("资源"),
    "holiday": N_("节假日"),
}
FIELDS = {
    "day": N_("日子"),
    "name": N_("名称"),
    "kind": N_("种类"),
    "flow": N_("办法"),
    "sector": N_("行业"),
    "authority": N_("归口"),
    "skills": N_("专长"),
    "capabilities": N_("能做"),
    "owner": N_("归谁"),
    "station": N_("站点"),
    "community": N_("社区"),
    "tier": N_("层级"),
    "theme": N_("特色"),
    "manager": N_("管理单位"),
    "location": N_("位置"),
    "address": N_("地址"),
    "audience": N_("对象"),
    "capacity": N_("数量"),
    "unit": N_("计量单位"),
    "hours": N_("开放时间"),
    "available": N_("什么时候"),
    "roster": N_("谁在什么时候"),
    "materials": N_("材料"),
    "fee": N_("收费"),
    "fee_fen": N_("收费"),
    "cost_fen": N_("费用"),
    "limit_days": N_("几个工作日"),
    "contact": N_("联系人"),
    "phone": N_("电话"),
    "verified_on": N_("核实日期"),
    "work": N_("调休"),
    "paused": N_("停着"),
}
VALUES = {
    "core": N_("枢纽型"),
    "enhanced": N_("增强型"),
    "basic": N_("基础型"),
    "mobile": N_("流动值勤点"),
    "ticket": N_("取号"),
    "order": N_("点单"),
    "info": N_("介绍"),
    "all": N_("人人"),
    "elder": N_("老人"),
    "infant": N_("婴幼儿"),
    "pupil": N_("学生"),
    "worker": N_("工人"),
    "artist": N_("艺术达人"),
    "teacher": N_("退休教师"),
    "space": N_("空间"),
    "facility": N_("设施"),
    "service": N_("服务"),
    "person": N_("人"),
    "goods": N_("物资"),
}
DAYS = ("day", "verified_on")
CODED = ("kind", "tier", "flow", "audience")
"""Fields whose values are codes of VALUES."""
NAMED = {"capabilities": "service", "station": "station", "manager": "partner"}
"""Fields whose values are codes of another register."""


@routes.get("/catalogue")
@may("catalogue.see")
def catalogue() -> str:
    """The registers and how many rows each has."""
    counts = [(kind, name, len(here.listing(kind))) for kind, name in REGISTERS.items()]
    return flask.render_template("hub/catalogue.html", counts=counts)


@routes.get("/catalogue/<kind>")
@may("catalogue.see")
def register(kind: str) -> str:
    """One register, row by row."""
    if kind not in REGISTERS:
        flask.abort(404)
    rows = _with_pauses(kind, here.listing(kind))
    columns = {name: title for name, title in FIELDS.items() if any(row.get(name) for row in rows)}
    return flask.render_template(
        "hub/register.html", title=REGISTERS[kind], rows=rows, columns=columns, tell=tell
    )


def _with_pauses(kind: str, rows: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Scenes and services with why they do not take place now, where they do not."""
    if kind not in ("scene", "service"):
        return list(rows.values())
    stopped = pauses.going_on(here.node().db, here.node().clock.today())
    found = []
    for code, row in rows.items():
        place = str(row.get("station", ""))
        pause = pauses.at_station(stopped, place).get(str(row.get("service") or code))
        found.append(row | {"paused": pause.reason} if pause else row)
    return found


def tell(column: str, value: Any) -> str:
    """One field of a register in words."""
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, bool):
        return _("要上班") if value else ""
    if column in DAYS:
        return words.day(str(value))
    if column.endswith("_fen"):
        return words.yuan(value) if value else _("免费")
    if isinstance(value, list):
        return _("、").join(tell(column, one) for one in value)
    if column in NAMED:
        return here.name_of(NAMED[column], str(value))
    if column in CODED and value in VALUES:
        return str(_(VALUES[value]))
    return str(value)
