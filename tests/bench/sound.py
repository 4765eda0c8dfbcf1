"""The voice: how fast it is rendered, what it weighs, how soon after a tap it sounds.

    python -m tests.bench.sound [TAPS=10]

Rendering is measured with the voice that the set-up fetched, in processor and in wall time for a
second of sound. A tap is measured in Chromium, from the finger's lift to the first sample of a
clip that lies on the disk, at full speed and with the processor slowed six times.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from kiosk.speech import assets
from kiosk.speech.clips import Phrase
from kiosk.speech.rendering import Renderer
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.kiosk.stations import Hub, address, running
from tests.voices import REAL, stand_in

PHRASES = ("请十二号", "到缝补", "前面还有三位", "这张卡还没有登记", "对就取号")
VOICE = assets.VOICES["woman"]["zh"]

WATCH = """() => addEventListener("pointerup", () => {
  sessionStorage.lifted = performance.timeOrigin + performance.now();
}, {capture: true})"""
HEARD = """() => {
  const [first] = performance.getEntriesByName("speech");
  return first && performance.timeOrigin + first.startTime - Number(sessionStorage.lifted);
}"""


def process_of(renderer: Renderer) -> tuple[float, float]:
    """Processor seconds and the largest resident set (MiB) of the renderer so far."""
    folder = Path(f"/proc/{renderer._child.pid}")
    fields = (folder / "stat").read_text().rpartition(")")[2].split()
    ticks = sum(map(int, fields[11:13]))
    peak = next(
        line for line in (folder / "status").read_text().splitlines() if line.startswith("VmHWM")
    )
    return ticks / os.sysconf("SC_CLK_TCK"), int(peak.split()[1]) / 1024


def rendering(folder: Path) -> None:
    """Measure the renderer and its clips."""
    begun = time.perf_counter()
    renderer = Renderer(REAL)
    renderer.greet()
    up = time.perf_counter() - begun
    before, _ = process_of(renderer)
    said = [
        renderer.render(Phrase(text, "zh", VOICE), folder / f"{number}.ogg")
        for number, text in enumerate(PHRASES)
    ]
    after, peak = process_of(renderer)
    renderer.end()
    seconds = sum(float(one["seconds"]) for one in said)
    took, size = sum(float(one["took"]) for one in said), sum(int(one["bytes"]) for one in said)
    print(f"renderer           up in {up:.1f} s, {peak:.0f} MiB at most")
    print(
        f"a second of sound  {(after - before) / seconds:.2f} s of processor, "
        f"{took / seconds:.2f} s of time, {size / seconds / 1000:.1f} kB as Opus (WAV: 48 kB)"
    )


def taps(page: Page, at: str, times: int) -> list[float]:
    """From the finger's lift to the first sample, in milliseconds."""
    found = []
    for _ in range(times):
        page.goto(at)
        page.evaluate(WATCH)
        page.locator(".tile", has_text="缝补").first.tap()
        page.wait_for_url("**/jobs")
        page.wait_for_function(HEARD)
        found.append(float(page.evaluate(HEARD)))
    return found


def tapping(folder: Path, times: int) -> None:
    """Measure the browser: the first taps have the clips made, and are not counted."""
    hub = Hub(folder / "network")
    hub.station("zhongda")
    with running(hub.folder, "zhongda") as kiosk, sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            folder / "chromium", executable_path=CHROMIUM, args=FLAGS, has_touch=True,
            viewport={"width": 1280, "height": 800},
        )  # fmt: skip
        page = context.pages[0]
        slow = context.new_cdp_session(page)
        taps(page, address(kiosk), 2)
        for rate in (1, 6):
            slow.send("Emulation.setCPUThrottlingRate", {"rate": rate})
            found = taps(page, address(kiosk), times)
            print(
                f"tap to sound, x{rate}   median {statistics.median(found):.0f} ms, "
                f"worst {max(found):.0f} ms of {times}"
            )
        context.close()


def main(times: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rendering(folder)
        os.environ["YIZHAN_SPEECH"] = str(stand_in(folder / "voice"))
        tapping(folder, times)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
