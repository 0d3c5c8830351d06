/* SPDX-License-Identifier: Apache-2.0
 * Motion: 1 s of accelerometer or gyroscope; a small 1-D convolution network on the
 * samples (mean and peak of its last channels, so that both shape and strength count),
 * and K-means on spectral features beside it, which tells movements that were never
 * trained. */
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
    "stride_ms": 250,
    "zero_pad": true,
    "labeling": {"rule": "majority", "labels": [], "percent": 80}
  },
  "dsp": [
    {
      "id": 2,
      "type": "raw",
      "name": "samples",
      "axes": [],
      "params": {},
      "normalize": true
    },
    {
      "id": 3,
      "type": "spectral_analysis",
      "name": "spectral",
      "axes": [],
      "params": {},
      "normalize": true
    }
  ],
  "learn": [
    {
      "id": 4,
      "type": "classifier",
      "name": "motion",
      "inputs": [2],
      "layers": [
        {"type": "conv1d", "filters": 16, "kernel": 5, "stride": 2, "padding": "same", "activation": "relu"},
        {"type": "conv1d", "filters": 16, "kernel": 5, "stride": 2, "padding": "same", "activation": "relu"},
        {"type": "max_pool1d", "size": 2},
        {"type": "conv1d", "filters": 32, "kernel": 3, "padding": "same", "activation": "relu", "name": "shape"},
        {"type": "global_avg_pool", "from": "shape", "name": "mean"},
        {"type": "global_max_pool", "from": "shape", "name": "peak"},
        {"type": "concat", "from": ["mean", "peak"]},
        {"type": "dropout", "rate": 0.2},
        {"type": "dense"}
      ],
      "train": {
        "epochs": 60,
        "batch_size": 32,
        "learning_rate": 0.003,
        "optimizer": "adamw",
        "weight_decay": 0.02,
        "schedule": "cosine",
        "label_smoothing": 0.05,
        "class_weights": true,
        "patience": 20
      },
      "augment": {"copies": 4, "rotate_deg": 30, "scale": 0.15, "jitter": 0.03, "warp": 0.1}
    },
    {
      "id": 5,
      "type": "kmeans",
      "name": "anomaly",
      "inputs": [3],
      "params": {"clusters": 32}
    }
  ],
  "validation": {"fraction": 0.2, "group": ""},
  "smoothing": {"average": 1, "threshold": 0.6, "suppress_ms": 500},
  "target": {"chip": "cortex-m4f-80mhz", "ram_bytes": 0, "flash_bytes": 0}
}
);
/* clang-format on */

const mote_template_t mote_template_motion = {
    "motion", "gestures and activities from accelerometers and gyroscopes", json};
