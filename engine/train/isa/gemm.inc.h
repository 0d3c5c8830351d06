/* SPDX-License-Identifier: Apache-2.0
 * Matrix product by register tiles: `rows` x `vecs` sums stay in registers over the whole
 * depth k, so each c[i][j] is one chain of k fused multiply-adds whatever the tile. */

/* One tile; rows and vecs are constants after inlining, part is that of the last vector.
 */
INLINE void gemm_tile(const mote_gemm_t *p, const float *a, const float *b, float *c,
                      const float *bias, const int rows, const int vecs, size_t part) {
  vf sum[8][4];
  UNROLL for (int i = 0; i < rows; i++) {
    UNROLL for (int j = 0; j < vecs; j++) {
      size_t cut = j == vecs - 1 ? part : 0;
      const float *from = p->add ? c + (size_t)i * p->ldc : bias;
      sum[i][j] = from ? v_get(from + j * LANES, cut) : (vf){0};
    }
  }
  for (size_t l = 0; l < p->k; l++) {
    vf row[4];
    UNROLL for (int j = 0; j < vecs; j++)
      row[j] = v_get(b + j * LANES, j == vecs - 1 ? part : 0);
    UNROLL for (int i = 0; i < rows; i++) {
      vf x = v_all(a[(size_t)i * p->a_row]);
      UNROLL for (int j = 0; j < vecs; j++) sum[i][j] = v_fma(x, row[j], sum[i][j]);
    }
    a += p->a_col;
    b += p->ldb;
  }
  UNROLL for (int i = 0; i < rows; i++) {
    UNROLL for (int j = 0; j < vecs; j++)
      v_put(c + (size_t)i * p->ldc + j * LANES, sum[i][j], j == vecs - 1 ? part : 0);
  }
}

/* All rows of one column panel of `vecs` vectors. */
INLINE void gemm_panel(const mote_gemm_t *p, size_t col, const int rows, const int vecs,
                       size_t part) {
  const float *a = p->a, *b = p->b + col, *bias = p->bias ? p->bias + col : NULL;
  float *c = p->c + col;
  size_t i = 0;
  for (; i + (size_t)rows <= p->m; i += (size_t)rows)
    gemm_tile(p, a + i * p->a_row, b, c + i * p->ldc, bias, rows, vecs, part);
  for (; i + 2 <= p->m; i += 2)
    gemm_tile(p, a + i * p->a_row, b, c + i * p->ldc, bias, 2, vecs, part);
  if (i < p->m) gemm_tile(p, a + i * p->a_row, b, c + i * p->ldc, bias, 1, vecs, part);
}

#define GEMM_PANEL(vecs)                                                                 \
  static __attribute__((noinline)) void gemm_panel_##vecs(const mote_gemm_t *p,          \
                                                          size_t col, size_t part) {     \
    if (part) gemm_panel(p, col, TILE_ROWS_##vecs, vecs, part);                          \
    else gemm_panel(p, col, TILE_ROWS_##vecs, vecs, 0);                                  \
  }
GEMM_PANEL(1)
GEMM_PANEL(2)
GEMM_PANEL(3)
GEMM_PANEL(4)

static void gemm(const mote_gemm_t *p) {
  size_t col = 0;
  for (; p->n - col > 4 * LANES; col += 4 * LANES) gemm_panel_4(p, col, 0);
  size_t left = p->n - col, part = left % LANES;
  switch ((left + LANES - 1) / LANES) {
  case 4: gemm_panel_4(p, col, part); break;
  case 3: gemm_panel_3(p, col, part); break;
  case 2: gemm_panel_2(p, col, part); break;
  case 1: gemm_panel_1(p, col, part); break;
  default: break;
  }
}
