"""How codes are called, read from the registers when a sentence needs it."""

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
        return window.name if window else code

    def service(self, code: str) -> str:
        """A service's name."""
        found = menu.service(self._db, code)
        return in_language(found) if found else code


def in_language(service: menu.Service) -> str:
    """A service's name in the language of the page that is made, Chinese where there is none."""
    english = str(get_locale()).startswith("en")
    return service.name_en if english and service.name_en else service.name
