/* SPDX-License-Identifier: Apache-2.0
 * Windows moving over [n][h][w][c] -> [n][oh][ow][c], channel by channel: pooling and
 * depthwise convolution. Taps outside the input are left out; taps run row by row. */

typedef struct { uint32_t from, to; } taps_t;

/* Taps i in [0, k) with 0 <= o*stride + i - pad < size. */
INLINE taps_t taps_of(uint32_t o, uint32_t stride, uint32_t pad, uint32_t k,
                      uint32_t size) {
  uint32_t at = o * stride;
  taps_t t = {at < pad ? pad - at : 0, size + pad - at < k ? size + pad - at : k};
  return t;
}

#define ROW_TAPS(p, oy) taps_of(oy, (p)->sh, (p)->pad_top, (p)->kh, (p)->h)
#define COL_TAPS(p, ox) taps_of(ox, (p)->sw, (p)->pad_left, (p)->kw, (p)->w)

/* Offset of input pixel (oy*sh + i - pad_top, ox*sw + j - pad_left) of sample s. */
INLINE size_t pixel(const mote_slide_t *p, uint32_t s, uint32_t iy, uint32_t ix) {
  return (((size_t)s * p->h + iy) * p->w + ix) * p->c;
}
#define TAP_AT(p, s, oy, ox, i, j)                                                       \
  pixel(p, s, (oy) * (p)->sh + (i) - (p)->pad_top, (ox) * (p)->sw + (j) - (p)->pad_left)

/* For every output pixel: its offset `o` in y and the taps that lie inside. */
#define FOR_PIXELS(p, s, oy, ox, o)                                                      \
  for (uint32_t s = 0; s < (p)->n; s++)                                                  \
    for (uint32_t oy = 0; oy < (p)->oh; oy++)                                            \
      for (size_t ox = 0, o = (((size_t)s * (p)->oh + oy) * (p)->ow) * (p)->c;           \
           ox < (p)->ow; ox++, o += (p)->c)

/* arg[] (float-sized) keeps the index of the winning tap, the first one of equals. */
static void max_pool(float *y, float *arg, const float *x, const mote_slide_t *p) {
  FOR_PIXELS(p, s, oy, ox, o) {
    taps_t ti = ROW_TAPS(p, oy), tj = COL_TAPS(p, (uint32_t)ox);
    FOR_VECTORS(p->c, at, part) {
      vf best = v_all(-FLT_MAX);
      vi who = (vi){0} - 1;
      for (uint32_t i = ti.from; i < ti.to; i++)
        for (uint32_t j = tj.from; j < tj.to; j++) {
          vf v = v_get(x + TAP_AT(p, s, oy, (uint32_t)ox, i, j) + at, part);
          vi more = v > best;
          best = v_pick(more, v, best);
          who = (((vi){0} + (int32_t)(i * p->kw + j)) & more) | (who & ~more);
        }
      v_put(y + o + at, best, part);
      if (arg) v_put(arg + o + at, (vf)who, part);
    }
  }
}

static void max_pool_back(float *dx, const float *dy, const float *arg,
                          const mote_slide_t *p) {
  memset(dx, 0, (size_t)p->n * p->h * p->w * p->c * sizeof *dx);
  FOR_PIXELS(p, s, oy, ox, o) {
    taps_t ti = ROW_TAPS(p, oy), tj = COL_TAPS(p, (uint32_t)ox);
    FOR_VECTORS(p->c, at, part) {
      vf g = v_get(dy + o + at, part);
      vi who = (vi)v_get(arg + o + at, part);
      for (uint32_t i = ti.from; i < ti.to; i++)
        for (uint32_t j = tj.from; j < tj.to; j++) {
          float *to = dx + TAP_AT(p, s, oy, (uint32_t)ox, i, j) + at;
          vi won = who == (vi){0} + (int32_t)(i * p->kw + j);
          v_put(to, v_get(to, part) + (vf)((vi)g & won), part);
        }
    }
  }
}

