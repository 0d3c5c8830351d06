/* SPDX-License-Identifier: Apache-2.0
 * Operators of two operands, element by element, of any shapes that broadcast. A run is
 * the innermost part: output k comes from a[k mod a_n] and b[k mod b_n]. Shapes that are
 * more than one run have outer loops around it. */
#ifndef MOTE_NN_BINARY_H
#define MOTE_NN_BINARY_H

#include <stdint.h>

#define MOTE_OUTER_MAX 5
typedef struct {
  int32_t rank; /* loops, the innermost first */
  int32_t n[MOTE_OUTER_MAX], a[MOTE_OUTER_MAX], b[MOTE_OUTER_MAX]; /* turns and steps */
} mote_outer_t;

typedef struct { int32_t at[MOTE_OUTER_MAX], a, b; } mote_walk_t;

/* Where the next run reads, as offsets in w->a and w->b; 0 when there is none. */
static inline int32_t mote_walk_next(const mote_outer_t *o, mote_walk_t *w) {
  for (int32_t i = 0; i < o->rank; i++) {
    w->a += o->a[i], w->b += o->b[i];
    if (++w->at[i] < o->n[i]) return 1;
    w->a -= o->n[i] * o->a[i], w->b -= o->n[i] * o->b[i];
    w->at[i] = 0;
  }
  return 0;
}

/* A run without further parameters: maximum, minimum of integers. */
typedef struct { int32_t n, a_n, b_n; } mote_binary_t;
typedef struct {
  mote_binary_t run;
  mote_outer_t outer;
} mote_binary_broadcast_t;

/* float32: the result is clamped. */
typedef struct {
  int32_t n, a_n, b_n;
  float min, max;
} mote_binary_f32_t;
typedef struct {
  mote_binary_f32_t run;
  mote_outer_t outer;
} mote_binary_broadcast_f32_t;

/* Defines mote_<op>_<type> and mote_<op>_broadcast_<type> over elements of type T (the
 * second operand: of type U): out = value(p, a, b). */
#define MOTE_BINARY_OF(op, type, P, B, T, U, value)                                      \
  void mote_##op##_##type(const P *p, const T *a, const U *b, T *out) {                  \
    for (int32_t k = 0, i = 0, j = 0; k < p->n; k++) {                                   \
      out[k] = (T)value(p, a[i], b[j]);                                                  \
      if (++i == p->a_n) i = 0;                                                          \
      if (++j == p->b_n) j = 0;                                                          \
    }                                                                                    \
  }                                                                                      \
  void mote_##op##_broadcast_##type(const B *p, const T *a, const U *b, T *out) {        \
    mote_walk_t w = {{0}, 0, 0};                                                         \
    do {                                                                                 \
      mote_##op##_##type(&p->run, a + w.a, b + w.b, out);                                \
      out += p->run.n;                                                                   \
    } while (mote_walk_next(&p->outer, &w));                                             \
  }
#define MOTE_BINARY(op, type, P, B, T, value) MOTE_BINARY_OF(op, type, P, B, T, T, value)
/* Declares the two. */
#define MOTE_BINARY_DECLARE_OF(op, type, P, B, T, U)                                     \
  void mote_##op##_##type(const P *p, const T *a, const U *b, T *out);                   \
  void mote_##op##_broadcast_##type(const B *p, const T *a, const U *b, T *out);
#define MOTE_BINARY_DECLARE(op, type, P, B, T)                                           \
  MOTE_BINARY_DECLARE_OF(op, type, P, B, T, T)

/* Those whose parameters are here. Integer maxima and minima are on one scale. */
MOTE_BINARY_DECLARE(add, f32, mote_binary_f32_t, mote_binary_broadcast_f32_t, float)
MOTE_BINARY_DECLARE(sub, f32, mote_binary_f32_t, mote_binary_broadcast_f32_t, float)
MOTE_BINARY_DECLARE(mul, f32, mote_binary_f32_t, mote_binary_broadcast_f32_t, float)
MOTE_BINARY_DECLARE(div, f32, mote_binary_f32_t, mote_binary_broadcast_f32_t, float)
MOTE_BINARY_DECLARE(maximum, f32, mote_binary_f32_t, mote_binary_broadcast_f32_t, float)
MOTE_BINARY_DECLARE(minimum, f32, mote_binary_f32_t, mote_binary_broadcast_f32_t, float)
MOTE_BINARY_DECLARE(prelu, f32, mote_binary_f32_t, mote_binary_broadcast_f32_t, float)
MOTE_BINARY_DECLARE(squared_difference, f32, mote_binary_f32_t,
                    mote_binary_broadcast_f32_t, float)
MOTE_BINARY_DECLARE(maximum, s8, mote_binary_t, mote_binary_broadcast_t, int8_t)
MOTE_BINARY_DECLARE(maximum, s16, mote_binary_t, mote_binary_broadcast_t, int16_t)
MOTE_BINARY_DECLARE(minimum, s8, mote_binary_t, mote_binary_broadcast_t, int8_t)
MOTE_BINARY_DECLARE(minimum, s16, mote_binary_t, mote_binary_broadcast_t, int16_t)

#endif
