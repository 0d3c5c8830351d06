/* SPDX-License-Identifier: Apache-2.0
 * Kernels that take the parameters of the reference as they are. */
#include "model/fast.h"
#include "model/ops/util.h"
#include "nn/add.h"
#include "nn/mean.h"
#include "nn/mul.h"
#include "nn/pool2d.h"

#define KERNEL(op, wrap, T, in)                                                          \
  wrap(mote_##op##_s8_simd, mote_##T##_s8_t) static const mote_kernel_t kernel_##op = {  \
      .fn = "mote_" #op "_s8_simd", .params = &mote_struct_##T##_s8,                     \
      .run = run_mote_##op##_s8_simd, .source = "nn/simd/" #op "_s8_simd.c",             \
      .in_types = in, .out_types = "b"};
#define ROW(op)                                                                          \
  const mote_fast_t mote_fast_simd_##op = {                                              \
      "simd", "mote_" #op "_s8", &kernel_##op, fits_##op, cost_##op, NULL};

/* `values` results in vectors of eight, `each` instructions per vector. */
static mote_fast_cost_t cost_of(double values, double each) {
  return (mote_fast_cost_t){values / 8 * each + 20, 0, 0};
}

KERNEL(add, MOTE_WRAP2, add, "bb")
static int rescales(int32_t shift) { return shift <= 0 && shift >= -29; }
static int fits_add(const mote_step_t *s) {
  const mote_add_s8_t *p = s->params;
  return p->a_n == p->n && p->b_n == p->n && rescales(p->a_shift) &&
         rescales(p->b_shift) && rescales(p->out_shift);
}
static mote_fast_cost_t cost_add(const mote_step_t *s) {
  return cost_of(((const mote_add_s8_t *)s->params)->n, 60);
}
ROW(add)

KERNEL(mul, MOTE_WRAP2, mul, "bb")
static int fits_mul(const mote_step_t *s) {
  const mote_mul_s8_t *p = s->params;
  return p->a_n == p->n && p->b_n == p->n && rescales(p->out_shift);
}
static mote_fast_cost_t cost_mul(const mote_step_t *s) {
  return cost_of(((const mote_mul_s8_t *)s->params)->n, 30);
}
ROW(mul)

static mote_fast_cost_t cost_pool(const mote_step_t *s, double each) {
  const mote_window_t *g = &((const mote_pool2d_s8_t *)s->params)->win;
  return cost_of((double)g->out_h * g->out_w * g->in_c, 60 + each * g->k_h * g->k_w);
}

KERNEL(average_pool2d, MOTE_WRAP1, pool2d, "b")
static int fits_average_pool2d(const mote_step_t *s) {
  return ((const mote_pool2d_s8_t *)s->params)->win.in_c >= 8;
}
static mote_fast_cost_t cost_average_pool2d(const mote_step_t *s) {
  return cost_pool(s, 4);
}
ROW(average_pool2d)

KERNEL(max_pool2d, MOTE_WRAP1, pool2d, "b")
static int fits_max_pool2d(const mote_step_t *s) {
  return ((const mote_pool2d_s8_t *)s->params)->win.in_c >= 16;
}
static mote_fast_cost_t cost_max_pool2d(const mote_step_t *s) { return cost_pool(s, 2); }
ROW(max_pool2d)

KERNEL(mean, MOTE_WRAP1, mean, "b")
static int fits_mean(const mote_step_t *s) {
  return ((const mote_mean_s8_t *)s->params)->inner >= 8;
}
static mote_fast_cost_t cost_mean(const mote_step_t *s) {
  const mote_mean_s8_t *p = s->params;
  return cost_of((double)p->outer * p->inner, 90 + 3.0 * p->count);
}
ROW(mean)
