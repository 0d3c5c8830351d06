/* SPDX-License-Identifier: Apache-2.0
 * Vibration: 1 s, FFT of 256, and a Gaussian mixture of normal running whose threshold is
 * set from the wanted rate of false alarms. */
#include "dataset/templates/template.h"

/* clang-format off */
static const char json[] = MOTE_JSON(
{
  "mote": 1,
  "name": "",
  "input": {
    "axes": [],
    "frequency_hz": 0,
    "window_ms": 1000,
    "stride_ms": 500,
    "zero_pad": true,
    "labeling": {"rule": "majority", "labels": [], "percent": 50}
  },
  "dsp": [
    {
      "id": 2,
      "type": "spectral_analysis",
      "name": "spectral",
      "axes": [],
      "params": {"fft_length": 256},
      "normalize": true
    }
  ],
  "learn": [
    {
      "id": 3,
      "type": "gmm",
      "name": "anomaly",
      "inputs": [2],
      "params": {"false_alarm": 0.01}
    }
  ],
  "validation": {"fraction": 0.2, "group": ""},
  "smoothing": {"average": 3, "threshold": 0.6, "suppress_ms": 500},
  "target": {"chip": "cortex-m4f-80mhz", "ram_bytes": 0, "flash_bytes": 0}
}
);
/* clang-format on */

const mote_template_t mote_template_vibration = {
    "vibration", "machine health from vibration, trained on normal running only", json};
