// Where one can go from the screen that is shown: its links, and the buttons of its forms.
() => {
  const seen = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && one.getBoundingClientRect().width > 1;
  const says = (one) => (one.innerText || one.getAttribute("aria-label") || "").trim();
  const path = (address) => { const url = new URL(address, location); return url.pathname + url.search; };
  return {
    here: location.pathname + location.search,
    title: (document.querySelector("h1")?.textContent || document.title).trim().replace(/\s+/g, " "),
    language: document.documentElement.lang,
    links: [...document.querySelectorAll("a[href]")].filter(seen).map((one) => path(one.href)),
    buttons: [...document.querySelectorAll("button")].map((one, index) => ({
      index, says: says(one), name: one.name, value: one.value,
      sends: one.type === "submit" && !!one.form && !one.disabled && seen(one),
      action: one.form ? path(one.getAttribute("formaction") || one.form.getAttribute("action") || location) : "",
    })).filter((one) => one.sends),
  };
}
