"""The headers of bundles: what a station says with its events, and what the hub answers."""

import msgspec

from sync.bounds import DigestText, Number, Position, Word

HubEpoch = tuple[Word, Position]
"""A hub epoch and the first position given in it."""


class Request(msgspec.Struct, frozen=True, omit_defaults=True):
    """The header of what a station sends.

    `hub` is the last hub epoch that the station knows (empty name: none). `holds` are runs of
    events that the hub said it stored but that have no position here yet: epoch, first and
    last seq, digest of the last (base64). `unsent` counts all that waits here, `aside` what is
    set aside; `disk` is the free space in MiB. `number` counts this process's requests from 1,
    and is 0 where the request was made ahead of an answer; `ticket` is the last one received.
    `mark` is the hub's last word that this station had followed it to `followed`: hub epoch and
    cursor, left out where they are those of this request.
    `wants` are ranges of positions at or below the cursor that were damaged here: first, last.
    `lacks` are some persons whose record this station holds and whose key never came.

    For a hub that was made anew, where its reply asked for it: `public` (hex) and `proof` that
    its holder knows the network's key; `keys`: all persons' keys held here are in the bundle;
    `asides`: indices of sent events that had been set aside before their positions were void.
    """

    network: Word
    epoch: Word
    nonce: Word
    hub: HubEpoch
    cursor: Position
    time: Word
    clock: Word
    version: Word
    unsent: Number = 0
    ticket: Word = ""
    mark: Word = ""
    followed: tuple[Word, Position] | None = None
    number: Number = 0
    disk: Number = 0
    aside: Number = 0
    holds: tuple[tuple[Word, Number, Number, DigestText], ...] = ()
    public: Word = ""
    proof: Word = ""
    keys: bool = False
    asides: tuple[Number, ...] = ()
    wants: tuple[tuple[Number, Number], ...] = ()
    lacks: tuple[Word, ...] = ()
    v: int = 1


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """The header of what the hub answers.

    `taken` is false where the request named another hub epoch: then nothing was stored and
    only `hubs` counts, the hub epochs from the last common one on (all of them where the
    hub does not know the station's). `stored`, `applied` and `backed_up` are the receipt:
    positions through which the hub holds, has folded (None: all of it), and has in its oldest
    backup.
    `duplicates` are the indices of sent events of whose id another copy came first, `refused`
    of those that this station may not send. `given`: what the request wanted is answered
    through this position.

    `mark` is the hub's word that the station followed it to `cursor` in the hub epoch of the
    request, and which event stood there: shown later, it proves that a hub forgot something.

    A hub made anew is `collecting` (it stores, and gives no position yet), and asks a station
    once for the persons' `keys` that it holds.
    """

    network: str
    nonce: str
    time: str
    taken: bool = True
    hubs: tuple[HubEpoch, ...] = ()
    stored: int = 0
    applied: int | None = None
    backed_up: int = 0
    duplicates: tuple[int, ...] = ()
    refused: tuple[int, ...] = ()
    cursor: int = 0
    more: bool = False
    ticket: str = ""
    mark: str = ""
    collecting: bool = False
    keys: bool = False
    given: int = 0
    v: int = 1
