"""The three kinds of error. Each answers the only question that matters: what can be done now?

A Refusal goes to a person and says what to do. Unreachable means: try again later. Corrupt
means: stop and say so. Nothing here knows a screen, a language or a device.
"""


def N_(message: str) -> str:
    """Mark a sentence for translation where it is written; it is translated where it is shown."""
    return message


class Refusal(Exception):
    """What was asked cannot be done, and why, in a sentence for the person who asked.

    `message` is a Chinese gettext msgid; `values` fill its %(name)s places after translation.
    """

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message % values if values else message)
        self.message = message
        self.values = values


class Unreachable(Exception):
    """Something outside (the hub, a port) does not answer now; trying again later may help."""


class Corrupt(Exception):
    """Bytes that we rely on are not what they must be; going on would make it worse."""
