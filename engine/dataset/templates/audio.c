/* SPDX-License-Identifier: Apache-2.0
 * Audio: 1 s at 16 kHz, MFCC, two 1-D convolutions over time. */
#include "dataset/templates/template.h"

/* clang-format off */
static const char json[] = MOTE_JSON(
{
  "mote": 1,
  "name": "",
  "input": {
    "axes": [],
    "frequency_hz": 16000,
    "window_ms": 1000,
    "stride_ms": 500,
    "zero_pad": true,
    "labeling": {"rule": "majority", "labels": [], "percent": 50}
  },
  "dsp": [
    {
      "id": 2,
      "type": "mfcc",
      "name": "mfcc",
      "axes": [],
      "params": {},
      "normalize": true
    }
  ],
  "learn": [
    {
      "id": 3,
      "type": "classifier",
      "name": "sound",
      "inputs": [2],
      "params": {},
      "layers": [
        {"type": "conv1d", "filters": 8, "kernel": 3, "padding": "same", "activation": "relu"},
        {"type": "max_pool1d", "size": 2},
        {"type": "dropout", "rate": 0.25},
        {"type": "conv1d", "filters": 16, "kernel": 3, "padding": "same", "activation": "relu"},
        {"type": "max_pool1d", "size": 2},
        {"type": "dropout", "rate": 0.25},
        {"type": "flatten"},
        {"type": "dense"}
      ],
      "train": {
        "epochs": 100,
        "batch_size": 32,
        "learning_rate": 0.005,
        "optimizer": "adam",
        "schedule": "cosine",
        "class_weights": true,
        "augment": {"time_masks": 1, "time_mask_frames": 4, "freq_masks": 1, "freq_mask_bins": 2},
        "patience": 25
      },
      "augment": {"copies": 2, "noise": 0.7, "snr_low": 5, "snr_high": 30, "gain_db": 6, "shift_ms": 100, "speed": 0.1}
    }
  ],
  "validation": {"fraction": 0.2, "group": ""},
  "smoothing": {"average": 3, "threshold": 0.6, "suppress_ms": 500},
  "target": {"chip": "cortex-m4f-80mhz", "ram_bytes": 0, "flash_bytes": 0}
}
);
/* clang-format on */

const mote_template_t mote_template_audio = {"audio", "keywords and sounds from a microphone", json};
