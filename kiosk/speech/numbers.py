"""Figures as one says them in Mandarin: 十二号, 两位, 九点零五分, 幺二零, 零四一二.

Pure. Knows how figures are read, and nothing of pages or clips.
"""

import re

DIGITS = "零一二三四五六七八九"
BY_TELEPHONE = "零幺二三四五六七八九"
UNITS = ("", "十", "百", "千")
WIDE = str.maketrans("０１２３４５６７８９：．", "0123456789:.")

COUNTED = "元块位个张条件天点次层楼包袋碗只把双岁周杯份人"
"""After these two is 两; 二月, 二号 and 二分钟 stay 二."""

LONG = 5
"""A number of so many digits is read digit by digit."""

EMERGENCY = re.compile(r"(?<![\d.])(110|119|120)(?! ?[元号位条张个分点月日年岁次块.\d:])")
TELEPHONE = re.compile(r"(?<![\d-])(0\d{2,3}(?:-\d{3,8})+|1[3-9]\d{9}|0\d{9,11})(?![\d-])")
ORDER = re.compile(r"([\u3400-\u9fff])-(\d+)")
DATE = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
RANGE = re.compile(r"(\d)\s*[–—~～-]\s*(?=\d)")
TIME = re.compile(r"(?<![\d:])([01]?\d|2[0-4]):([0-5]\d)(?![\d:])")
NUMBER = re.compile(r"(\d+)(?:\.(\d+))?(\s*)(%?)")


def cardinal(number: int) -> str:
    """A number up to 9999 in hanzi: 12 is 十二, 105 is 一百零五."""
    if number < 10:
        return DIGITS[number]
    said, gap = "", False
    for place, digit in enumerate(reversed(str(number))):
        if digit == "0":
            gap = bool(said)
            continue
        between = "零" if gap and not said.startswith("零") else ""
        said, gap = DIGITS[int(digit)] + UNITS[place] + between + said, False
    return said.removeprefix("一") if 10 <= number < 20 else said


def by_digits(figures: str, digits: str = DIGITS) -> str:
    """Digit by digit, as order numbers and telephone numbers are read."""
    return "".join(digits[int(one)] for one in figures)


def in_words(text: str) -> str:
    """A text without figures."""
    text = text.translate(WIDE)
    text = DATE.sub(lambda found: _date(*found.groups()), text)
    text = TELEPHONE.sub(lambda found: _telephone(found[1]), text)
    text = EMERGENCY.sub(lambda found: by_digits(found[1], BY_TELEPHONE), text)
    text = ORDER.sub(lambda found: f"{found[1]}，{by_digits(found[2])}", text)
    text = RANGE.sub(r"\1到", text)
    text = TIME.sub(lambda found: _time(int(found[1]), int(found[2])), text)
    return NUMBER.sub(lambda found: _number(found, text), text)


def _date(year: str, month: str, day: str) -> str:
    return f"{by_digits(year)}年{cardinal(int(month))}月{cardinal(int(day))}日"


def _telephone(number: str) -> str:
    return "，".join(by_digits(part, BY_TELEPHONE) for part in number.split("-"))


def _time(hour: int, minute: int) -> str:
    said = ("两" if hour == 2 else cardinal(hour)) + "点"
    if minute == 0:
        return said
    if minute == 30:
        return said + "半"
    return said + ("零" if minute < 10 else "") + cardinal(minute) + "分"


def _number(found: re.Match[str], text: str) -> str:
    whole, rest, space, percent = found.groups()
    if len(whole) >= LONG or (len(whole) > 1 and whole[0] == "0"):
        said = by_digits(whole)
    elif whole == "2" and not rest and text[found.end() : found.end() + 1] in set(COUNTED):
        said = "两"
    else:
        said = cardinal(int(whole))
    if rest:
        said += "点" + by_digits(rest)
    # A figure stands apart from its measure on a screen, and not in speech.
    return ("百分之" if percent else "") + said + ("" if text[found.end() :][:1] else space)
