"""The door of a station: `python -m kiosk`."""

from pathlib import Path

import click

from kiosk.room import THEMES
from kiosk.speech.door import speech
from yizhan.doors import Door

DATA = click.option(
    "--data",
    required=True,
    type=click.Path(path_type=Path),
    help="站点的数据目录",
)


@click.group(cls=Door)
def cli() -> None:
    """驿站的触摸屏和站长台。"""


@cli.command()
@DATA
@click.option("--listen", default="127.0.0.1:8001", show_default=True, help="触摸屏，只能在本机")
@click.option("--desk", default="127.0.0.1:8002", show_default=True, help="站长台")
@click.option("--pretend", is_flag=True, help="没有读卡器和打印机时，用软件假装")
@click.option("--card", default="/dev/ttyCARD", show_default=True, help="读卡器的串口")
@click.option("--idcard", default="", help="身份证读卡器的串口；没有就不写")
@click.option("--printer", default="/dev/ttyPRINTER", show_default=True, help="打印机的串口")
@click.option("--printer-baud", default=9600, show_default=True, help="打印机的波特率")
@click.option("--inches", default=10.1, show_default=True, help="屏幕的对角线，英寸")
@click.option(
    "--portrait/--landscape", default=None, help="屏幕竖着还是横着装；不写：20 英寸起竖装"
)
@click.option("--distance", default=0, help="眼睛离屏幕多远，厘米；不写：13 英寸以下 50，以上 60")
@click.option(
    "--theme", default="day", type=click.Choice(THEMES), help="平时的样子", show_default=True
)
@click.option("--wall-inches", default=43.0, show_default=True, help="墙上大屏的对角线，英寸")
@click.option("--wall-metres", default=5.0, show_default=True, help="墙上大屏要从多远看清，米")
@click.option("--help-seconds", default=45, show_default=True, help="叫人没人应，多少秒后显示电话")
@click.option("--card-stays", is_flag=True, help="卡一直放着才算在办；拿走就结束")
@click.option(
    "--sticks",
    default="/media",
    show_default=True,
    type=click.Path(path_type=Path),
    help="U盘挂在哪个目录下面；--pretend 时，数据目录里的 stick 文件夹也当作U盘",
)
def serve(
    data: Path,
    listen: str,
    desk: str,
    pretend: bool,
    card: str,
    idcard: str,
    printer: str,
    printer_baud: int,
    inches: float,
    portrait: bool | None,
    distance: int,
    theme: str,
    wall_inches: float,
    wall_metres: float,
    help_seconds: int,
    card_stays: bool,
    sticks: Path,
) -> None:
    """启动触摸屏和站长台，直到收到停止信号。"""
    from kiosk.room import Screen
    from kiosk.serving import Kiosk, told_to_end
    from yizhan.serving import keep_what_is_made

    told = told_to_end()
    kiosk = Kiosk(
        data,
        listen,
        desk,
        pretend=pretend,
        card_path=card,
        printer_path=printer,
        printer_baud=printer_baud,
        screen=Screen(
            inches=inches,
            portrait=portrait,
            distance_cm=distance,
            theme=theme,
            wall_inches=wall_inches,
            wall_metres=wall_metres,
            help_seconds=help_seconds,
            card_stays=card_stays,
        ),
        sticks=sticks,
        idcard_path=idcard,
    )
    keep_what_is_made()
    kiosk.start()
    click.echo(f"触摸屏 http://{listen}/ ，站长台 http://{desk}/")
    told.wait()
    kiosk.stop()


@cli.command()
@DATA
@click.option("--listen", required=True, help="练习的触摸屏")
@click.option("--desk", required=True, help="练习的站长台")
def practise(data: Path, listen: str, desk: str) -> None:
    """练习用的站，站长台的“练习”页会启动它；标准输入关上，它就结束。"""
    from kiosk.practice.running import until_left
    from kiosk.serving import Kiosk, told_to_end

    told = told_to_end()
    kiosk = Kiosk(data, listen, desk, pretend=True)
    if not kiosk.here.practice:
        raise click.UsageError(f"{data} 不是练习的数据")
    kiosk.start()
    until_left(told)
    kiosk.stop()


@cli.command()
@DATA
@click.argument("words", nargs=-1, required=True)
def pretend(data: Path, words: tuple[str, ...]) -> None:
    """按一下假装的设备上的按钮。

    \b
    card lay NUMBER    放上一张卡（卡面上的十位数字）
    card lift          拿走卡
    idcard lay NAME NUMBER  放上一张身份证；idcard lift 拿走
    card garbage N     读卡器发出 N 个乱码字节
    printer out | in   打印机没纸 | 装好纸
    printer show       看看打出来的小票
    cable pull ROLE    拔掉 card 或 printer 的线
    cable plug ROLE    插上
    """
    from kiosk.devices import control

    click.echo(control.send(data, list(words)))


cli.add_command(speech)


if __name__ == "__main__":
    cli()
