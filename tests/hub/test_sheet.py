"""The recovery sheet: on paper, typed in by hand, and a hub made from it."""

import json
from pathlib import Path

import pytest

from hub.sheet import Sheet, draw, read
from tests.hub.harbour import (
    Harbour,
    paper,
)
from tests.hub.test_doors import hub as door
from tests.hub.test_doors import refused
from yizhan import opening, settings
from yizhan.errors import Refusal
from yizhan.keys import NETWORK


def test_a_sheet_reads_as_it_was_written_whatever_the_hand_makes_of_it(harbour: Harbour) -> None:
    printed = paper(harbour)
    sheet = read(printed)
    assert sheet.signing == (harbour.data / opening.SIGNING_KEY).read_bytes()
    assert sheet.seal == harbour.hub.node.keys.get(NETWORK)
    keys = [line for line in printed.splitlines() if line[:1].isdigit()]
    others = "\n".join(line for line in printed.splitlines() if not line[:1].isdigit())
    for typed in (
        [line.lower() for line in keys],
        [line[:1] + line[1:].replace("0", "O").replace("1", "I") for line in keys],
        [line[:2] + " " + line[2:].replace(" ", "") for line in keys],
        list(reversed(keys)),
    ):
        assert read(others + "\n" + "\n".join(typed)) == sheet


def test_every_slip_of_the_pen_is_found_and_its_line_is_named(harbour: Harbour) -> None:
    printed = paper(harbour)
    keys = [line for line in printed.splitlines() if line[:1].isdigit()]
    assert len(keys) == 7
    for line in keys:
        place = 3 + line[3:].index(next(c for c in line[3:] if c.isalnum()))
        other = "7" if line[place] != "7" else "8"
        with pytest.raises(Refusal, match=f"第 {line[0]} 行"):
            read(printed.replace(line, line[:place] + other + line[place + 1 :]))
        with pytest.raises(Refusal, match=f"第 {line[0]} 行"):
            read(printed.replace(line, ""))
    with pytest.raises(Refusal, match="第 1 行"):
        read(printed.replace(f"{keys[0]}\n{keys[1]}", f"1{keys[1][1:]}\n2{keys[0][1:]}"))
    with pytest.raises(Refusal, match="network"):
        read(printed.replace("network  harbour", "network  arbour"))
    with pytest.raises(Refusal, match="address 行"):
        read(printed.replace("address", "adress"))


def test_a_sheet_tells_the_network_its_address_and_both_keys() -> None:
    sheet = Sheet("harbour", "https://hub.test", "+08:00", bytes(range(32)), b"\xff" * 32)
    assert read(draw(sheet, b"p" * 32)) == sheet


def test_the_doors_print_the_sheet_and_make_the_hub_from_it(harbour: Harbour) -> None:
    done = door("sheet", "--data", str(harbour.data))
    assert done.returncode == 0, done.stderr
    assert read(done.stdout) == read(paper(harbour))
    harbour.lose_hub()
    data = harbour.folder / "new" / "hub"
    words_ = ("restore", "--data", str(data), "--from-sheet")
    made = door(*words_, stdin=done.stdout)
    assert made.returncode == 0, made.stderr
    assert "hub collect off" in made.stdout and "不编号" in made.stdout
    kept = settings.read(data)
    assert (kept.network, kept.hub_url, kept.hub_key) == (
        "harbour", "http://hub.test", harbour.hub.signer.public.hex(),
    )  # fmt: skip
    for name in ("signing.key", "web.secret", "settings.json"):
        assert (data / name).stat().st_mode & 0o077 == 0, name
    harbour.data, harbour.hub = data, harbour.open_hub(data)
    harbour.exchange()
    told = json.loads(door("collect", "status", "--data", str(data), "--json").stdout)
    assert told["collecting"] and told["stations"] == ["xiaogan", "zhongda"]
    off = door("collect", "off", "--data", str(data))
    assert off.returncode == 0 and "xiaogan、zhongda" in off.stdout, off.stderr
    harbour.exchange()
    harbour.agree()
    refused(door("collect", "off", "--data", str(data)), 65, "没有在收集")
    assert "没有原来办成" in door("flips", "--data", str(data)).stdout
    refused(door(*words_, stdin=done.stdout), 65, "不是空的")


def test_init_prints_no_secret_but_says_how_to_print_the_sheet(tmp_path: Path) -> None:
    data = tmp_path / "hub"
    done = door("init", "--data", str(data), "--network", "harbour", "--url", "http://hub.test")
    sheet = door("sheet", "--data", str(data))
    assert f"python -m hub sheet --data {data}" in done.stdout
    for line in sheet.stdout.splitlines():
        if line[:1].isdigit():
            assert line not in done.stdout + done.stderr
