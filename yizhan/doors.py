"""How every door of the command line says what went wrong: one sentence on stderr, one code.

Codes after sysexits.h: 65 refused (ask otherwise), 75 unreachable (try later), 70 damaged
(stop and look), 2 the command was written wrongly.
"""

import sys
from typing import Any, NoReturn

import click

from yizhan.errors import Corrupt, Refusal, Unreachable

MISWRITTEN, REFUSED, DAMAGED, LATER, INTERRUPTED = 2, 65, 70, 75, 130


class Door(click.Group):
    """A group of commands whose errors become one sentence and an exit code."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command; this is where every error of it ends."""
        kwargs["standalone_mode"] = False
        try:
            super().main(*args, **kwargs)
        except (click.Abort, KeyboardInterrupt):
            leave("已中断，没有做完", INTERRUPTED)
        except click.ClickException as error:
            leave(f"命令写得不对：{error.format_message()}（加 --help 看写法）", MISWRITTEN)
        except Refusal as error:
            leave(str(error), REFUSED)
        except Unreachable as error:
            leave(f"{error}。请稍后再试", LATER)
        except Corrupt as error:
            leave(str(error), DAMAGED)


def leave(sentence: str, code: int) -> NoReturn:
    """Say why on stderr, in one line, and end."""
    click.echo(" ".join(sentence.split()), err=True)
    sys.exit(code)
