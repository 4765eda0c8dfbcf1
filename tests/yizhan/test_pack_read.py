"""A pack with one mistake is refused, with its place and what to do; a spreadsheet's is none."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from yizhan.errors import Refusal
from yizhan.pack import read_pack

SAMPLE = Path(__file__).parents[2] / "deploy" / "sample"
FILES = sorted(path.name for path in SAMPLE.iterdir() if path.suffix in (".csv", ".toml"))

AGAIN = "。请改正后重新装入"
EMPTY = "一栏没有写，应当写："
FILL = "。请补上后重新装入"
FEN = "应当写：以分为单位的整数，最小到角：2 元写 200，免费写 0" + AGAIN
NO_CODE = " 里没有这个代码：请改正，或者先在那里加上"
ONE_OF = "一栏没有人认识：请改成 "

Edit = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the sample pack, to make mistakes in."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "pack"))


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Replaces a text that stands in a file of the copy, at its first place."""

    def replace(file: str, old: str, new: str) -> None:
        text = (folder / file).read_bytes().decode("utf-8")
        assert old in text
        (folder / file).write_bytes(text.replace(old, new, 1).encode("utf-8"))

    return replace


def refused(folder: Path) -> str:
    """The sentence with which a pack is refused."""
    with pytest.raises(Refusal) as caught:
        read_pack(folder)
    return str(caught.value)


