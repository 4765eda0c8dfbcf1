"""What a resident agreed to: which wording she was shown, given or withdrawn, when and by whom.

Pure: the wordings, the steps and the commands. A changed wording gets a new version here; the
event names the version that was shown. Withdrawing takes one step, as giving does.
"""

from typing import ClassVar

import msgspec

from yizhan.errors import N_, Refusal
from yizhan.events import Data, Draft, Event, Name, Whole
from yizhan.folding import SetAside


class Wording(msgspec.Struct, frozen=True):
    """What is asked: a short name, the whole sentence, and which version of it this is."""

    name: str
    text: str
    version: int = 1


WORDINGS = {
    "register": Wording(
        N_("登记"),
        N_("驿站记下您的称呼、电话和住址，只用来给您办您要的服务。"),
    ),
    "share_address": Wording(
        N_("告诉师傅"),
        N_("您下单后，驿站把您的电话和住址告诉上门的师傅。"),
    ),
    "voice": Wording(
        N_("留语音"),
        N_("您可以对着屏幕说话下单。录音只给派单员和师傅听。"),
    ),
    "photo": Wording(
        N_("拍照"),
        N_("站长或师傅可以拍要修的东西，照片附在您的单上。"),
    ),
    "health": Wording(
        N_("健康记录"),
        N_("血压血糖这些读数交给社区医生看，别人看不到。"),
    ),
    "remind": Wording(
        N_("打电话"),
        N_("有事的时候，驿站可以打电话告诉您。"),
    ),
}
"""By kind, in the order in which they are asked."""


class Given(Data, frozen=True):
    """She agreed, or a guardian for a child: `by` is the guardian's person id, else empty."""

    type: ClassVar[str] = "consent.given"
    kind: Name
    version: Whole
    station: Name = ""
    by: Name = ""


class Withdrawn(Data, frozen=True):
    """She does not agree any more."""

    type: ClassVar[str] = "consent.withdrawn"
    station: Name = ""
    by: Name = ""


class Said(msgspec.Struct, frozen=True):
    """One thing said: given or withdrawn, when, where, by which guardian, who wrote it down."""

    given: bool
    version: int
    time: str
    station: str
    by: str
    actor: str


class Consent(msgspec.Struct, frozen=True):
    """A person's word on one kind, and all that was said before."""

    kind: str
    given: bool
    version: int
    said: tuple[Said, ...] = ()


def fold(state: Consent | None, event: Event, data: Data) -> Consent | SetAside:
    """The last word counts; every one stays."""
    said = state.said if state else ()
    match data:
        case Given(kind, version, station, by):
            if state is not None and state.given and state.version == version:
                return SetAside(N_("已经同意过了"))
            one = Said(True, version, event.time, station, by, event.actor)
            return Consent(kind, True, version, (*said, one))
        case Withdrawn(station, by) if state is not None and state.given:
            one = Said(False, state.version, event.time, station, by, event.actor)
            return Consent(state.kind, False, state.version, (*said, one))
    return SetAside(N_("没有同意过，不用撤回"))


def subject_of(person: str, kind: str) -> str:
    """The subject of a person's word on one kind."""
    return f"consent/{kind}/{person}"


def give(
    state: Consent | None, person: str, kind: str, station: str, by: str = ""
) -> Draft | Refusal:
    """She agrees to the wording as it stands now."""
    if kind not in WORDINGS:
        return Refusal(N_("没有这一项"))
    version = WORDINGS[kind].version
    if state is not None and state.given and state.version == version:
        return Refusal(N_("已经同意过了"))
    return Draft(subject_of(person, kind), Given(kind, version, station, by), owner=person)


def withdraw(
    state: Consent | None, person: str, kind: str, station: str, by: str = ""
) -> Draft | Refusal:
    """She takes it back."""
    if state is None or not state.given:
        return Refusal(N_("没有同意过，不用撤回"))
    return Draft(subject_of(person, kind), Withdrawn(station, by), owner=person)
