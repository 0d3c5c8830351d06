/* SPDX-License-Identifier: Apache-2.0
 * Vector kernels of the trainer, one table per instruction set, all giving the same bits:
 * - every output element is one chain of fused multiply-adds in a fixed order; vectors
 *   lie across outputs (columns, channels), so their width changes nothing;
 * - the rest is IEEE +, -, *, /, sqrt, one rounding each: contraction is off;
 * - long sums are cut into slices of samples that depend on shapes alone (train/work.h).
 */
#ifndef MOTE_TRAIN_ISA_H
#define MOTE_TRAIN_ISA_H

#include <stddef.h>
#include <stdint.h>

/* c[i][j] = start + sum over l < k of a[i*a_row + l*a_col] * b[l*ldb + j], i < m, j < n.
 * start: c itself (add), else bias[j], else 0. */
typedef struct {
  const float *a;
  size_t a_row, a_col;
  const float *b;
  size_t ldb;
  float *c;
  size_t ldc, m, n, k;
  const float *bias;
  int add;
} mote_gemm_t;

/* y = clamp(x * scale[c] + shift[c], lo, hi); x, y [rows][c]. */
typedef struct {
  const float *scale, *shift;
  size_t rows, c;
  float lo, hi;
} mote_affine_t;

/* Backward of y = act((x - mean) * inv * gamma + beta), act one of none, relu, relu6.
 * g = dy where lo < y < hi, else 0. All [rows][c], statistics [c]. */
typedef struct {
  const float *dy, *y, *x;
  size_t rows, c;
  float lo, hi;
  const float *mean, *inv;
  const float *kg, *kx, *k0; /* norm_back: dx = g * kg + (x - mean) * kx + k0 */
} mote_norm_back_t;

typedef struct {
  uint32_t key, below; /* an element is dropped when hash(key, index) < below */
  uint64_t first;      /* index of element 0 */
  float keep;          /* 1 / (1 - rate) */
} mote_drop_t;

/* Integers lo..hi times scale; x is rounded to the nearest, halves to even. */
typedef struct { float scale, lo, hi; } mote_grid_t;

/* A window that moves over `n` samples [h][w][c] and gives [oh][ow][c]. */
typedef struct {
  uint32_t n, h, w, c, oh, ow;
  uint32_t kh, kw, sh, sw;
  uint32_t pad_top, pad_left;
} mote_slide_t;

typedef struct {
  float *w, *m, *v; /* SGD: m is the velocity, v unused */
  const float *g;
  size_t n;
  float lr;    /* Adam: already divided by 1 - beta1^t */
  float beta1, beta2, eps;
  float root;  /* Adam: 1 / sqrt(1 - beta2^t) */
  float decay; /* w is first multiplied by 1 - decay (AdamW) */
  float l2;    /* g + l2 * w (Adam, SGD) */
  int nesterov;
} mote_update_t;

typedef struct {
  const char *name;
#define KERNEL(name, args) void(*name) args;
#include "train/isa/kernels.def"
#undef KERNEL
} mote_kernels_t;

/* The table in use: mote_train_isa_set, MOTE_TRAIN_ISA, else the widest this host has. */
const mote_kernels_t *mote_kernels(void);

#endif
