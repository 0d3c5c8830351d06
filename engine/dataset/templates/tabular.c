/* SPDX-License-Identifier: Apache-2.0
 * Tabular: one row is one window, the numbers go as they are into a small dense network.
 */
#include "dataset/templates/template.h"

/* clang-format off */
static const char json[] = MOTE_JSON(
{
  "mote": 1,
  "name": "",
  "input": {
    "axes": [],
    "frequency_hz": 0,
    "window_ms": 0,
    "stride_ms": 0,
    "zero_pad": false,
    "labeling": {"rule": "majority", "labels": [], "percent": 50}
  },
  "dsp": [
    {
      "id": 2,
      "type": "raw",
      "name": "raw",
      "axes": [],
      "params": {},
      "normalize": true
    }
  ],
  "learn": [
    {
      "id": 3,
      "type": "classifier",
      "name": "table",
      "inputs": [2],
      "params": {},
      "layers": [
        {"type": "dense", "units": 20, "activation": "relu"},
        {"type": "dense", "units": 10, "activation": "relu"},
        {"type": "dense"}
      ],
      "train": {
        "epochs": 150,
        "batch_size": 32,
        "learning_rate": 0.005,
        "optimizer": "adam",
        "schedule": "cosine",
        "class_weights": true,
        "patience": 30
      },
      "augment": {}
    }
  ],
  "validation": {"fraction": 0.2, "group": ""},
  "smoothing": {"average": 1, "threshold": 0.6, "suppress_ms": 500},
  "target": {"chip": "cortex-m4f-80mhz", "ram_bytes": 0, "flash_bytes": 0}
}
);
/* clang-format on */

const mote_template_t mote_template_tabular = {"tabular", "one row of numbers per sample",
                                               json};
