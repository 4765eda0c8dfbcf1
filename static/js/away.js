// On the page that says 马上就好: asks whether the station answers again, and then begins anew.
"use strict";

setInterval(async () => {
  try {
    const answer = await fetch("/healthz", { cache: "no-store" });
    if (answer.ok) location.replace("/");
  } catch { /* Not yet. */ }
}, 2000);
