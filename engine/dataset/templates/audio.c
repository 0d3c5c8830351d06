/* SPDX-License-Identifier: Apache-2.0
 * Audio: log-mel frames and 1-D convolutions over time; mean and peak of the last
 * channels, so that steady sounds and short words both count. The floor of -80 dB keeps
 * soft speakers, the padding at the recording's own floor keeps short words from standing
 * in digital silence. */
#include "dataset/templates/template.h"

/* clang-format off */
static const char json[] = MOTE_JSON(
{
  "mote": 1,
  "name": "",
  "input": {
    "axes": [],
    "frequency_hz": 16000,
    "window_ms": "auto",
    "stride_ms": "auto",
    "zero_pad": true,
    "pad": "floor",
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
      "layers": [
        {"type": "conv1d", "filters": 32, "kernel": 5, "stride": 2, "padding": "same", "batch_norm": true, "activation": "relu"},
        {"type": "conv1d", "filters": 32, "kernel": 3, "padding": "same", "batch_norm": true, "activation": "relu"},
        {"type": "max_pool1d", "size": 2},
        {"type": "conv1d", "filters": 48, "kernel": 3, "padding": "same", "batch_norm": true, "activation": "relu"},
        {"type": "max_pool1d", "size": 2},
        {"type": "dropout", "rate": 0.1},
        {"type": "conv1d", "filters": 64, "kernel": 3, "padding": "same", "batch_norm": true, "activation": "relu", "name": "sounds"},
        {"type": "global_avg_pool", "from": "sounds", "name": "mean"},
        {"type": "global_max_pool", "from": "sounds", "name": "peak"},
        {"type": "concat", "from": ["mean", "peak"]},
        {"type": "dropout", "rate": 0.25},
        {"type": "dense"}
      ],
      "train": {
        "epochs": 30,
        "min_steps": 4500,
        "batch_size": 32,
        "learning_rate": 0.003,
        "optimizer": "adamw",
        "weight_decay": 0.02,
        "schedule": "cosine",
        "label_smoothing": 0.05,
        "class_weights": true,
        "augment": {"time_masks": 2, "time_mask_frames": 4, "freq_masks": 2, "freq_mask_bins": 4, "mixup": 0.3}
      },
      "augment": {"copies": 6, "noise": 0.5, "snr_low": 5, "snr_high": 30, "gain_db": 15, "shift": 0.2, "speed": 0.15, "tempo": 0.15}
    }
  ],
  "validation": {"fraction": 0.2, "group": ""},
  "smoothing": {"average": 2, "threshold": 0.6, "suppress_ms": 1000},
  "target": {"chip": "cortex-m4f-80mhz", "ram_bytes": 0, "flash_bytes": 0}
}
);
/* clang-format on */

const mote_template_t mote_template_audio = {
    "audio", "keywords and sounds from a microphone", json};
