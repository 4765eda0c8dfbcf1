// Stands between the touchscreen's browser and the station: where the station does not answer a
// page, shows one that says so calmly and goes on by itself. Keeps that one page and what it is
// drawn with, and nothing of anybody. MARK and SHELL are written before this by the station.
"use strict";

self.addEventListener("install", (event) => {
  const fill = async () => (await caches.open(MARK)).addAll(SHELL.map((one) => new Request(one, { cache: "reload" })));
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) if (name !== MARK) await caches.delete(name);
    // The page is asked for while this worker still wakes: it costs a tap nothing.
    await self.registration.navigationPreload?.enable();
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

const kept = async (what) => (await caches.open(MARK)).match(what, { ignoreVary: true });

async function page(event) {
  try {
    return (await event.preloadResponse) || (await fetch(event.request));
  } catch {
    return (await kept(SHELL[0])) || Response.error();
  }
}

async function piece(request, name) {
  try {
    return await fetch(request);
  } catch {
    return (await kept(name)) || Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { pathname, search } = new URL(event.request.url);
  if (event.request.mode === "navigate") event.respondWith(page(event));
  else if (SHELL.includes(pathname + search)) event.respondWith(piece(event.request, pathname + search));
});
