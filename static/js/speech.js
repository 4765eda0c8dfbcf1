// What is on the screen, aloud. The page names its clips in data-clips; this plays them, stops
// at any tap, and forgets volume and silence with the person. Numbers that are called are said
// to the room, after the bell. Nothing waits for a sound: what is missing is skipped.
//
//   yizhan.speak("still")        plays the clips of data-clips-still, a question of the frame
//   yizhan.tell("请把卡拿开")     has a sentence made and plays it when it is there
//   yizhan.hush()                ends what the screen says
"use strict";

(() => {
  const page = document.body;
  const KEPT = "yizhan.speech";
  const CALLED = "yizhan.called";
  const USUAL = 80; // the keeper sets what is usual here, 0 to 100
  const LOUD = Number(page.dataset.volume || USUAL) / USUAL;
  const VOLUMES = [0.6, 0.8, 1].map((one) => Math.min(1, one * LOUD)); // 重听 was pressed because she did not hear: a little louder
  const PAUSE_S = 0.16;
  const AGAIN_MS = 350;
  const PATIENCE_MS = 15000;
  const TURN_MS = 6000; // a call waits so long for the screen to end its sentence
  const DUCKED = 0.15;

  const hear = document.getElementById("hear");
  const mute = document.getElementById("mute");
  const names = (text) => (text || "").split(" ").filter(Boolean);
  const wait = (ms) => new Promise((wake) => setTimeout(wake, ms));

  // Per person: another visit begins at the usual volume, unmuted.
  const usual = { visit: page.dataset.visit || "", step: 0, muted: false };
  let kept = usual;
  try {
    const before = JSON.parse(sessionStorage.getItem(KEPT));
    if (before && before.visit === usual.visit) kept = before;
  } catch { /* what is not ours is not read */ }
  function keep(change) {
    kept = { ...kept, ...change };
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
    if (voice) voice.gain.value = volume();
    if (mute) mute.setAttribute("aria-pressed", String(kept.muted));
  }
  const volume = () => (kept.muted ? 0 : VOLUMES[kept.step]);

  // One graph: the screen's voice, and beside it what is called to the room.
  let audio = null;
  let voice = null;
  let room = null;
  function graph() {
    if (audio) return;
    audio = new AudioContext({ latencyHint: "interactive" });
    voice = audio.createGain();
    room = audio.createGain();
    voice.gain.value = volume();
    voice.connect(audio.destination);
    room.connect(audio.destination);
  }
  // A browser that is no kiosk's lets nothing sound before the first tap.
  async function allowed() {
    graph();
    if (audio.state !== "running") await Promise.race([audio.resume(), wait(150)]);
    return audio.state === "running";
  }

  async function clip(name, goesOn) {
    const until = performance.now() + PATIENCE_MS;
    while (goesOn() && performance.now() < until) {
      const answer = await fetch(`/speech/${name}`);
      if (answer.status === 200) return audio.decodeAudioData(await answer.arrayBuffer());
      if (answer.status !== 204) return null;
      await wait(AGAIN_MS);
    }
    return null;
  }
  const quietly = (promise) => promise.catch(() => null);

  // Plays clips one after the other; the next is fetched while one sounds.
  async function play(list, into, goesOn, sources) {
    let next = list.length ? quietly(clip(list[0], goesOn)) : null;
    for (let at = 0; at < list.length && goesOn(); at += 1) {
      const sound = await next;
      next = at + 1 < list.length ? quietly(clip(list[at + 1], goesOn)) : null;
      if (!sound || !goesOn()) continue;
      const source = audio.createBufferSource();
      source.buffer = sound;
      source.connect(into);
      sources.add(source);
      source.start();
      performance.mark("speech", { detail: list[at] });
      await new Promise((done) => { source.onended = done; });
      sources.delete(source);
      if (goesOn()) await wait(PAUSE_S * 1000);
    }
  }

  let turn = 0;
  let speaking = Promise.resolve();
  let busy = false;
  const sounding = new Set();
  function hush() {
    turn += 1;
    busy = false;
    for (const source of sounding) source.stop();
    sounding.clear();
  }
  async function say(list) {
    hush();
    const mine = turn;
    if (!list.length || kept.muted || !(await allowed()) || mine !== turn) return;
    busy = true;
    speaking = quietly(play(list, voice, () => mine === turn, sounding));
    await speaking;
    if (mine === turn) busy = false;
  }

  let said = "";
  function speak(key) {
    const attribute = `clips${key[0].toUpperCase()}${key.slice(1)}`;
    if (said === key && busy) return undefined;
    said = key;
    return say(names(page.dataset[attribute]));
  }
  async function tell(text) {
    const form = new FormData(document.getElementById("finish"));
    form.append("text", text);
    const answer = await fetch("/speech", { method: "POST", body: new URLSearchParams(form) });
    if (answer.ok) await say((await answer.json()).clips);
  }

  // Calls, to the room: the bell, the number twice. They wait for the screen's sentence; one
  // that lasts too long is made quiet meanwhile.
  function bell() {
    const begin = audio.currentTime + 0.02;
    for (const [at, pitch] of [[0, 659.3], [0.42, 523.3]]) {
      for (const [partial, loud] of [[1, 0.16], [2.01, 0.05], [3.03, 0.02]]) {
        const tone = audio.createOscillator();
        const fade = audio.createGain();
        tone.frequency.value = pitch * partial;
        fade.gain.setValueAtTime(0, begin + at);
        fade.gain.linearRampToValueAtTime(loud, begin + at + 0.012);
        fade.gain.exponentialRampToValueAtTime(0.0001, begin + at + 1.3 / partial);
        tone.connect(fade).connect(room);
        tone.start(begin + at);
        tone.stop(begin + at + 1.4);
      }
    }
    performance.mark("bell");
    return wait(1500);
  }
  const calling = [];
  let atWork = false;
  async function callOut() {
    if (atWork) return;
    atWork = true;
    // Where nothing may sound yet, a call is for the eyes: said an hour later it would mislead.
    if (!(await allowed())) calling.length = 0;
    while (calling.length) {
      const one = calling.shift();
      if (busy) await Promise.race([speaking, wait(TURN_MS)]);
      voice.gain.value = volume() * (busy ? DUCKED : 1);
      room.gain.value = VOLUMES[1];
      await bell();
      for (let time = 0; time < 2; time += 1) {
        await quietly(play(one.clips, room, () => true, new Set()));
        await wait(600);
      }
      voice.gain.value = volume();
    }
    atWork = false;
  }
  function lookForCalls() {
    const place = document.querySelector("[data-calls]");
    if (!place || place.dataset.calls === lookForCalls.last) return;
    lookForCalls.last = place.dataset.calls;
    const now = JSON.parse(place.dataset.calls);
    const before = sessionStorage.getItem(CALLED);
    sessionStorage.setItem(CALLED, JSON.stringify(now.map((one) => one.key)));
    // A screen that just came up does not call again what was called an hour ago.
    if (before === null) return;
    const known = JSON.parse(before);
    calling.push(...now.filter((one) => !known.includes(one.key)).slice(0, 5));
    quietly(callOut());
  }
  new MutationObserver(lookForCalls).observe(page, { childList: true, subtree: true });
  lookForCalls();

  // The frame: hear again, mute, any tap ends a sentence, and what opens by itself is said.
  const mine = names(page.dataset.clips);
  if (hear && mine.length) {
    hear.hidden = false;
    hear.addEventListener("click", () => {
      if (performance.getEntriesByName("speech").length) {
        keep({ step: Math.min(kept.step + 1, VOLUMES.length - 1), muted: false });
      } else {
        keep({ muted: false });
      }
      say([...names(page.dataset.clipsAsked || page.dataset.clips), ...names(page.dataset.clipsHelp)]);
    });
  }
  if (mute && mine.length) {
    mute.hidden = false;
    mute.addEventListener("click", () => keep({ muted: !kept.muted }));
  }
  document.addEventListener("pointerdown", hush, { capture: true });
  window.addEventListener("pagehide", hush);

  const still = document.getElementById("still");
  if (still) {
    new MutationObserver(() => (still.open ? speak("still") : hush()))
      .observe(still, { attributeFilter: ["open"] });
  }
  const notice = document.getElementById("notice");
  if (notice) {
    new MutationObserver(() => {
      const words = ["notice-title", "notice-say"].map((id) => document.getElementById(id).textContent);
      if (notice.open) quietly(tell(words.join("。")));
    }).observe(notice, { attributeFilter: ["open"] });
  }

  keep({});
  window.yizhan = { ...window.yizhan, speak, tell, hush };
  window.yizhanQuiet = hush;
  if (!("hush" in page.dataset)) say(mine);
})();
