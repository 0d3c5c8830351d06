/* SPDX-License-Identifier: Apache-2.0
 * Sums down the rows of x [rows][c] and the passes of batch norm (Ioffe & Szegedy, arXiv
 * 1502.03167). Vectors lie across channels: each channel sums its rows in order. */

/* Column blocks of up to four vectors keep the sums in registers and hide the latency. */
#define FOR_BLOCKS(c, at, width)                                                           \
  for (size_t at = 0, width;                                                               \
       width = (c) - at < 4 * LANES ? (c) - at : 4 * LANES, at < (c); at += width)

#define BLOCK_PART(width, j) ((width) - (j) * LANES < LANES ? (width) - (j) * LANES : 0)

/* sum[c] = x[0][c] + x[1][c] + ... */
INLINE void col_sums_block(float *sum, const float *x, size_t rows, size_t c, size_t width,
                           const size_t vecs) {
  vf s[4] = {{0}};
  for (size_t r = 0; r < rows; r++, x += c)
    UNROLL for (size_t j = 0; j < vecs; j++)
      s[j] += v_get(x + j * LANES, j + 1 == vecs ? BLOCK_PART(width, j) : 0);
  UNROLL for (size_t j = 0; j < vecs; j++)
    v_put(sum + j * LANES, s[j], j + 1 == vecs ? BLOCK_PART(width, j) : 0);
}

static void col_sums(float *sum, const float *x, size_t rows, size_t c) {
  FOR_BLOCKS(c, at, width) {
    if (width == 4 * LANES) col_sums_block(sum + at, x + at, rows, c, width, 4);
    else
      for (size_t j = 0; j < width; j += LANES) {
        size_t one = width - j < LANES ? width - j : LANES;
        col_sums_block(sum + at + j, x + at + j, rows, c, one, 1);
      }
  }
}

/* mean[c], m2[c] = sum of (x - mean)^2: two passes, the rows being in the cache. */
static void moments(float *mean, float *m2, const float *x, size_t rows, size_t c) {
  col_sums(mean, x, rows, c);
  float n = (float)rows;
  FOR_VECTORS(c, at, part) {
    vf m = v_get(mean + at, part) / n, s = {0};
    for (size_t r = 0; r < rows; r++) {
      vf d = v_get(x + r * c + at, part) - m;
      s = v_fma(d, d, s);
    }
    v_put(mean + at, m, part);
    v_put(m2 + at, s, part);
  }
}

static void affine(float *y, const float *x, const mote_affine_t *p) {
  vf lo = v_all(p->lo), hi = v_all(p->hi);
  FOR_VECTORS(p->c, at, part) {
    vf a = v_get(p->scale + at, part), b = v_get(p->shift + at, part);
    for (size_t i = at; i < p->rows * p->c; i += p->c)
      v_put(y + i, v_min(v_max(v_fma(v_get(x + i, part), a, b), lo), hi), part);
  }
}

INLINE vf masked_gradient(const mote_norm_back_t *p, size_t i, size_t part) {
  vf y = v_get(p->y + i, part);
  vi inside = (y > v_all(p->lo)) & (y < v_all(p->hi));
  return (vf)((vi)v_get(p->dy + i, part) & inside);
}

/* sum_g = sum of g, sum_gx = sum of g * (x - mean), both [c]. */
static void norm_sums(const mote_norm_back_t *p, float *sum_g, float *sum_gx) {
  FOR_VECTORS(p->c, at, part) {
    vf mean = v_get(p->mean + at, part), sg = {0}, sx = {0};
    for (size_t i = at; i < p->rows * p->c; i += p->c) {
      vf g = masked_gradient(p, i, part);
      sg += g;
      sx = v_fma(g, v_get(p->x + i, part) - mean, sx);
    }
    v_put(sum_g + at, sg, part);
    v_put(sum_gx + at, sx, part);
  }
}

static void norm_back(const mote_norm_back_t *p, float *dx) {
  FOR_VECTORS(p->c, at, part) {
    vf mean = v_get(p->mean + at, part), kg = v_get(p->kg + at, part);
    vf kx = v_get(p->kx + at, part), k0 = v_get(p->k0 + at, part);
    for (size_t i = at; i < p->rows * p->c; i += p->c) {
      vf g = masked_gradient(p, i, part), d = v_get(p->x + i, part) - mean;
      v_put(dx + i, v_fma(g, kg, v_fma(d, kx, k0)), part);
    }
  }
}
