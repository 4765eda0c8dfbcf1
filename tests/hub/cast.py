"""The cast at the hub: a small network with its register, residents, staff and orders.

Writes through the same doors as the product. Places are made up; the persons are those of
the project's stories.
"""

import datetime
from pathlib import Path

from hub import founding, staffing
from hub.staffing import Wanted
from yizhan import opening
from yizhan.clock import Clock
from yizhan.ids import new_id
from yizhan.record import HUB, Node
from yizhan.services.catalogue.commands import publish
from yizhan.services.orders import commands as orders
from yizhan.services.orders.model import Placed
from yizhan.services.orders.projection import get, next_serial
from yizhan.services.people import commands as people
from yizhan.services.ratings import commands as ratings
from yizhan.services.ratings.model import Offered
from yizhan.services.tickets import commands as tickets
from yizhan.services.tickets.model import Taken

PASSWORD = "lao-jia-de-qiao"
URL = "http://127.0.0.1:8001"

STATIONS = {"east": "东埠驿站", "west": "西塘驿站"}
SERVICES = {
    "repair": {
        "name": "上门维修",
        "choices": [
            {"code": "tap", "name": "水龙头漏水"},
            {"code": "lamp", "name": "灯不亮"},
            {"code": "washer", "name": "洗衣机不转"},
        ],
    },
    "haircut": {"name": "上门理发", "choices": [{"code": "home", "name": "在家理发"}]},
    "mending": {"name": "缝补", "jobs": [{"code": "button", "name": "钉扣子"}]},
}
PARTNERS = {
    "lishi": ("李师傅维修部", "家电维修", ["repair"]),
    "anxin": ("安心家政", "家政", ["repair", "haircut"]),
    "yinling": ("银铃理发店", "理发", ["haircut"]),
    "bank": ("渔港银行网点", "金融", []),
    "clinic": ("社区卫生院", "医疗", []),
}
PEOPLE = {
    "wang": ("王阿姨", "王素芬", "13800000001", "东埠路 12 弄 3 号 201 室", "east"),
    "zhou": ("周伯伯", "周根生", "", "西塘街 45 号", "west"),
    "chen": ("陈奶奶", "陈阿珍", "13800000003", "东埠路 8 号", "east"),
}
STAFF = {
    "fang": Wanted("fang", "方派单", "dispatcher"),
    "admin": Wanted("admin", "林主任", "street_admin"),
    "audit": Wanted("audit", "何评估", "auditor"),
    "li": Wanted("li", "李师傅", "partner_worker", partner="lishi"),
    "anna": Wanted("anna", "安师傅", "partner_worker", partner="anxin"),
    "zhan": Wanted("zhan", "朱站长", "keeper", station="east"),
}


def found(data: Path, database: str = "") -> Node:
    """A new hub in this directory, with its cast but without any order."""
    founding.found(data, "harbour", URL, database)
    node = opening.open_node(data)
    for kind, code, fields in _listings():
        node.record(new_id(), HUB, lambda k=kind, c=code, f=fields: publish(k, c, f))
    for person, (called, name, phone, address, home) in PEOPLE.items():
        private = {"name": name, "phone": phone, "address": address}
        decisions = (
            people.register(person, called, home, private),
            people.issue(
                node.keys.hash("card", f"00000000{len(person)}{person}"), person, called, home
            ),
        )
        for decision in decisions:
            node.record(new_id(), HUB, lambda d=decision: d)
    for wanted in STAFF.values():
        staffing.add(node, wanted, PASSWORD)
    return node


def _listings():
    for code, name in STATIONS.items():
        yield "station", code, {"name": name}
    for code, fields in SERVICES.items():
        yield "service", code, fields
    for code, (name, sector, capabilities) in PARTNERS.items():
        yield "partner", code, {"name": name, "sector": sector, "capabilities": capabilities}


def place(node: Node, person: str = "wang", service: str = "repair", choice: str = "tap") -> str:
    """A resident orders at her home station; the order's id."""
    form, station = new_id(), PEOPLE[person][4]
    serial = next_serial(node.db, station)
    placed = Placed(
        f"{STATIONS[station][:2]}-{serial:04d}", serial, station, service, choice, "morning",
        "home",
        "厨房的，一直滴水" if choice == "tap" else "",
    )  # fmt: skip
    node.record(form, f"person/{person}", lambda: orders.place(f"order/{form}", person, placed))
    return form


def step(node: Node, order: str, actor: str, command, *given) -> None:
    """One step of an order by whoever does it."""
    subject = f"order/{order}"
    state = node.state("order", get(node.db, subject).person, subject)
    node.record(new_id(), actor, lambda: command(state, subject, *given))


def send(node: Node, order: str, partner: str = "lishi") -> str:
    """The dispatcher sends an order to a partner."""
    step(node, order, "staff/fang", orders.dispatch, partner)
    return order


def accept(node: Node, order: str, partner: str = "lishi") -> str:
    """The partner's worker takes it."""
    step(node, order, "staff/li", orders.accept, partner)
    return order


def ticket(node: Node, person: str = "wang", station: str = "east", number: int = 1) -> str:
    """A resident takes a number for mending, is served and pays 2 yuan."""
    form, today = new_id(), node.clock.today()
    subject = f"ticket/{form}"
    taken = Taken(number, today, "mending", "button", 200, person)
    node.record(form, f"person/{person}", lambda: tickets.take(subject, station, taken))
    for command, given in ((tickets.call, ()), (tickets.finish, (200,))):
        state = node.state("ticket", station, subject)
        node.record(
            new_id(), "staff/zhan", lambda c=command, s=state, g=given: c(s, subject, station, *g)
        )
    return form


def rate(
    node: Node, about: str, face: int, service: str = "mending", station: str = "east"
) -> None:
    """The faces are shown; a face is tapped, or (0) she goes on."""
    offered = Offered(about, service, node.clock.today())
    node.record(new_id(), f"station/{station}", lambda: ratings.offer(None, station, offered))
    state = node.state("rating", station, f"rating/{about}")
    node.record(
        new_id(),
        f"station/{station}",
        lambda: (
            ratings.answer(state, about, station, face)
            if face
            else ratings.skip(state, about, station)
        ),
    )


def later(node: Node, **span: float) -> None:
    """Time passes at the hub: `later(node, hours=5)`; it stands still from then on."""
    then = node.clock.now() + datetime.timedelta(**span)
    stopped = Clock(pretend=then.isoformat() + "x0.000001")
    vars(node.clock).update(vars(stopped))
