"""What a keeper recorded in the dialect: one small file for each prompt, kept beside the station.

Only Opus in WebM is taken, read with distrust and written anew (yizhan/webm.py); what it is
called follows from the words that were spoken, so it outlives restarts and upgrades.
"""

from pathlib import Path

from yizhan import webm
from yizhan.errors import N_, Refusal
from yizhan.keys import write_private

BYTES_MAX = 512 * 1024
SECONDS_MAX = 20
MS_MIN = 250.0

NO_SOUND = N_("这段录音浏览器没有录好，没有存下。请再录一次")
TOO_SHORT = N_("太短了，没有录到。请按“开始录”，念完再按“录好了”")
TOO_LONG = N_("太长了，一句话最多 20 秒。请再录一次")


def keep(folder: Path, name: str, content: bytes) -> None:
    """Keep a recording under a clip's name, in place of an earlier one. Raises Refusal."""
    if len(content) > BYTES_MAX:
        raise Refusal(TOO_LONG)
    try:
        note = webm.read(content)
    except webm.NoNote as error:
        raise Refusal(NO_SOUND) from error
    if note.ms < MS_MIN:
        raise Refusal(TOO_SHORT)
    if note.ms > SECONDS_MAX * 1000:
        raise Refusal(TOO_LONG)
    write_private(folder / f"{name}.webm", webm.written(note))


def drop(folder: Path, name: str) -> None:
    """Forget a recording: the prompt is said in Mandarin again."""
    (folder / f"{name}.webm").unlink(missing_ok=True)