/* The mean of the taps inside (padding does not count, as in TensorFlow Lite). */
static void avg_pool(float *y, const float *x, const mote_slide_t *p) {
  FOR_PIXELS(p, s, oy, ox, o) {
    taps_t ti = ROW_TAPS(p, oy), tj = COL_TAPS(p, (uint32_t)ox);
    float n = (float)((ti.to - ti.from) * (tj.to - tj.from));
    FOR_VECTORS(p->c, at, part) {
      vf sum = {0};
      for (uint32_t i = ti.from; i < ti.to; i++)
        for (uint32_t j = tj.from; j < tj.to; j++)
          sum += v_get(x + TAP_AT(p, s, oy, (uint32_t)ox, i, j) + at, part);
      v_put(y + o + at, sum / n, part);
    }
  }
}

static void avg_pool_back(float *dx, const float *dy, const mote_slide_t *p) {
  memset(dx, 0, (size_t)p->n * p->h * p->w * p->c * sizeof *dx);
  FOR_PIXELS(p, s, oy, ox, o) {
    taps_t ti = ROW_TAPS(p, oy), tj = COL_TAPS(p, (uint32_t)ox);
    float n = (float)((ti.to - ti.from) * (tj.to - tj.from));
    FOR_VECTORS(p->c, at, part) {
      vf g = v_get(dy + o + at, part) / n;
      for (uint32_t i = ti.from; i < ti.to; i++)
        for (uint32_t j = tj.from; j < tj.to; j++) {
          float *to = dx + TAP_AT(p, s, oy, (uint32_t)ox, i, j) + at;
          v_put(to, v_get(to, part) + g, part);
        }
    }
  }
}

/* ---- Depthwise convolution: w [kh][kw][c] ------------------------------------------ */

/* One output pixel. Constant ranges (the inner 3 x 3 case) unroll after inlining. */
INLINE void depthwise_pixel(float *y, const float *x, const float *w, const float *bias,
                            const mote_slide_t *p, taps_t ti, taps_t tj) {
  size_t row = (size_t)p->w * p->c;
  FOR_VECTORS(p->c, at, part) {
    vf sum = bias ? v_get(bias + at, part) : (vf){0};
    for (uint32_t i = ti.from; i < ti.to; i++) {
      const float *xi = x + (i - ti.from) * row + at;
      const float *wi = w + (size_t)i * p->kw * p->c + at;
      for (uint32_t j = tj.from; j < tj.to; j++)
        sum = v_fma(v_get(xi + (size_t)(j - tj.from) * p->c, part),
                    v_get(wi + (size_t)j * p->c, part), sum);
    }
    v_put(y + at, sum, part);
  }
}

static void depthwise(float *y, const float *x, const float *w, const float *bias,
                      const mote_slide_t *p) {
  const taps_t three = {0, 3};
  FOR_PIXELS(p, s, oy, ox, o) {
    taps_t ti = ROW_TAPS(p, oy), tj = COL_TAPS(p, (uint32_t)ox);
    const float *from = x + TAP_AT(p, s, oy, (uint32_t)ox, ti.from, tj.from);
    int inner = p->kw == 3 && ti.to - ti.from == 3 && tj.to - tj.from == 3;
    if (inner) depthwise_pixel(y + o, from, w, bias, p, three, three);
    else depthwise_pixel(y + o, from, w, bias, p, ti, tj);
  }
}

/* Output row that reads input row iy through tap i, or -1. */
INLINE int64_t source(uint32_t iy, uint32_t i, uint32_t pad, uint32_t stride,
                      uint32_t size) {
  int64_t t = (int64_t)iy + pad - i;
  if (t < 0 || (stride > 1 && t % stride)) return -1;
  if (stride > 1) t /= stride;
  return t < size ? t : -1;
}

