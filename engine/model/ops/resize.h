/* SPDX-License-Identifier: Apache-2.0
 * Where the pixels of a resized image come from: `in` values along an axis become `out`,
 * and i counts those. */
#ifndef MOTE_MODEL_OPS_RESIZE_H
#define MOTE_MODEL_OPS_RESIZE_H

#include "model/attrs.h"

/* The pixel that the nearest one is. */
int32_t mote_resize_pixel(const mote_resize_attr_t *a, int32_t in, int32_t out,
                          int32_t i);
/* The place between pixels, maybe before the first or behind the last. */
float mote_resize_place(const mote_resize_attr_t *a, int32_t in, int32_t out, int32_t i);

#endif
