"""How codes are called, read from the registers when a sentence needs it."""

import msgspec
from flask_babel import get_locale

from kiosk import menu
from yizhan.db import Db


class Register:
    """Names by code from the registers of this station."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def partner(self, code: str) -> str:
        """A partner's name."""
        return menu.partner_name(self._db, code)

    def window(self, service: str, code: str) -> str:
        """A window's name; what is no code is already a name."""
        found = menu.service(self._db, service)
        window = found.window(code) if found else None
        return in_language(window) if window else code

    def service(self, code: str) -> str:
        """A service's name."""
        found = menu.service(self._db, code)
        return in_language(found) if found else code


def told(service: menu.Service | None) -> menu.Service | None:
    """A service with all that it says in the language of the page that is made."""
    if service is None:
        return None
    said = {field: in_language(service, field) for field in menu.TOLD}
    return msgspec.structs.replace(service, **said)


def in_language(one: menu.Service | menu.Pick, field: str = "name") -> str:
    """A name or a sentence of the pack in the language of the page that is made.

    Chinese where the pack has no English for it.
    """
    english = getattr(one, f"{field}_en", "") if str(get_locale()).startswith("en") else ""
    return str(english or getattr(one, field))