/* dx[iy][ix] = sum over taps of dy[oy][ox] * w[i][j]: the outputs that read this pixel */
static void depthwise_back_x(float *dx, const float *dy, const float *w,
                             const mote_slide_t *p) {
  for (size_t at_px = 0; at_px < (size_t)p->n * p->h * p->w; at_px++) {
    uint32_t ix = (uint32_t)(at_px % p->w), iy = (uint32_t)(at_px / p->w % p->h);
    size_t s = at_px / p->w / p->h;
    FOR_VECTORS(p->c, at, part) {
      vf sum = {0};
      for (uint32_t i = 0; i < p->kh; i++) {
        int64_t oy = source(iy, i, p->pad_top, p->sh, p->oh);
        if (oy < 0) continue;
        const float *row = dy + ((s * p->oh + (size_t)oy) * p->ow) * p->c + at;
        for (uint32_t j = 0; j < p->kw; j++) {
          int64_t ox = source(ix, j, p->pad_left, p->sw, p->ow);
          if (ox < 0) continue;
          sum = v_fma(v_get(row + (size_t)ox * p->c, part),
                      v_get(w + ((size_t)i * p->kw + j) * p->c + at, part), sum);
        }
      }
      v_put(dx + at_px * p->c + at, sum, part);
    }
  }
}

/* Outputs o in [from, to) whose tap i lies inside: 0 <= o*stride + i - pad < size. */
INLINE taps_t outputs_of(uint32_t i, uint32_t stride, uint32_t pad, uint32_t size,
                         uint32_t outputs) {
  uint32_t from = i < pad ? (pad - i + stride - 1) / stride : 0;
  uint32_t to = size + pad > i ? (size + pad - i + stride - 1) / stride : 0;
  taps_t t = {from, to < outputs ? to : outputs};
  return t;
}

/* One tap, up to four channel vectors: sum over samples and pixels of x * dy. */
INLINE void tap_gradient(float *dw, const float *x, const float *dy, int keep,
                         const mote_slide_t *p, uint32_t i, uint32_t j, const size_t vecs,
                         size_t part) {
  taps_t ry = outputs_of(i, p->sh, p->pad_top, p->h, p->oh);
  taps_t rx = outputs_of(j, p->sw, p->pad_left, p->w, p->ow);
  vf sum[4];
  UNROLL for (size_t v = 0; v < vecs; v++)
    sum[v] = keep ? v_get(dw + v * LANES, part) : (vf){0};
  for (uint32_t s = 0; s < p->n; s++)
    for (uint32_t oy = ry.from; oy < ry.to; oy++) {
      if (rx.from >= rx.to) continue;
      const float *xi = x + TAP_AT(p, s, oy, rx.from, i, j);
      const float *gi = dy + (((size_t)s * p->oh + oy) * p->ow + rx.from) * p->c;
      for (uint32_t ox = rx.from; ox < rx.to; ox++) {
        UNROLL for (size_t v = 0; v < vecs; v++)
          sum[v] =
              v_fma(v_get(xi + v * LANES, part), v_get(gi + v * LANES, part), sum[v]);
        xi += (size_t)p->sw * p->c;
        gi += p->c;
      }
    }
  UNROLL for (size_t v = 0; v < vecs; v++) v_put(dw + v * LANES, sum[v], part);
}

static void depthwise_back_w(float *dw, const float *x, const float *dy, int keep,
                             const mote_slide_t *p) {
  for (uint32_t i = 0; i < p->kh; i++)
    for (uint32_t j = 0; j < p->kw; j++) {
      float *to = dw + ((size_t)i * p->kw + j) * p->c;
      size_t at = 0;
      for (; at + 4 * LANES <= p->c; at += 4 * LANES)
        tap_gradient(to + at, x + at, dy + at, keep, p, i, j, 4, 0);
      for (; at < p->c; at += LANES)
        tap_gradient(to + at, x + at, dy + at, keep, p, i, j, 1,
                     p->c - at < LANES ? p->c - at : 0);
    }
}
