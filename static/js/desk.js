// The desk's soft bell: it strikes until somebody answers. Without it the desk still shows the call.
// Knows what is marked data-ring; knows no page.
(() => {
  "use strict";

  const EVERY_MS = 4000;
  const LOUD = 0.22;
  let audio = null;

  // One stroke of a small bell: a tone and its octave and a half, dying away.
  const strike = (hertz, after) => {
    const at = audio.currentTime + after;
    for (const [times, share] of [[1, 1], [2.76, 0.25]]) {
      const tone = audio.createOscillator();
      const gain = audio.createGain();
      tone.frequency.value = hertz * times;
      gain.gain.setValueAtTime(LOUD * share, at);
      gain.gain.exponentialRampToValueAtTime(0.0005, at + 1.6);
      tone.connect(gain).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 1.7);
    }
  };

  const ring = () => {
    const muted = document.getElementById("bell-muted");
    const calls = document.querySelector("[data-ring]") !== null;
    if (!calls) {
      if (muted) muted.hidden = true;
      return;
    }
    audio ??= new AudioContext();
    if (audio.state === "suspended") {
      // A browser lets no page sound that nobody has touched yet: say so, never be silent unseen.
      if (muted) muted.hidden = false;
      audio.resume();
      return;
    }
    if (muted) muted.hidden = true;
    strike(659, 0);
    strike(523, 0.35);
  };

  if (document.getElementById("bell")) {
    setInterval(ring, EVERY_MS);
    ring();
    document.getElementById("bell-muted")?.addEventListener("click", () => audio?.resume());
  }
})();
