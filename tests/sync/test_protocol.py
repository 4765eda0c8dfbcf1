"""The example bytes of docs/protocol.md say what the page says they say."""

import hashlib
import re
from pathlib import Path

from sync import bundle
from sync.bundle import Request
from sync.primer import PRIMER
from yizhan import keys

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")


def block(kind: str) -> str:
    found = re.search(rf"```{kind}\n(.*?)```", PAGE, re.S)
    assert found, f"the page has no {kind} block"
    return found[1]


def test_the_example_bundle_is_what_the_page_unpacks() -> None:
    raw = bytes.fromhex("".join(block("hex").split()))
    public, digest = re.findall(r"^    ([0-9a-f]{64})$", PAGE, re.M)
    sender, header, contents = bundle.unpack(raw, "up", Request, lambda _: bytes.fromhex(public))
    said = [line.encode() for line in block("json").splitlines()]
    assert sender == "zhongda"
    assert bundle._encode(header) == said[0]
    assert said[1] == bundle._encode(("prev", bundle.text(bytes(range(32)))))
    [event] = contents.events
    assert (event.raw, event.digest.hex()) == (said[2], digest)


def test_the_examples_public_key_is_that_of_the_private_key_it_names(tmp_path: Path) -> None:
    keys.write_private(tmp_path / "key", bytes(range(32)))
    assert keys.Signer(tmp_path / "key").public.hex() in PAGE


def test_the_dictionary_is_the_one_that_the_page_names() -> None:
    assert hashlib.blake2b(PRIMER, digest_size=32).hexdigest() in PAGE
    assert f"the {len(PRIMER):,} bytes" in PAGE