def test_there_is_no_such_folder(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    assert refused(nowhere) == f"没有 {nowhere} 这个文件夹：请检查资料包的位置"


@pytest.mark.parametrize("file", FILES)
def test_a_file_is_missing(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert refused(folder) == f"读不到文件 {file}：资料包里每一份都要有，请照示例补上"


@pytest.mark.parametrize("file", [name for name in FILES if name.endswith(".csv")])
def test_a_spreadsheet_was_saved_in_the_old_chinese_encoding(folder: Path, file: str) -> None:
    path = folder / file
    path.write_bytes(path.read_text("utf-8-sig").encode("gb18030"))
    saved = "请在表格软件里另存为“CSV UTF-8”，再重新装入"
    assert refused(folder) == f"{file} 不是 UTF-8 文字：{saved}"


def test_a_text_file_was_saved_in_the_old_chinese_encoding(folder: Path) -> None:
    path = folder / "network.toml"
    path.write_bytes(path.read_text("utf-8").encode("gb18030"))
    assert refused(folder) == (
        "network.toml 不是 UTF-8 文字：请在记事本里另存为“UTF-8”，再重新装入"
    )


IN_SHEETS = {
    "a column that nobody knows": (
        ("partners.csv", "code,name", "code,nmae"),
        f"partners.csv 表头“nmae”{ONE_OF}code、name、sector、capabilities、contact、phone、sample"
        " 之一，或者删掉",
    ),
    "a column that is gone": (
        ("scenes.csv", "capacity,hours,fee", "capacity,fee"),
        "scenes.csv 表头“hours”一栏不见了：请补上",
    ),
    "a column that stands there twice": (
        ("instructors.csv", "available,phone,sample", "available,phone,phone"),
        "instructors.csv 表头“phone”一栏重复了：只留一栏",
    ),
    "a required cell is empty": (
        ("partners.csv", "徐阿平", ""),
        f"partners.csv 第 2 行“contact”{EMPTY}一个短名字，最多 16 个字{FILL}",
    ),
    "a comma too many": (
        ("partners.csv", "徐阿平", "徐,阿平"),
        "partners.csv 第 2 行比表头多出了格子（“是”）：请删掉，或者给带逗号的文字加上引号",
    ),
    "a quotation mark without its partner": (
        ("partners.csv", "徐阿平", '"徐阿平'),
        "partners.csv 第 33 行附近的引号不成对：请检查，或者用表格软件重新保存",
    ),
    "a sample mark that is neither 是 nor empty": (
        ("partners.csv", "0580-5550011,是", "0580-5550011,示例"),
        "partners.csv 第 2 行“sample”一栏写的是“示例”，应当写：“是”，或者空着" + AGAIN,
    ),
    "a code used twice": (
        ("partners.csv", "p02", "p01"),
        "partners.csv 第 3 行“code”一栏写的“p01”已经在第 2 行用过了：请换一个",
    ),
    "a code with a capital": (
        ("partners.csv", "p01", "P01"),
        "partners.csv 第 2 行“code”一栏写的是“P01”，应当写：一个代码：小写英文字母开头，"
        "只用字母、数字和连字符，例如 mend" + AGAIN,
    ),
    "a telephone that is no number": (
        ("partners.csv", "0580-5550011", "问徐师傅"),
        "partners.csv 第 2 行“phone”一栏写的是“问徐师傅”，应当写：一个电话号码，只用数字和连字符"
        + AGAIN,
    ),
    "a partner that can do what no menu offers": (
        ("partners.csv", "repair;craft", "repair;craftt"),
        "partners.csv 第 3 行“capabilities”一栏写了“craftt”，services.toml" + NO_CODE,
    ),
    "a scene at a station that does not exist": (
        ("scenes.csv", "共享书吧,zhongda", "共享书吧,zhongdaa"),
        "scenes.csv 第 2 行“station”一栏写了“zhongdaa”，network.toml" + NO_CODE,
    ),
    "a scene that nobody known manages": (
        ("scenes.csv", "p15", "p99"),
        "scenes.csv 第 2 行“manager”一栏写了“p99”，partners.csv" + NO_CODE,
    ),
    "a fee in words": (
        ("agency_items.csv", ",0,15,是", ",免费,15,是"),
        "agency_items.csv 第 2 行“fee_fen”一栏写的是“免费”，" + FEN,
    ),
    "a cost in yuan": (
        ("resources.csv", ",1000,", ",10.00,"),
        "resources.csv 第 12 行“cost_fen”一栏写的是“10.00”，" + FEN,
    ),
    "a day that is not in the calendar": (
        ("resources.csv", "2026-11-03", "2026-11-31"),
        "resources.csv 第 2 行“verified_on”一栏写的是“2026-11-31”，"
        "应当写：一个日期，例如 2026-11-03" + AGAIN,
    ),
    "a kind of resource that does not exist": (
        ("resources.csv", "space-01,space", "space-01,room"),
        "resources.csv 第 2 行“kind”一栏写的是“room”，应当写：space（空间）、facility（设施）、"
        "service（服务）、person（人）、goods（物资）之一" + AGAIN,
    ),
    "a card whose zeros a spreadsheet ate": (
        ("cast.csv", "0003887558", "3887558"),
        "cast.csv 第 2 行“card”一栏写的是“3887558”，应当写：卡面上的 10 位数字，前面的 0 不能少"
        "（请先把这一栏设成文本格式）" + AGAIN,
    ),
    "a card that two people hold": (
        ("cast.csv", "0003909740", "0003887558"),
        "cast.csv 第 3 行“card”一栏写的“0003887558”已经在第 2 行用过了：请换一个",
    ),
}
STATION, MEND = "第 1 段 [[station]]（zhongda）", "第 1 段 [[service]]（mend）"
IN_TABLES = {
    "a tile that no service stands behind": (
        ("network.toml", '"mend", "repair"', '"mennd", "repair"'),
        f"network.toml {STATION}“tiles”一栏写了“mennd”，services.toml" + NO_CODE,
    ),
    "a tile twice": (
        ("network.toml", '"mend", "repair"', '"repair", "repair"'),
        f"network.toml {STATION}“tiles”一栏里“repair”写了两次：请删掉一个",
    ),
    "no tiles at all": (
        ("network.toml", '["agency", "repair", "clinic"]', "[]"),
        "network.toml 第 7 段 [[station]]（taohua）“tiles”一栏写的是“”，应当写："
        '1 到 6 个服务的代码，按首页的次序写，例如 ["mend", "repair"]' + AGAIN,
    ),
    "a station number used twice": (
        ("network.toml", "number = 2", "number = 1"),
        "network.toml 第 2 段 [[station]]（xiaopuwan）“number”一栏写的“1”已经在"
        f"{STATION}用过了：请换一个",
    ),
    "a tier that does not exist": (
        ("network.toml", 'tier = "core"', 'tier = "hub"'),
        f"network.toml {STATION}“tier”一栏写的是“hub”，应当写：core（枢纽型）、"
        "enhanced（增强型）、basic（基础型）三个里的一个" + AGAIN,
    ),
    "a sample mark in quotation marks": (
        ("network.toml", "sample = true", 'sample = "是"'),
        "network.toml 第 5 段 [[station]]（chenguang）“sample”一栏写的是“是”，"
        "应当写：true 或者 false" + AGAIN,
    ),
    "a table that nobody knows": (
        ("network.toml", "[network]", "[netwrok]"),
        f"network.toml“netwrok”{ONE_OF}network、station 之一，或者删掉",
    ),
    "a table that is none": (
        ("network.toml", "[network]", "[[network]]"),
        "network.toml [network]要写成一段，一行一栏：请照示例改",
    ),
    "a network without its name": (
        ("network.toml", 'hub = "沈家门街道党群服务中心"', ""),
        f"network.toml [network]“hub”{EMPTY}一段文字，最多 300 个字，不能空着{FILL}",
    ),
    "TOML that is none": (
        ("network.toml", 'code = "shenjiamen"', "code = shenjiamen"),
        "network.toml 的第 9 行第 8 个字写得不对：请检查那里的引号、等号和方括号",
    ),
    "a price in yuan": (
        ("services.toml", "price_fen = 200", "price_fen = 2.0"),
        f"services.toml {MEND} 第 1 段 [[jobs]]（button）“price_fen”一栏写的是“2.0”，" + FEN,
    ),
    "two yuan written as two fen": (
        ("services.toml", "price_fen = 200", "price_fen = 2"),
        f"services.toml {MEND} 第 1 段 [[jobs]]（button）“price_fen”一栏写的是“2”，" + FEN,
    ),
    "a field of another flow": (
        ("services.toml", "roster = ", "price = "),
        f"services.toml {MEND}“price”{ONE_OF}code、name、name_en、spoken、spoken_en、icon、"
        "audience、sample、roster、roster_en、jobs 之一，或者删掉",
    ),
    "a flow that no screen knows": (
        ("services.toml", 'flow = "ticket"', 'flow = "queue"'),
        f"services.toml {MEND}“flow”一栏应当写：ticket、order、info 之一" + AGAIN,
    ),
    "a flow that is a list": (
        ("services.toml", 'flow = "ticket"', 'flow = ["ticket"]'),
        f"services.toml {MEND}“flow”一栏应当写：ticket、order、info 之一" + AGAIN,
    ),
    "a job twice": (
        ("services.toml", 'code = "tear"', 'code = "button"'),
        f"services.toml {MEND}“jobs”一栏里“button”写了两次：请删掉一个",
    ),
    "a name too long for a tile": (
        ("services.toml", 'name = "缝补"', 'name = "暖心缝补角"'),
        f"services.toml {MEND}“name”一栏写的是“暖心缝补角”，应当写：2 到 4 个汉字，"
        "因为要用大字写在首页上" + AGAIN,
    ),
    "a place that is neither her home nor the station": (
        ("services.toml", 'places = ["home", "station"]', 'places = ["street"]'),
        "services.toml 第 3 段 [[service]]（repair）“places”一栏写的是“street”，应当写："
        "做事的地方：home（上门）、station（拿到站里），至少写一个" + AGAIN,
    ),
}
MISTAKES = IN_SHEETS | IN_TABLES


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_refused_with_its_place_and_what_to_do(
    folder: Path, edit: Edit, mistake: str
) -> None:
    change, sentence = MISTAKES[mistake]
    edit(*change)
    assert refused(folder) == sentence


def test_a_menu_without_any_service_is_refused(folder: Path) -> None:
    (folder / "services.toml").write_text("service = 1\n", "utf-8")
    assert refused(folder) == ("services.toml：service 要写成一段或几段 [[service]]，请照示例改")


def test_a_service_without_any_job_is_refused(folder: Path) -> None:
    path = folder / "services.toml"
    service = path.read_text("utf-8").partition("[[service.jobs]]")[0]
    path.write_text(service + "jobs = []\n", "utf-8")
    assert refused(folder) == (f"services.toml {MEND}：jobs 要写成一段或几段 [[jobs]]，请照示例改")


def test_a_wrong_value_is_not_repeated_at_length(folder: Path, edit: Edit) -> None:
    edit("partners.csv", "0580-5550011", "电" * 400)
    assert f"“{'电' * 20}…”" in refused(folder)


def test_what_a_spreadsheet_program_does_to_a_file_is_no_mistake(folder: Path, edit: Edit) -> None:
    edit("resources.csv", "2026-11-03", "2026/11/3")
    edit("partners.csv", "repair;craft", " repair； craft ;")
    edit("partners.csv", "contact,phone,sample", "contact,phone,sample,,")
    edit("scenes.csv", "\r\n", "\r\n,,,,,,,,,,\r\n\r\n")
    assert read_pack(folder) == read_pack(SAMPLE)


def test_rows_are_counted_as_a_spreadsheet_shows_them(folder: Path, edit: Edit) -> None:
    edit("partners.csv", "\r\n", "\r\n\r\n")
    edit("partners.csv", "海风家电维修部", '"海风\n家电维修部"')
    edit("partners.csv", "0580-5550012,是", "0580-5550012,对")
    assert refused(folder).startswith("partners.csv 第 4 行“sample”一栏")


def test_a_pack_may_leave_out_columns_and_rows_that_it_does_not_need(folder: Path) -> None:
    partners, scenes = folder / "partners.csv", folder / "scenes.csv"
    partners.write_text("code,name,sector,contact,phone\nxin,新邻社,社会组织,某人,12345\n", "utf-8")
    scenes.write_text(scenes.read_text("utf-8-sig").splitlines()[0] + "\n", "utf-8")
    found = read_pack(folder)
    (partner,) = found.partners
    assert (partner.code, partner.capabilities, partner.sample) == ("xin", (), False)
    assert found.scenes == ()
