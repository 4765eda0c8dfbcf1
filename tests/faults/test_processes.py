"""Plugs pulled at random from real processes: what a screen called 已保存 is at the hub, once.

One run on SQLite and a shorter one on PostgreSQL; `make faults` makes more. YIZHAN_SEED repeats.
"""

import pytest

from tests.faults.processes import Days, built
from tests.yizhan.postgres import running


def test_no_plug_pulled_anywhere_loses_or_doubles_a_saved_number(seed: int) -> None:
    town = built()
    days = Days(town, seed)
    try:
        days.live()
    finally:
        print(days.moves)
        town.close()
    assert days.kept, "the run took no number at all"


@pytest.mark.postgres
def test_none_does_where_the_hub_is_on_postgresql(seed: int) -> None:
    with running() as server:
        town = built(server)
        days = Days(town, seed)
        try:
            days.live(5)
        finally:
            print(days.moves)
            town.close()
        assert days.kept, "the run took no number at all"
