"""Hanzi to the phonemes of Kokoro, with the tones as they are said: 一位 yí wèi, 奶奶 nǎi nai.

Part of the renderer. Knows words and tones; knows no model. Latin letters are english.py's.
"""

import re
from typing import Any

import jieba
import jieba.posseg
import pypinyin
from misaki.tone_sandhi import ToneSandhi
from misaki.transcription import pinyin_to_ipa
from pypinyin import Style

HAN = re.compile(r"[\u3400-\u9fff]")
PAUSES = str.maketrans(
    {"，": ",", "、": ",", "：": ",", "。": ".", "！": "!", "？": "?", "；": ";"}
)
SOUNDS = {
    "˧˩˧": "↓",
    "˧˥": "↗",
    "˥˩": "↘",
    "˥": "→",
    "\u027b\u0329": "ɨ",
    "\u0279\u0329": "ɨ",
    "\u032f": "",
}
"""Chao's tone letters as the arrows that the model was taught, and the vowel of 是 and 字."""

READINGS = {
    "号到": "hào dào", "重听": "chóng tīng", "取号": "qǔ hào", "缝补": "féng bǔ",
}  # fmt: skip
"""Words that a dictionary reads otherwise, or does not have."""

_sandhi = ToneSandhi()
for _word, _reading in READINGS.items():
    pypinyin.load_phrases_dict({_word: [[one] for one in _reading.split()]})
# Cut in two it would be read as a crack, fèng.
jieba.add_word("缝补", tag="v")


def phonemes(text: str) -> str:
    """How a phrase of hanzi and punctuation sounds; words are parted by spaces."""
    words = _sandhi.pre_merge_for_modify(
        [(one.word, one.flag) for one in jieba.posseg.cut(text)]  # as the sandhi wants them
    )
    said = [_word_sounds(word, kind) for word, kind in words]
    return re.sub(r"\s+([,.!?;])", r"\1", " ".join(filter(None, said)))


def _word_sounds(word: str, kind: str) -> str:
    if not HAN.search(word):
        return "".join(one for one in word.translate(PAUSES) if one in ",.!?;")
    syllables = pypinyin.lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)
    finals = pypinyin.lazy_pinyin(word, style=Style.FINALS_TONE3, neutral_tone_with_five=True)
    if len(syllables) == len(word):
        finals = _sandhi.modified_tone(word, kind, finals)
        syllables = [one[:-1] + final[-1] for one, final in zip(syllables, finals, strict=True)]
    return "".join(map(_syllable_sounds, syllables))


def _syllable_sounds(syllable: str) -> str:
    """One syllable of pinyin with its tone as a figure."""
    try:
        found: Any = pinyin_to_ipa(syllable)[0]
    except (ValueError, KeyError, IndexError):
        return ""
    sounds = "".join(found)
    for written, said in SOUNDS.items():
        sounds = sounds.replace(written, said)
    return sounds
