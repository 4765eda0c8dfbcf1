"""She withdraws while others act on the same order: both orders of arrival, told one by one."""

from collections.abc import Callable, Iterator

import pytest

from tests.faults.faults import seeded
from tests.faults.machine import Machine
from tests.faults.town import WANG, Founded
from yizhan.record import Node
from yizhan.services.orders import commands as orders


@pytest.fixture
def town() -> Iterator[Machine]:
    founded = Founded()
    with founded.copied() as disks, seeded(0):
        one = Machine(disks)
        yield one
        one.close()
    founded.close()


def withdraws(name: str) -> Callable[[Node], object]:
    return lambda node: orders.withdraw(node.state("order", WANG, name), name)


def test_a_quiet_day_agrees(town: Machine) -> None:
    town.place("zhongda", 0)
    town.take_tickets("chawan", 2)
    town.settle()
    town.oracle.check()
    assert not town.oracle.exempt


@pytest.mark.parametrize("first", ["hub", "station"])
def test_wang_withdraws_offline_while_the_hub_dispatches(town: Machine, first: str) -> None:
    """In both orders of arrival she is right: what was dispatched may still be withdrawn."""
    zhongda = town.boxes["zhongda"]
    town.place("zhongda", 0)
    town.settle()
    [(name, _)] = town.orders
    town.do("zhongda", withdraws(name))
    if first == "station":
        town.talk("zhongda", "", 0)
    dispatched = town.do(
        "hub", lambda node: orders.dispatch(node.state("order", WANG, name), name, "li")
    )
    assert dispatched == (first == "hub"), "what she has withdrawn is not sent to anybody"
    town.settle()
    town.oracle.check()
    for node in (town.hub.node, zhongda.node):
        order = node.state("order", WANG, name)
        assert order.status == "withdrawn"
        steps = [step.type for step in order.steps]
        assert ("order.dispatched" in steps) == (first == "hub")


def test_two_stations_withdraw_one_order_and_one_of_them_is_told(town: Machine) -> None:
    town.place("zhongda", 0)
    town.settle()
    [(name, _)] = town.orders
    for code in ("zhongda", "xiaogan"):
        assert town.do(code, withdraws(name))
    town.talk("xiaogan", "", 0)
    town.settle()
    town.oracle.check()
    for code in ("zhongda", "xiaogan"):
        told = town.boxes[code].sql("SELECT reason, actor FROM set_aside")
        assert told == [("这张单已经撤回了", f"person/{WANG}")]
