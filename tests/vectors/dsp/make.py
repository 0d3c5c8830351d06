# SPDX-License-Identifier: Apache-2.0
# Writes the vectors of this folder: the block definitions once more, in float64 numpy, with
# scipy's and PyWavelets' own filters and transforms. Run by hand with Debian 12's packages
# (numpy 1.24.2, scipy 1.10.1, PyWavelets 1.1.1); the results are committed.
import json
import math
import os

import numpy as np
import pywt
from scipy import signal

HERE = os.path.dirname(os.path.abspath(__file__))


def wave(n, axes, hz, seed):
    """Sines, noise and an offset, as multiples of 1/1024 (exact in float32, short in JSON)."""
    rng = np.random.default_rng(seed)
    t = np.arange(n)[:, None] / hz
    f = hz * np.array([0.031, 0.083, 0.21])[None, :]
    x = np.stack([(np.sin(2 * np.pi * f * t * (1 + a)) * [3, 1, 0.5]).sum(1) for a in range(axes)], 1)
    x += 0.3 * rng.standard_normal((n, axes)) + np.arange(axes) * 2.5
    return np.round(x * 1024) / 1024


def shape_of(d):
    m2 = np.mean(d ** 2)
    if m2 == 0:
        return [0.0, -3.0]
    return [np.mean(d ** 3) / m2 ** 1.5, np.mean(d ** 4) / m2 ** 2 - 3]


def flatten(x, p):
    out = []
    for c in x.T * p.get("scale_axes", 1):
        d = c - c.mean()
        out += [c.mean(), c.min(), c.max(), math.sqrt(np.mean(c ** 2)), math.sqrt(np.mean(d ** 2))]
        out += shape_of(d)
    return out


def decimate(c, ratio):
    for r in {1: [], 3: [3], 10: [10], 30: [3, 10], 100: [10, 10], 1000: [10, 10, 10]}[ratio]:
        sos = signal.cheby1(8, 0.05, 0.8 / r, output="sos")
        c = signal.sosfilt(sos, c, zi=signal.sosfilt_zi(sos) * c[0])[0][::r]
    return c


def butter(c, p, hz):
    if p.get("filter_type", "none") == "none" or p.get("filter_order", 6) == 0:
        return c
    sos = signal.butter(p.get("filter_order", 6), p["filter_cutoff"], p["filter_type"], fs=hz, output="sos")
    return signal.sosfilt(sos, c)


def bins(p, hz):
    fft, kind = p.get("fft_length", 16), p.get("filter_type", "none")
    b = min(p.get("filter_cutoff", 3), hz / 2) * fft / hz
    first, last = 1, fft // 2
    if kind == "low":
        last = math.floor(b + 0.5)
    if kind == "high":
        first = max(1, math.floor(b - 0.5) + 1)
    return slice(first, last + 1)


def fft_features(c, p, hz, version):
    fft = p.get("fft_length", 16)
    c = c - c.mean()
    out = [math.sqrt(np.mean(c ** 2))] + shape_of(c)
    hop = fft // 2 if p.get("do_fft_overlap", True) else fft
    power = np.max([np.abs(np.fft.rfft(np.pad(c[i:i + fft], (0, fft - len(c[i:i + fft]))))) ** 2 / fft
                    for i in range(0, len(c), hop)], 0)
    if version >= 4:
        out += shape_of(power - power.mean())
    kept = power[bins(p, hz)]
    return out + list(np.log10(np.where(kept == 0, 1e-10, kept)) if p.get("do_log", True) else kept)


