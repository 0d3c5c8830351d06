# SPDX-License-Identifier: Apache-2.0
# Writes scipy.csv: what scipy.signal.resample_poly (1.10.1, float64) makes of a synthetic
# signal. One line per case: from Hz, to Hz, number of inputs, inputs, outputs.
import os
from fractions import Fraction

import numpy as np
from scipy.signal import resample_poly

rng = np.random.default_rng(5)
lines = []
for source, target, n in ((100, 62.5, 64), (62.5, 100, 40), (44100, 16000, 90), (8000, 16000, 25), (50, 12.5, 77),
                          (1000, 62.5, 7), (3, 7, 1), (99.995, 100, 8)):
    x = np.round(rng.standard_normal(n) * 1024) / 1024
    q = Fraction(target) / Fraction(round(source) if abs(source - round(source)) < 0.01 else source)
    y = resample_poly(x, q.numerator, q.denominator)
    lines.append(",".join(["%g" % source, "%g" % target, str(n)] + [repr(float(v)) for v in x] + ["%.9g" % v for v in y]))
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "scipy.csv"), "w") as f:
    f.write("\n".join(lines) + "\n")
