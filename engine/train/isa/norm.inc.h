/* SPDX-License-Identifier: Apache-2.0
 * Sums down the rows of x [rows][c] and the passes of batch norm (Ioffe & Szegedy, arXiv
 * 1502.03167). Vectors lie across channels: each channel sums its rows in order. */

/* Calls fn(at, vecs, part) for columns [at, ...): blocks of four whole vectors, then
 * single ones. A block keeps its sums in registers and reads whole cache lines row by
 * row. */
#define FOR_BLOCKS(c, fn)                                                                \
  do {                                                                                   \
    size_t at_ = 0;                                                                      \
    for (; at_ + 4 * LANES <= (c); at_ += 4 * LANES) fn(at_, 4, 0);                      \
    for (; at_ < (c); at_ += LANES) fn(at_, 1, (c) - at_ < LANES ? (c) - at_ : 0);       \
  } while (0)

/* sum[c] = x[0][c] + x[1][c] + ... */
INLINE void col_sums_block(float *sum, const float *x, size_t rows, size_t c,
                           const size_t vecs, size_t part) {
  vf s[4] = {{0}};
  for (size_t r = 0; r < rows; r++, x += c)
    UNROLL for (size_t j = 0; j < vecs; j++) s[j] += v_get(x + j * LANES, part);
  UNROLL for (size_t j = 0; j < vecs; j++) v_put(sum + j * LANES, s[j], part);
}

static void col_sums(float *sum, const float *x, size_t rows, size_t c) {
#define BLOCK(at, vecs, part) col_sums_block(sum + at, x + at, rows, c, vecs, part)
  FOR_BLOCKS(c, BLOCK);
#undef BLOCK
}

INLINE void moments_block(float *mean, float *m2, const float *x, size_t rows, size_t c,
                          const size_t vecs, size_t part) {
  vf m[4], s[4] = {{0}};
  float n = (float)rows;
  UNROLL for (size_t j = 0; j < vecs; j++) m[j] = v_get(mean + j * LANES, part) / n;
  for (size_t r = 0; r < rows; r++, x += c)
    UNROLL for (size_t j = 0; j < vecs; j++) {
      vf d = v_get(x + j * LANES, part) - m[j];
      s[j] = v_fma(d, d, s[j]);
    }
  UNROLL for (size_t j = 0; j < vecs; j++) {
    v_put(mean + j * LANES, m[j], part);
    v_put(m2 + j * LANES, s[j], part);
  }
}

/* mean[c], m2[c] = sum of (x - mean)^2: two passes, the rows being in the cache. */
static void moments(float *mean, float *m2, const float *x, size_t rows, size_t c) {
  col_sums(mean, x, rows, c);
#define BLOCK(at, vecs, part)                                                            \
  moments_block(mean + at, m2 + at, x + at, rows, c, vecs, part)
  FOR_BLOCKS(c, BLOCK);
#undef BLOCK
}

INLINE void affine_block(float *y, const float *x, const mote_affine_t *p, size_t at,
                         const size_t vecs, size_t part) {
  vf a[4], b[4], lo = v_all(p->lo), hi = v_all(p->hi);
  UNROLL for (size_t j = 0; j < vecs; j++) {
    a[j] = v_get(p->scale + at + j * LANES, part);
    b[j] = v_get(p->shift + at + j * LANES, part);
  }
  for (size_t i = at; i < p->rows * p->c; i += p->c)
    UNROLL for (size_t j = 0; j < vecs; j++) {
      vf v = v_fma(v_get(x + i + j * LANES, part), a[j], b[j]);
      v_put(y + i + j * LANES, v_min(v_max(v, lo), hi), part);
    }
}

static void affine(float *y, const float *x, const mote_affine_t *p) {
#define BLOCK(at, vecs, part) affine_block(y, x, p, at, vecs, part)
  FOR_BLOCKS(p->c, BLOCK);
#undef BLOCK
}

INLINE vf masked_gradient(const mote_norm_back_t *p, size_t i, size_t part) {
  vf y = v_get(p->y + i, part);
  vi inside = (y > v_all(p->lo)) & (y < v_all(p->hi));
  return (vf)((vi)v_get(p->dy + i, part) & inside);
}

INLINE void norm_sums_block(const mote_norm_back_t *p, float *sum_g, float *sum_gx,
                            size_t at, const size_t vecs, size_t part) {
  vf mean[4], sg[4] = {{0}}, sx[4] = {{0}};
  UNROLL for (size_t j = 0; j < vecs; j++)
    mean[j] = v_get(p->mean + at + j * LANES, part);
  for (size_t r = at; r < p->rows * p->c; r += p->c)
    UNROLL for (size_t j = 0; j < vecs; j++) {
      size_t i = r + j * LANES;
      vf g = masked_gradient(p, i, part);
      sg[j] += g;
      sx[j] = v_fma(g, v_get(p->x + i, part) - mean[j], sx[j]);
    }
  UNROLL for (size_t j = 0; j < vecs; j++) {
    v_put(sum_g + at + j * LANES, sg[j], part);
    v_put(sum_gx + at + j * LANES, sx[j], part);
  }
}

/* sum_g = sum of g, sum_gx = sum of g * (x - mean), both [c]. */
static void norm_sums(const mote_norm_back_t *p, float *sum_g, float *sum_gx) {
#define BLOCK(at, vecs, part) norm_sums_block(p, sum_g, sum_gx, at, vecs, part)
  FOR_BLOCKS(p->c, BLOCK);
#undef BLOCK
}

INLINE void norm_back_block(const mote_norm_back_t *p, float *dx, size_t at,
                            const size_t vecs, size_t part) {
  vf mean[4], kg[4], kx[4], k0[4];
  UNROLL for (size_t j = 0; j < vecs; j++) {
    mean[j] = v_get(p->mean + at + j * LANES, part);
    kg[j] = v_get(p->kg + at + j * LANES, part);
    kx[j] = v_get(p->kx + at + j * LANES, part);
    k0[j] = v_get(p->k0 + at + j * LANES, part);
  }
  for (size_t r = at; r < p->rows * p->c; r += p->c)
    UNROLL for (size_t j = 0; j < vecs; j++) {
      size_t i = r + j * LANES;
      vf d = v_get(p->x + i, part) - mean[j];
      vf g = masked_gradient(p, i, part);
      v_put(dx + i, v_fma(g, kg[j], v_fma(d, kx[j], k0[j])), part);
    }
}

/* dx = g * kg + (x - mean) * kx + k0 */
static void norm_back(const mote_norm_back_t *p, float *dx) {
#define BLOCK(at, vecs, part) norm_back_block(p, dx, at, vecs, part)
  FOR_BLOCKS(p->c, BLOCK);
#undef BLOCK
}
