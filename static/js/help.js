// The help screen says aloud when its answer changes: somebody comes, or whom to ring up. What it
// said when it opened is the page's own word. Knows window.yizhan (speech.js), if it is there.
(() => {
  "use strict";
  const call = document.getElementById("call");
  const standing = () => call?.querySelector("[data-standing]")?.dataset;
  let known = standing()?.standing;

  document.addEventListener("htmx:after:swap", () => {
    const now = standing();
    if (!now || now.standing === known) return;
    known = now.standing;
    window.yizhan?.tell?.(now.tell);
  });
})();
