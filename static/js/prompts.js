// 录音: a tap begins, a tap ends, and the next prompt that is missing comes up.
"use strict";

{
  const speak = document.getElementById("speak");
  const start = document.getElementById("speak-start");
  const stop = document.getElementById("speak-stop");
  const left = document.getElementById("speak-left");
  const trouble = document.getElementById("speak-trouble");
  const KIND = "audio/webm;codecs=opus";
  let recorder = null;

  function failed(said) {
    trouble.textContent = said || trouble.dataset.otherwise;
    trouble.hidden = false;
  }

  async function send(sound) {
    const form = new FormData();
    form.append("csrf_token", speak.dataset.token);
    form.append("sound", sound, "sound.webm");
    try {
      const answer = await fetch(speak.dataset.send, { method: "POST", body: form });
      const isOurs = answer.headers.get("Content-Type")?.includes("json");
      const told = isOurs ? await answer.json() : {};
      if (answer.ok && told.next) location.assign(told.next);
      else failed(told.say);
    } catch {
      failed("");
    }
  }

  async function begin() {
    trouble.hidden = true;
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      });
    } catch {
      document.getElementById("speak-none").hidden = false;
      return;
    }
    const pieces = [];
    const began = performance.now();
    recorder = new MediaRecorder(stream, { mimeType: KIND, audioBitsPerSecond: 32000 });
    recorder.ondataavailable = (event) => pieces.push(event.data);
    const looking = setInterval(() => {
      const seconds = Math.ceil(Number(speak.dataset.most) - (performance.now() - began) / 1000);
      left.textContent = Math.max(0, seconds);
      if (seconds <= 0) end();
    }, 200);
    recorder.onstop = () => {
      clearInterval(looking);
      for (const track of stream.getTracks()) track.stop();
      turn(false);
      send(new Blob(pieces));
    };
    recorder.start();
    turn(true);
  }

  function end() {
    if (recorder?.state === "recording") recorder.stop();
  }

  function turn(recording) {
    start.hidden = recording;
    stop.hidden = !recording;
    if (recording) stop.focus();
  }

  if (start) {
    const able = window.MediaRecorder?.isTypeSupported(KIND) && navigator.mediaDevices;
    start.hidden = !able;
    document.getElementById("speak-none").hidden = Boolean(able);
    start.addEventListener("click", begin);
    stop.addEventListener("click", end);
  }
}