def wavelet_features(c, p):
    out = []
    for v in pywt.wavedec(c - c.mean(), p.get("wavelet", "db4"), "symmetric", p.get("wavelet_level", 1)):
        n, s, d = len(v), np.sort(v), v - v.mean()
        h = np.histogram(v, 100)[0] / n
        v, d = (np.where(np.abs(w) < 1e-7, 0, w) for w in (v, d))
        cross = [np.sum(w[:-1] * w[1:] < 0) / n for w in (v, d)]
        q = [s[int((n - 1) * q + 0.5)] for q in (0.05, 0.25, 0.75, 0.95, 0.5)]
        out += [-np.sum(h[h > 0] * np.log(h[h > 0]))] + cross + q
        out += [v.mean(), d.std(), np.var(v, ddof=1), math.sqrt(np.mean(v ** 2))] + shape_of(d)
    return out


def spectral(x, p, hz, version):
    normal, low = [], []
    ratio = p.get("input_decimation_ratio", 1)
    for c in x.T * p.get("scale_axes", 1):
        c = butter(decimate(c, ratio), p, hz / ratio)
        if p.get("analysis_type") == "Wavelet":
            normal += wavelet_features(c, p)
            continue
        normal += fft_features(c, p, hz / ratio, version)
        if p.get("extra_low_freq"):
            low += fft_features(decimate(c, 10), p, hz / ratio / 10, version)
    return normal + low


def write(name, block, version, p, n, axes, hz, seed, gain=1, tolerance=(2e-5, 2e-5)):
    x = wave(n, axes, hz, seed) * gain
    y = flatten(x, p) if block == "flatten" else spectral(x, p, hz, version)
    case = {"name": name, "block": block, "version": version, "params": p, "sample_rate": hz, "axes": axes,
            "tolerance_suggested": {"abs": tolerance[0], "rel": tolerance[1], "max_fraction_outside": 0},
            "input": [float(v) for v in x.ravel()], "expected": [float("%.9g" % v) for v in y]}
    with open(os.path.join(HERE, name + ".json"), "w") as f:
        json.dump(case, f)
        f.write("\n")


S = "spectral_analysis"
write("flatten", "flatten", 1, {}, 60, 2, 50, 1)
write("flatten_scaled", "flatten", 1, {"scale_axes": -0.25}, 33, 1, 50, 2)
write("spectral_v4_default", S, 4, {}, 125, 3, 62.5, 3)
write("spectral_v4_low", S, 4, {"filter_type": "low", "filter_cutoff": 5, "fft_length": 64}, 125, 1, 62.5, 4)
write("spectral_v4_high_linear", S, 4, {"filter_type": "high", "filter_cutoff": 20, "filter_order": 4,
      "fft_length": 32, "do_log": False, "do_fft_overlap": False}, 100, 1, 100, 5)
write("spectral_v4_int16", S, 4, {"fft_length": 64}, 128, 1, 16000, 6, gain=8192)
write("spectral_v4_decimated_30", S, 4, {"input_decimation_ratio": 30, "fft_length": 8}, 900, 1, 1000, 7)
write("spectral_v4_decimated_100", S, 4, {"input_decimation_ratio": 100, "fft_length": 4}, 1200, 1, 1000, 8)
write("spectral_v4_low_freq", S, 4, {"extra_low_freq": True, "filter_type": "low", "filter_cutoff": 20},
      160, 2, 100, 9, tolerance=(1e-4, 1e-4))  # poles near 1, rounded to float32
write("spectral_v2", S, 2, {"fft_length": 32}, 90, 2, 100, 10)
write("spectral_v3_mask_only", S, 3, {"filter_type": "low", "filter_cutoff": 12, "filter_order": 0}, 64, 1, 100, 11)
write("wavelet_db4", S, 4, {"analysis_type": "Wavelet", "wavelet": "db4", "wavelet_level": 2}, 150, 1, 100, 12)
for i, w in enumerate(("haar", "sym10", "coif3", "bior3.9", "rbio5.5", "bior6.8")):
    write("wavelet_" + w, S, 3, {"analysis_type": "Wavelet", "wavelet": w}, 70, 1, 100, 20 + i)
write("wavelet_decimated", S, 4, {"analysis_type": "Wavelet", "input_decimation_ratio": 3, "wavelet": "db2"},
      240, 1, 100, 30)
