"""`python -m kiosk speech`: renders the fixed prompts, and speaks a sentence to try it."""

from pathlib import Path

import click

from kiosk.speech import assets, saying
from kiosk.speech.clips import Phrase, fixed_name
from kiosk.speech.rendering import Ended, Renderer
from yizhan.errors import Refusal

TELL_EVERY = 25
PACK = Path("deploy/sample")
VOICE = click.option(
    "--voice", type=click.Choice(list(assets.VOICES)), default="woman", show_default=True,
    help="女声还是男声",
)  # fmt: skip


@click.group()
def speech() -> None:
    """触摸屏的声音。"""


@speech.command()
@VOICE
@click.option(
    "--pack", type=click.Path(path_type=Path), default=PACK, show_default=True,
    help="数据包的目录：服务的名字、介绍、价钱都先念好",
)  # fmt: skip
def render(voice: str, pack: Path) -> None:
    """把固定的提示语先念好，存起来；已经有的不再念。"""
    from kiosk.speech import prompts

    home = assets.folder()
    renderer = _renderer(home)
    folder = home / "clips"
    folder.mkdir(exist_ok=True)
    missing = [
        (phrase, path)
        for one in prompts.prompts(pack)
        for phrase in [Phrase(one.text, "zh", assets.VOICES[voice]["zh"])]
        for path in [folder / f"{fixed_name(phrase)}.ogg"]
        if not path.exists()
    ]
    seconds = 0.0
    for done, (phrase, path) in enumerate(missing, 1):
        seconds += float(renderer.render(phrase, path).get("seconds", 0))
        if done % TELL_EVERY == 0 or done == len(missing):
            click.echo(f"{done}/{len(missing)}，共 {seconds:.0f} 秒的声音")
    renderer.end()
    (home / assets.PROMPTED).touch()
    click.echo(f"固定的提示语都在 {folder}")


@speech.command()
@VOICE
@click.option("--to", type=click.Path(path_type=Path), required=True, help="写到哪个文件（.ogg）")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.argument("words", nargs=-1, required=True)
def say(voice: str, to: Path, language: str, words: tuple[str, ...]) -> None:
    """念一句话，写成文件，听听看。"""
    text = "，".join(saying.phrases(" ".join(words), language))
    renderer = _renderer(assets.folder())
    said = renderer.render(Phrase(text, language, assets.VOICES[voice][language]), to.absolute())
    renderer.end()
    if not said.get("bytes"):
        raise Refusal("没有念成：%(why)s", why=said.get("error", "没有可以念的"))
    click.echo(f"{to}：{said['seconds']:.1f} 秒，{said['bytes']} 字节，用了 {said['took']:.1f} 秒")


def _renderer(home: Path) -> Renderer:
    """The natural voice. Raises Refusal where it is not there."""
    if not assets.ready(home):
        raise Refusal("声音还没有取来：先运行 make speech")
    try:
        renderer = Renderer(home)
        if renderer.greet() == "kokoro":
            return renderer
    except Ended as error:
        raise Refusal("声音没有起来：%(why)s", why=error) from error
    renderer.end()
    raise Refusal("声音没有起来：再运行一次 make speech")
