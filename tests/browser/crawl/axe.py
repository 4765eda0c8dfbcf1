"""What axe-core says of a page, and the few things of it that are explained.

Violations count, and so does what axe could not decide: each is explained below by a rule, a
selector and a reason, or it fails.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"

RUN = """async () => {
  const found = await axe.run(document, {
    resultTypes: ['violations', 'incomplete'],
    runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
                                    'best-practice']},
    rules: {'color-contrast-enhanced': {enabled: true}, 'target-size': {enabled: true}},
  });
  const told = (kind) => (one) => one.nodes.map((node) => ({
    kind, rule: one.id, html: node.html.slice(0, 160), target: node.target.join(' '),
    why: (node.any[0] || node.all[0] || node.none[0] || {message: one.help}).message}));
  return [...found.violations.flatMap(told('violation')),
          ...found.incomplete.flatMap(told('cannot tell'))];
}"""


@dataclass(frozen=True)
class Explained:
    """Something that axe cannot decide here, and why it is right all the same."""

    rule: str
    html: str
    why: str
    reason: str


EXPLAINED = (
    Explained(
        "label-content-name-mismatch",
        r'^<button class="round" type="submit" name="large"',
        "Unable to determine",
        "one hanzi is too short for axe; the name 大字 begins with the 大 that is seen",
    ),
)


def look_over(page: Page) -> list[str]:
    """What axe finds wrong with this page, or cannot tell, and nobody has explained."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    return [
        f"axe, {one['kind']}: {one['rule']}: {one['html']} ({one['why']})"
        for one in page.evaluate(RUN)
        if not any(_fits(known, one) for known in EXPLAINED)
    ]


def _fits(known: Explained, one: dict[str, str]) -> bool:
    return (
        one["kind"] == "cannot tell"
        and one["rule"] == known.rule
        and bool(re.search(known.html, one["html"]))
        and known.why in one["why"]
    )
