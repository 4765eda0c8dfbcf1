// The wall looks again every two seconds and changes only what differs, so that a new number
// moves once and nothing flickers. When nobody answers, it says so instead of showing old numbers
// as if they were new.
"use strict";

(() => {
  const EVERY_MS = 2000;
  const DEADLINE_MS = 5000;
  const MISSED_MAX = 3;
  const wall = document.getElementById("wall");
  const stale = document.getElementById("stale");
  let shown = "";
  let missed = 0;

  async function look() {
    try {
      const answer = await fetch(wall.dataset.now, { cache: "no-store", signal: AbortSignal.timeout(DEADLINE_MS) });
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      if (text !== shown) wall.innerHTML = text;
      shown = text;
      missed = 0;
    } catch {
      missed += 1;
    }
    stale.hidden = missed <= MISSED_MAX;
    setTimeout(look, EVERY_MS);
  }
  setTimeout(look, EVERY_MS);
})();
