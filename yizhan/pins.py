"""The three-picture PIN: set, checked offline, guessed at most five times in five minutes.

Kept as an argon2 hash sealed under the person's own key, so who has the disk of a station that
does not know her has nothing to try. Twelve pictures and a sequence of three: 1,728; what
protects it is the lock, durable and per person, which a keeper can open.
"""

from collections.abc import Sequence

from yizhan import passwords
from yizhan.errors import N_, Refusal
from yizhan.record import Node, opened
from yizhan.services.people import commands, finding
from yizhan.tries import Tries

PICTURES = {
    "sailboat": N_("船"), "fish": N_("鱼"), "anchor": N_("锚"), "flower": N_("花"),
    "sun": N_("太阳"), "umbrella": N_("伞"), "home": N_("房子"), "key": N_("钥匙"),
    "clock": N_("钟"), "teapot": N_("茶壶"), "cat": N_("猫"), "apple": N_("苹果"),
}  # fmt: skip
"""In the order in which they always stand. Never shuffled: a hand that shakes finds its way by
place, and an eye that tires would have to search again each time."""

LENGTH = 3
LOCKED = N_("图案按错了五次，请过 %(minutes)s 分钟再试，或者请站长解锁")
WRONG = N_("图案不对，请再按一次")
TOO_SHORT = N_("请按三张图案")


def _text(pictures: Sequence[str]) -> str:
    if len(pictures) != LENGTH or any(one not in PICTURES for one in pictures):
        raise Refusal(TOO_SHORT)
    return " ".join(pictures)


def has_pin(node: Node, person: str) -> bool:
    """Whether she has chosen pictures, as far as this node can tell."""
    return bool(_kept(node, person))


def set_pin(node: Node, form: str, actor: str, person: str, pictures: Sequence[str]) -> None:
    """Choose three pictures. The caller has seen to it that it is herself."""
    hashed = passwords.hashed(_text(pictures))
    person = finding.survivor(node.db, person)
    state = node.state("person", person, f"person/{person}")
    node.record(form, actor, lambda: commands.set_pin(state, person, hashed), asked=person)
    unlock(node, person)


def check(node: Node, person: str, pictures: Sequence[str]) -> None:
    """Return where these are her pictures. Raises Refusal where not, or while it is locked."""
    text = _text(pictures)
    tries, login = Tries(node), _login(node, person)
    tries.begin(login, LOCKED)
    if not passwords.matches(_kept(node, person), text):
        raise Refusal(WRONG)
    tries.right(login)


def unlock(node: Node, person: str) -> None:
    """A keeper who sees her opens the lock."""
    Tries(node).right(_login(node, person))


def _kept(node: Node, person: str) -> str:
    """The hash of her pictures: the survivor's own, or one of a record merged into it."""
    for one in finding.group(node.db, person):
        if kept := opened(node, "person", one, f"person/{one}", "pin"):
            return kept
    return ""


def _login(node: Node, person: str) -> str:
    """Never a log-in of staff, and no id in clear."""
    return "pin:" + node.keys.hash("pin", finding.survivor(node.db, person))[:24]
