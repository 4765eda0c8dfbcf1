// What the touchscreen needs beyond links and forms: cards that are laid, one tap for many, no way
// back into a visit that is over, and "are you still there?". Without it pages work by touch.
"use strict";

const body = document.body;
const SEEN = "yizhan.seen";
const RETRY_MS = 2000;
const LEAVE_MS = 1500;

// One tap for many: shaking hands tap twice. The server counts a form once all the same.
document.addEventListener("submit", (event) => {
  if (body.classList.contains("busy")) {
    event.preventDefault();
    return;
  }
  // Not before the form was gathered: a disabled or changed button would not be sent.
  setTimeout(() => body.classList.add("busy"), 0);
});
window.addEventListener("pageshow", () => body.classList.remove("busy"));

// One visit leaves no way back into it: links replace the page, the browser's cache of whole pages
// is not trusted, and a page of another visit that is gone back to leads home.
const visit = body.dataset.visit;
const before = history.state?.visit;
if (visit) history.replaceState({ visit }, "");
if (before && before !== visit && location.pathname !== "/") {
  body.hidden = true;
  location.replace("/");
}
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  body.hidden = true;
  location.reload();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || link.origin !== location.origin) return;
  event.preventDefault();
  location.replace(link.href);
});

// Where the station itself is gone, a page kept in the browser says so and begins anew by itself.
navigator.serviceWorker?.register("/worker.js").catch(() => {});

// A card was laid, or something is to be said about one.
const card = document.getElementById("card");
const notice = document.getElementById("notice");

function tell(title, say) {
  document.getElementById("notice-title").textContent = title;
  document.getElementById("notice-say").textContent = say;
  if (!notice.open) notice.showModal();
}
document.getElementById("notice-close").addEventListener("click", () => notice.close());

// Whatever is not kept yet (a note that is being spoken) is kept before the page goes; the
// card's token is good for three seconds.
async function leaving() {
  const waits = [];
  document.dispatchEvent(new CustomEvent("yizhan:leaving", { detail: waits }));
  if (waits.length) {
    await Promise.race([Promise.allSettled(waits), new Promise((done) => setTimeout(done, LEAVE_MS))]);
  }
}

async function greet(token) {
  await leaving();
  card.elements.token.value = token;
  card.elements.next.value = body.dataset.next;
  body.classList.remove("busy");
  card.requestSubmit();
}

async function listen() {
  const after = sessionStorage.getItem(SEEN) ?? body.dataset.seen;
  const answer = await fetch(`/events?after=${after}`, { cache: "no-store" });
  const told = await answer.json();
  if (told.over) return false;
  for (const event of told.events) {
    sessionStorage.setItem(SEEN, event.seq);
    if (event.token) {
      // The page that comes next hears the rest.
      await greet(event.token);
      return false;
    }
    tell(event.title, event.say);
    if (event.ends) setTimeout(finish, event.ends * 1000);
  }
  sessionStorage.setItem(SEEN, told.last);
  return true;
}

async function listenOn() {
  for (;;) {
    try {
      if (!(await listen())) return;
    } catch {
      await new Promise((wake) => setTimeout(wake, RETRY_MS));
    }
  }
}
listenOn();

// Are you still there? Asked in large figures, without limit, and never without warning.
const idle = Number(body.dataset.idle);
const warn = Number(body.dataset.warn);
const still = document.getElementById("still");
const count = document.getElementById("still-count");
let touched = performance.now();

function finish() {
  leaving().then(() => document.getElementById("finish").submit());
}

function stay() {
  touched = performance.now();
  if (still.open) still.close();
}

function look() {
  const quiet = (performance.now() - touched) / 1000;
  if (quiet < idle) return;
  const left = Math.ceil(idle + warn - quiet);
  if (left <= 0) {
    clearInterval(looking);
    finish();
    return;
  }
  count.textContent = left;
  if (!still.open) still.showModal();
}

const looking = idle ? setInterval(look, 250) : 0;
document.addEventListener("pointerdown", () => { if (!still.open) stay(); });
document.addEventListener("yizhan:busy", stay);
document.getElementById("still-here").addEventListener("click", stay);
still.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
