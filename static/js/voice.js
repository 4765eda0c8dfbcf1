// What she says with an order: a tap begins, a tap ends, a minute at most. The sound goes to the
// station at once and what is heard again comes from there: what is kept is what is heard.
"use strict";

{
  const voice = document.getElementById("voice");
  const most = Number(voice.dataset.most);
  const heard = document.getElementById("voice-heard");
  const figure = voice.querySelector(".left b");
  const level = voice.querySelector(".level span");
  const KIND = "audio/webm;codecs=opus";
  const first = voice.querySelector(".part:not([hidden])").dataset.part;
  let recorder = null, sent = null, isLeaving = false;

  const show = (part) => {
    for (const one of voice.querySelectorAll(".part")) one.hidden = one.dataset.part !== part;
  };
  // Whoever speaks or listens is there, though she touches nothing.
  const busy = () => document.dispatchEvent(new Event("yizhan:busy"));

  function trouble(said) {
    const line = document.getElementById("voice-trouble");
    line.textContent = said || line.dataset.otherwise;
    show("trouble");
  }

  async function send(sound) {
    show("sending");
    try {
      const answer = await fetch(voice.dataset.send, {
        method: "POST", body: sound,
        headers: { "Content-Type": "audio/webm", "X-CSRFToken": voice.dataset.token },
      });
      if (!answer.ok) {
        const isOurs = answer.headers.get("Content-Type")?.includes("json");
        trouble(isOurs ? (await answer.json()).say : "");
        return;
      }
      if (!isLeaving) location.replace(voice.dataset.kept);
    } catch {
      trouble("");
    }
  }

  function watch(stream) {
    const sound = new AudioContext();
    const ear = sound.createAnalyser();
    sound.createMediaStreamSource(stream).connect(ear);
    const wave = new Float32Array(ear.fftSize);
    const began = performance.now();
    const looking = setInterval(() => {
      ear.getFloatTimeDomainData(wave);
      const loud = Math.sqrt(wave.reduce((sum, one) => sum + one * one, 0) / wave.length);
      level.style.setProperty("--heard", Math.min(1, loud * 6).toFixed(2));
      const left = Math.ceil(most - (performance.now() - began) / 1000);
      figure.textContent = Math.max(0, left);
      busy();
      if (left <= 0) stop();
    }, 150);
    return () => { clearInterval(looking); sound.close(); };
  }

  async function start() {
    heard?.pause();
    window.yizhan?.hush?.();
    show("asking");
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      show("none");
      return;
    }
    const pieces = [];
    const own = new MediaRecorder(stream, { mimeType: KIND, audioBitsPerSecond: 24000 });
    const forget = watch(stream);
    own.dropped = false;
    own.ondataavailable = (event) => pieces.push(event.data);
    sent = new Promise((done) => {
      own.onstop = async () => {
        forget();
        recorder = null;
        for (const track of stream.getTracks()) track.stop();
        if (own.dropped) show(first);
        else await send(new Blob(pieces));
        done();
      };
    });
    recorder = own;
    figure.textContent = most;
    show("recording");
    own.start();
  }

  function stop(dropped = false) {
    if (recorder?.state !== "recording") return;
    recorder.dropped = dropped;
    recorder.stop();
  }

  function hear(button) {
    const off = button.querySelector("[data-off]"), on = button.querySelector("[data-on]");
    const turn = (playing) => { off.hidden = playing; on.hidden = !playing; };
    heard.onplay = () => turn(true);
    heard.onpause = heard.onended = () => turn(false);
    heard.ontimeupdate = busy;
    if (heard.paused) {
      window.yizhan?.hush?.();
      heard.currentTime = 0;
      heard.play().catch(() => turn(false));
    } else {
      heard.pause();
    }
  }

  voice.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    ({ start, stop: () => stop(), drop: () => stop(true), hear: () => hear(button) })[button.dataset.do]();
  });

  // A card is laid, time is up or 完成 is tapped while she speaks: what she said is kept first.
  function leave() {
    isLeaving = true;
    stop();
    return sent;
  }
  document.addEventListener("yizhan:leaving", (event) => {
    if (recorder) event.detail.push(leave());
  });
  document.addEventListener("submit", (event) => {
    if (!recorder) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    leave().then(() => event.target.submit());
  }, true);

  const able = window.MediaRecorder?.isTypeSupported(KIND) && navigator.mediaDevices;
  for (const one of voice.querySelectorAll("[data-do=start]")) one.hidden = !able;
  for (const one of voice.querySelectorAll("[data-do=hear]")) one.hidden = false;
}
