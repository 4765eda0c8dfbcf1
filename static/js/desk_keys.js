// The keeper's keyboard and her sums: a key presses the button that is marked data-key, and what
// goes back of the cash is reckoned while it is typed. The server reckons it again.
(() => {
  "use strict";

  const TYPED = "input:not([type=checkbox]):not([type=radio]), textarea, select";

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const key = event.key.toLowerCase();
    if (key !== "escape" && event.target.closest?.(TYPED)) return;
    if (key === "enter" && event.target.closest?.("a, button")) return;
    const found = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!found) return;
    event.preventDefault();
    found.click();
  });

  const cash = document.querySelector("[data-cash]");
  if (!cash) return;
  const { paid, given } = cash.elements;
  const change = cash.querySelector(".change");

  const reckon = () => {
    const back = Math.round((Number(given.value) - Number(paid.value)) * 100) / 100;
    const known = given.value.trim() !== "" && Number.isFinite(back);
    change.classList.toggle("short", known && back < 0);
    const said = back < 0 ? cash.dataset.short : cash.dataset.back;
    change.textContent = known ? said.replace("{}", String(Math.abs(back))) : "";
  };

  // What she gave is typed at once: digits find their field by themselves.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (/^[0-9.]$/.test(event.key) && !event.target.closest?.(TYPED)) given.focus();
  });

  cash.addEventListener("input", reckon);
  for (const note of cash.querySelectorAll("[data-note]")) {
    note.addEventListener("click", () => {
      given.value = note.dataset.note;
      reckon();
    });
  }
})();
