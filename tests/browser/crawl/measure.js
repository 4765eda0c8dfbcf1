// What an eye and a finger meet on the screen that is shown, in CSS pixels; judge.py judges it.
// One call a screen. Ink is where a hanzi's strokes are: the line's box is taller than that.
() => {
  const dialogs = document.querySelectorAll("dialog[open]");
  const root = dialogs[dialogs.length - 1] || document.body;
  const SLACK = 1;
  const VISIBLE = { opacityProperty: true, visibilityProperty: true };
  const seen = (one) => one.checkVisibility(VISIBLE) && !one.closest(".unseen")
    && one.getBoundingClientRect().width > 1;
  const says = (one) => (one.innerText || "").trim().replace(/\s+/g, " ").slice(0, 40)
    || one.getAttribute("aria-label") || `<${one.tagName.toLowerCase()}>`;
  const MAIN = ".tile, .face, .keypad .button, .button.go";

  const targets = [...root.querySelectorAll(
    "a[href], button, select, textarea, summary, input:not([type=hidden]), [role=button], audio[controls]",
  )].filter(seen).map((one) => {
    const r = one.getBoundingClientRect();
    return { says: says(one), x: r.x, y: r.y, w: r.width, h: r.height, main: one.matches(MAIN) };
  });

  // How high a capital is, as a part of the em, in the font of an element.
  const pen = document.createElement("canvas").getContext("2d");
  const heights = new Map();
  const capital = (style) => {
    const font = `${style.fontWeight} 100px ${style.fontFamily}`;
    if (!heights.has(font)) {
      pen.font = font;
      heights.set(font, pen.measureText("H").actualBoundingBoxAscent / 100);
    }
    return heights.get(font);
  };

  const isBox = (style) => ["Top", "Right", "Bottom", "Left"].every((side) =>
    parseFloat(style[`border${side}Width`]) > 0 && style[`border${side}Style`] !== "none")
    || !["rgba(0, 0, 0, 0)", "transparent"].includes(style.backgroundColor);
  const beyond = (ink, box) => Math.max(box.left - ink.left, ink.right - box.right,
    box.top - ink.top, ink.bottom - box.bottom);
  const inkOf = (line, em) => {
    const middle = (line.top + line.bottom) / 2 + 0.056 * em;
    return { left: line.left, right: line.right, top: middle - 0.46 * em, bottom: middle + 0.46 * em };
  };

  const texts = [], cut = [];
  const screenBox = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  const complain = (one, how, by) => {
    if (by > SLACK) cut.push({ says: says(one), how, by });
  };
  const within = (one, ink) => {
    complain(one, "reaches out of the screen", beyond(ink, screenBox));
    for (let box = one; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (style.display === "inline" || style.display === "contents") continue;
      const clips = style.overflowX !== "visible" || style.overflowY !== "visible";
      if (!clips && !isBox(style)) continue;
      const r = box.getBoundingClientRect();
      complain(one, `${clips ? "is clipped by" : "overflows"} ${name(box)}`, beyond(ink, r));
    }
  };
  const name = (one) => one.tagName.toLowerCase() + [...one.classList].map((c) => `.${c}`).join("");
  // What is painted over a text: an element of another branch with a ground or a picture.
  const paints = (one) => ["IMG", "svg", "CANVAS", "VIDEO"].includes(one.tagName)
    || isBox(getComputedStyle(one));
  const covered = (one, ink) => {
    const x = (ink.left + ink.right) / 2, y = (ink.top + ink.bottom) / 2;
    for (const top of document.elementsFromPoint(x, y)) {
      if (top === one || top.contains(one) || one.contains(top)) return;
      if (paints(top)) complain(one, `is covered by ${name(top)}`, SLACK + 1);
    }
  };
  const inks = [];
  const overlap = (one, ink) => {
    for (const [other, there] of inks) {
      const wide = Math.min(ink.right, there.right) - Math.max(ink.left, there.left);
      const high = Math.min(ink.bottom, there.bottom) - Math.max(ink.top, there.top);
      if (other !== one && wide > SLACK) complain(one, `runs into “${says(other)}”`, high);
    }
    inks.push([one, ink]);
  };

  for (const one of root.querySelectorAll("*")) {
    const nodes = [...one.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
    if (!nodes.length || ["SCRIPT", "STYLE", "OPTION"].includes(one.tagName) || !seen(one)) continue;
    const style = getComputedStyle(one), em = parseFloat(style.fontSize);
    const words = nodes.map((node) => node.data).join(" ");
    texts.push({
      says: words.trim().replace(/\s+/g, " ").slice(0, 40), em, capital: em * capital(style),
      hanzi: one.closest("[lang]")?.lang.startsWith("zh") ?? true,
    });
    for (const node of nodes) {
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const line of range.getClientRects()) {
        if (line.width < 1) continue;
        const ink = inkOf(line, em);
        within(one, ink);
        covered(one, ink);
        overlap(one, ink);
      }
    }
    if (style.overflowX !== "visible") {
      complain(one, "is cut short", one.scrollWidth - one.clientWidth);
    }
  }

  // A card or a tile stands within what lies between the edges of the screen.
  const main = document.querySelector("main");
  for (const one of root === document.body && main ? main.querySelectorAll("*") : []) {
    if (!seen(one) || !isBox(getComputedStyle(one))) continue;
    complain(one, `(${name(one)}) reaches out of the page's middle`,
      beyond(one.getBoundingClientRect(), main.getBoundingClientRect()));
  }

  const page = document.scrollingElement;
  complain(document.body, "scrolls down", page.scrollHeight - innerHeight);
  complain(document.body, "scrolls sideways", page.scrollWidth - innerWidth);
  for (const one of root.querySelectorAll("*")) {
    const style = getComputedStyle(one);
    const scrolls = ["auto", "scroll"];
    if (scrolls.includes(style.overflowY)) complain(one, "scrolls", one.scrollHeight - one.clientHeight);
    if (scrolls.includes(style.overflowX)) complain(one, "scrolls", one.scrollWidth - one.clientWidth);
  }

  const ruler = document.createElement("div");
  ruler.style.cssText = "position:absolute;visibility:hidden;width:calc(100 * var(--mm))";
  root.append(ruler);
  const millimetre = ruler.getBoundingClientRect().width / 100;
  ruler.remove();
  const large = document.documentElement.dataset.text === "large";
  return { targets, texts, cut, millimetre, large };
}
