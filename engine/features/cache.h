/* SPDX-License-Identifier: Apache-2.0
 * Blocks of feature rows in <project>/cache/features, named by a hash. Always
 * rebuildable: a broken entry counts as missing. Layout in FORMATS.md. */
#ifndef MOTE_FEATURES_CACHE_H
#define MOTE_FEATURES_CACHE_H

#include "base/hash.h"
#include "base/mem.h"

/* Goes up whenever the same design and data give other features than before. */
#define MOTE_FEATURE_VERSION "2"

typedef struct {
  uint64_t length; /* samples of the signal */
  size_t n, d;     /* rows, columns (d must be set before get) */
  float *x;        /* get: allocated, free with mote_free */
} mote_cached_t;

int mote_feature_cache_get(const char *project, const mote_sha_t *key,
                           mote_cached_t *out);
int mote_feature_cache_put(const char *project, const mote_sha_t *key,
                           const mote_cached_t *in);

#endif
