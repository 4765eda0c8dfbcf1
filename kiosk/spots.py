"""Which services have a picture of their own: static/img/spots.svg, by the name of their icon.

A pack names icons and knows nothing of pictures; where there is one, the tile shows it instead.
"""

import re
from functools import cache

from yizhan.web import ROOT

DRAWN = re.compile(r'<symbol id="([a-z0-9-]+)"')


@cache
def drawn() -> frozenset[str]:
    """The icons that are drawn as a picture."""
    return frozenset(DRAWN.findall((ROOT / "static/img/spots.svg").read_text("utf-8")))
