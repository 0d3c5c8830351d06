/* SPDX-License-Identifier: Apache-2.0
 * Motion: 2 s of accelerometer or gyroscope, spectral features, a small dense network, and
 * K-means beside it that tells movements which were never trained. */
#include "dataset/templates/template.h"

/* clang-format off */
static const char json[] = MOTE_JSON(
{
  "mote": 1,
  "name": "",
  "input": {
    "axes": [],
    "frequency_hz": 0,
    "window_ms": 2000,
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
      "params": {},
      "normalize": true
    }
  ],
  "learn": [
    {
      "id": 3,
      "type": "classifier",
      "name": "motion",
      "inputs": [2],
      "params": {},
      "layers": [
        {"type": "dense", "units": 20, "activation": "relu"},
        {"type": "dropout", "rate": 0.1},
        {"type": "dense", "units": 10, "activation": "relu"},
        {"type": "dense"}
      ],
      "train": {
        "epochs": 100,
        "batch_size": 32,
        "learning_rate": 0.003,
        "optimizer": "adam",
        "schedule": "cosine",
        "class_weights": true,
        "patience": 20
      },
      "augment": {"copies": 1, "rotate_deg": 15, "scale": 0.1, "jitter": 0.02}
    },
    {
      "id": 4,
      "type": "kmeans",
      "name": "anomaly",
      "inputs": [2],
      "params": {"clusters": 32}
    }
  ],
  "validation": {"fraction": 0.2, "group": ""},
  "smoothing": {"average": 1, "threshold": 0.6, "suppress_ms": 500},
  "target": {"chip": "cortex-m4f-80mhz", "ram_bytes": 0, "flash_bytes": 0}
}
);
/* clang-format on */

const mote_template_t mote_template_motion = {"motion", "gestures and activities from accelerometers and gyroscopes", json};
