// A live page says so when it is not live any more: the hub does not answer, the list is old.
// On a phone the bar of pages scrolls: where one is now stands in sight.
// Knows htmx's events and the bar; knows no page.
(() => {
  "use strict";
  document.querySelector(".masthead nav [aria-current]")
    ?.scrollIntoView({ block: "nearest", inline: "center" });

  const MISSED_MAX = 2;
  let missed = 0;

  const word = () => document.querySelector(".gone-quiet");

  const heard = () => {
    missed = 0;
    if (word()) word().hidden = true;
  };

  const failed = () => {
    missed += 1;
    if (missed > MISSED_MAX && word()) word().hidden = false;
  };

  document.addEventListener("htmx:after:request", (event) => {
    const status = event.detail?.ctx?.response?.status ?? 0;
    if (status >= 200 && status < 400) heard(); else failed();
  });
  document.addEventListener("htmx:error", failed);
})();
