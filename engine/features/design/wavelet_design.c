/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "features/design/wavelet_design.h"

#include <stdbool.h>

#define TAPS(...)                                                                        \
  { __VA_ARGS__ }

const char mote_wavelet_list[] = ""
#define ORTHOGONAL(name, taps, low) "|" #name
#define BIORTHOGONAL(number, taps, low, back)
#include "features/design/wavelet_taps.inc"
#undef BIORTHOGONAL
#define BIORTHOGONAL(number, taps, low, back) "|bior" #number
#undef ORTHOGONAL
#define ORTHOGONAL(name, taps, low)
#include "features/design/wavelet_taps.inc"
#undef BIORTHOGONAL
#define BIORTHOGONAL(number, taps, low, back) "|rbio" #number
#include "features/design/wavelet_taps.inc"
#undef BIORTHOGONAL
#undef ORTHOGONAL
    ;

/* low: analysis low pass; back: synthesis low pass (orthogonal: `low` reversed). */
typedef struct {
  uint32_t taps;
  bool orthogonal;
  double low[MOTE_WAVELET_TAPS_MAX], back[MOTE_WAVELET_TAPS_MAX];
} family_t;

static const family_t families[] = {
#define ORTHOGONAL(name, taps, low)           {taps, true, low, {0}},
#define BIORTHOGONAL(number, taps, low, back) {taps, false, low, back},
#include "features/design/wavelet_taps.inc"
#undef BIORTHOGONAL
#undef ORTHOGONAL
};
#define COUNT       ((int)(sizeof families / sizeof *families))
#define ORTHOGONALS 22 /* they come first; behind them bior, and once more as rbio */

static const family_t *find(int index, bool *reversed) {
  *reversed = index >= COUNT;
  if (*reversed) index -= COUNT - ORTHOGONALS;
  return index < 0 || index >= COUNT ? NULL : &families[index];
}

uint32_t mote_wavelet_taps(int index) {
  bool reversed;
  const family_t *f = find(index, &reversed);
  return f ? f->taps : 0;
}

void mote_wavelet_tables(int index, mote_pool_t *pool, mote_f32s_t *low,
                         mote_f32s_t *high) {
  bool reversed;
  const family_t *f = find(index, &reversed);
  uint32_t n = f->taps;
  float *l = mote_pool_take(pool, n * sizeof *l),
        *h = mote_pool_take(pool, n * sizeof *h);
  *low = (mote_f32s_t){l, n}, *high = (mote_f32s_t){h, n};
  if (!l || !h) return;
  for (uint32_t k = 0; k < n; k++) {
    uint32_t r = n - 1 - k;
    double back = f->orthogonal ? f->low[r] : reversed ? f->low[r] : f->back[k];
    l[k] = (float)(reversed ? f->back[r] : f->low[k]);
    h[k] = (float)(k & 1 ? back : -back);
  }
}
