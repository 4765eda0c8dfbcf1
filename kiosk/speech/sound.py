"""Samples made fit to play: silence cut off, one loudness, no clipping, packed as Opus.

Part of the renderer. Knows sound and nothing of language.
"""

import io
from typing import Any

import numpy
import soundfile

RATE = 24_000
LOUDNESS = -20.0
"""LUFS of every clip, so that no prompt startles and none is missed."""

PEAK = 10 ** (-1.5 / 20)
SILENT = 10 ** (-42 / 20)
EDGE_S = 0.06
FADE_S = 0.008
KINDS = {"opus": ("OGG", "OPUS"), "wav": ("WAV", "PCM_16")}

Samples = Any
"""A one-dimensional array of float32."""


def finished(samples: Samples, rate: int = RATE) -> Samples:
    """Trimmed, brought to one loudness, faded at both ends."""
    cut = trimmed(numpy.asarray(samples, dtype=numpy.float64), rate)
    if not len(cut):
        return cut.astype(numpy.float32)
    level = loudness(cut, rate)
    gain = 10 ** ((LOUDNESS - level) / 20) if level > -70 else 1.0
    peak = float(numpy.abs(cut).max()) * gain
    cut = cut * (gain * min(1.0, PEAK / peak) if peak else 1.0)
    return _faded(cut, rate).astype(numpy.float32)


def trimmed(samples: Samples, rate: int) -> Samples:
    """Without the silence before and after, but for a breath."""
    peak = numpy.abs(samples).max(initial=0.0)
    loud = numpy.flatnonzero(numpy.abs(samples) > max(1e-4, peak * SILENT))
    if not len(loud):
        return samples[:0]
    edge = int(EDGE_S * rate)
    return samples[max(0, loud[0] - edge) : loud[-1] + edge]


def _faded(samples: Samples, rate: int) -> Samples:
    length = min(int(FADE_S * rate), len(samples) // 2)
    if length:
        slope = numpy.linspace(0.0, 1.0, length)
        samples[:length] *= slope
        samples[-length:] *= slope[::-1]
    return samples


def loudness(samples: Samples, rate: int) -> float:
    """Integrated loudness after ITU-R BS.1770-4, in LUFS; short clips count as one block."""
    weighted = numpy.square(_weighted(samples, rate))
    block, step = int(0.4 * rate), int(0.1 * rate)
    if len(weighted) <= block:
        powers = numpy.array([weighted.mean()])
    else:
        sums = numpy.concatenate([[0.0], numpy.cumsum(weighted)])
        starts = numpy.arange(0, len(weighted) - block + 1, step)
        powers = (sums[starts + block] - sums[starts]) / block
    loud = powers[_lufs(powers) > -70]
    if not len(loud):
        return -100.0
    gate = _lufs(loud.mean()) - 10
    return float(_lufs(loud[_lufs(loud) > gate].mean()))


def _lufs(power: Any) -> Any:
    return -0.691 + 10 * numpy.log10(numpy.maximum(power, 1e-12))


def _weighted(samples: Samples, rate: int) -> Samples:
    """The K-weighting as a gain for each frequency: the head's shelf, and what is too deep."""
    spectrum = numpy.fft.rfft(samples, n=2 * len(samples))
    z = numpy.exp(-2j * numpy.pi * numpy.fft.rfftfreq(2 * len(samples), 1 / rate) / rate)
    gain = _response(_shelf(rate), z) * _response(_highpass(rate), z)
    return numpy.fft.irfft(spectrum * gain)[: len(samples)]


def _response(coefficients: Any, z: Any) -> Any:
    (b0, b1, b2), (a1, a2) = coefficients
    return (b0 + b1 * z + b2 * z**2) / (1 + a1 * z + a2 * z**2)


def _shelf(rate: int) -> Any:
    """+4 dB above 1.7 kHz; the standard gives it for 48 kHz, here for any rate."""
    height, quality = 10 ** (3.999843853973347 / 20), 0.7071752369554196
    k = numpy.tan(numpy.pi * 1681.974450955533 / rate)
    shoulder = height**0.4996667741545416
    a0 = 1 + k / quality + k * k
    b = (
        (height + shoulder * k / quality + k * k) / a0,
        2 * (k * k - height) / a0,
        (height - shoulder * k / quality + k * k) / a0,
    )
    return b, (2 * (k * k - 1) / a0, (1 - k / quality + k * k) / a0)


def _highpass(rate: int) -> Any:
    """Nothing below 38 Hz counts."""
    quality = 0.5003270373238773
    k = numpy.tan(numpy.pi * 38.13547087602444 / rate)
    a0 = 1 + k / quality + k * k
    return (1.0, -2.0, 1.0), (2 * (k * k - 1) / a0, (1 - k / quality + k * k) / a0)


def packed(samples: Samples, rate: int = RATE, kind: str = "opus") -> bytes:
    """The samples in a file of this kind; Opus in Ogg where the library can."""
    container, codec = KINDS[kind]
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format=container, subtype=codec)
    return file.getvalue()


def unpacked(content: bytes) -> tuple[Samples, int]:
    """The samples of a file and their rate."""
    samples, rate = soundfile.read(io.BytesIO(content), dtype="float32", always_2d=True)
    return samples.mean(axis=1), rate
