"""Every sentence for people has its English, and none stands where no translation finds it.

Chinese is written in the code and on the pages; what a person at a shell reads stays Chinese.
"""

import ast
import gettext
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.architecture.tree import ROOT, files, read

ENGLISH = Path("locale/en/LC_MESSAGES/messages.po")
HAN = re.compile(r"[\u3400-\u9fff]")
WIDE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
"""Hanzi and the punctuation that goes with them."""
PLACE = re.compile(r"%(?:\(\w+\))?[a-z%]")
MARKED = re.compile(r"""\b_\(\s*(?P<quote>["']).*?(?<!\\)(?P=quote)""", re.DOTALL)
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)

OWN_NAMES = {"中文"}
"""A language is named in itself."""
AT_A_SHELL = {
    "hub/doors_escrow.py", "hub/doors_stick.py",
    "hub/__main__.py", "hub/app.py", "hub/founding.py", "hub/staffing.py",
    "hub/backup.py", "hub/backup_file.py", "hub/backup_photos.py", "hub/collecting.py",
    "hub/doors_recovery.py",
    "hub/drill.py", "hub/keyfile.py", "hub/restoring.py", "hub/sheet.py",
    "kiosk/__main__.py", "kiosk/app.py", "kiosk/machine.py", "kiosk/serving.py",
    "kiosk/devices/control.py",
    "kiosk/pretend_page.py", "kiosk/speech/door.py",
}  # fmt: skip
"""Files whose unmarked sentences are read by whoever starts the program, there or in its log."""
MANDARIN = {f"kiosk/speech/{name}.py" for name in ("mandarin", "numbers", "prompts", "saying")}
"""How Mandarin is said aloud: of that tongue, and shown nowhere."""
FOR_THE_DESK = {
    *("触摸屏旁", "触摸屏旁，请看一眼是不是本人"),
    *("尾号 ", "已挂失，尾号 ", "已停用，尾号 ", " 第 ", " 号"),
}
"""Kept for the keeper, whose desk is Chinese, whatever language the resident reads."""
WRITTEN_BY_PEOPLE = {"元", "号楼", "幢", "栋", "弄", "号", "楼"}
"""Looked for in what people wrote."""
WEB = ("hub", "kiosk", "yizhan/services")
WEB_CORE = (
    "dates",
    "folding",
    "languages",
    "lunar",
    "noticeboard",
    "setting_words",
    "web",
    "record",
    "registry",
    "view",
    "writing",
)


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What stands in the code and on the pages now, as `make messages` finds it."""
    found = tmp_path_factory.mktemp("messages") / "messages.pot"
    subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract", "--omit-header",
         "--mapping-file=babel.cfg", "--keyword=N_", f"--output-file={found}", "."],
        cwd=ROOT, check=True,
    )  # fmt: skip
    return read_po(io.BytesIO(found.read_bytes()))


@cache
def english() -> Catalog:
    """The English as it is written."""
    return read_po(io.BytesIO((ROOT / ENGLISH).read_bytes()), locale="en")


def sentences(catalog: Catalog) -> dict[str, str]:
    """The sentences of a catalogue, each with its translation."""
    return {str(one.id): str(one.string or "") for one in catalog if one.id}


def test_the_sentences_are_found(collected: Catalog) -> None:
    on_a_page, refused, set_aside = "请刷卡", "请选一家单位", "这个号已经取消了"
    assert {on_a_page, refused, set_aside} <= sentences(collected).keys()


def test_every_sentence_has_its_english_and_no_english_is_left_over(collected: Catalog) -> None:
    in_english = sentences(english())
    assert sentences(collected).keys() - in_english.keys() == set(), "run `make messages`"
    assert in_english.keys() - sentences(collected).keys() == set(), "run `make messages`"
    assert list(english().obsolete) == []
    assert [said for said, english in in_english.items() if not english.strip()] == []
    assert [one.id for one in english() if one.id and one.fuzzy] == []


def test_every_translation_is_english_and_keeps_its_places() -> None:
    wrong = [
        (chinese, said)
        for chinese, said in sentences(english()).items()
        if sorted(PLACE.findall(chinese)) != sorted(PLACE.findall(said)) or WIDE.search(said)
    ]
    assert wrong == []


def test_the_english_compiles_and_is_found_by_gettext() -> None:
    assert [str(error) for _message, errors in english().check() for error in errors] == []
    compiled = io.BytesIO()
    write_mo(compiled, english())
    compiled.seek(0)
    assert gettext.GNUTranslations(compiled).gettext("返回") == "Back"


def unmarked_on(page: str) -> Iterator[str]:
    """Chinese of a page that no translation finds."""
    for found in WIDE.findall(MARKED.sub("", COMMENT.sub("", page))):
        if found not in OWN_NAMES:
            yield found


@pytest.mark.parametrize("page", files("*.html", "templates"), ids=str)
def test_no_chinese_stands_on_a_page_untranslated(page: Path) -> None:
    assert list(unmarked_on(read(page))) == []


def unmarked_in(code: str) -> Iterator[tuple[int, str]]:
    """Chinese strings of a module, with their lines, that are neither marked nor a docstring."""
    tree = ast.parse(code)
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            skipped.add(id(node.value))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            skipped |= {id(one) for one in node.args} if node.func.id in ("_", "N_") else set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in skipped:
            continue
        if isinstance(node.value, str) and HAN.search(node.value):
            yield node.lineno, node.value


def web_modules() -> list[Path]:
    """Where sentences for a page are made."""
    core = [Path(f"yizhan/{name}.py") for name in WEB_CORE]
    return [
        path for path in (*files("*.py", *WEB), *core) if str(path) not in AT_A_SHELL | MANDARIN
    ]


def test_no_chinese_stands_in_the_code_of_the_pages_untranslated() -> None:
    found = [
        f"{path}:{line}: {text}"
        for path in web_modules()
        for line, text in unmarked_in(read(path))
        if text not in FOR_THE_DESK | WRITTEN_BY_PEOPLE
    ]
    assert found == []


def test_the_search_sees_what_is_not_marked() -> None:
    assert list(unmarked_on('<p>{{ _("号") }} 号 {# 号 #}</p>')) == ["号"]
    assert list(unmarked_in('"""说明"""\na = "甲"\nb = _("乙")\nc = f"丙{a}"')) == [
        (2, "甲"),
        (4, "丙"),
    ]


SCRIPT_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", re.DOTALL)


@pytest.mark.parametrize("script", files("*.js", "static/js"), ids=str)
def test_no_chinese_stands_in_a_script(script: Path) -> None:
    """What a script says stands on the page that loads it, where a translation finds it."""
    assert HAN.findall(SCRIPT_COMMENT.sub("", read(script))) == []


def test_what_is_to_be_translated_is_chinese(collected: Catalog) -> None:
    """English left in the code would stand on a Chinese page, with a translation to itself."""
    letters = re.compile(r"[A-Za-z]{2,}")
    english_left = [
        said
        for said in sentences(collected)
        if not WIDE.search(said) and letters.search(PLACE.sub("", said))
    ]
    assert english_left == []
