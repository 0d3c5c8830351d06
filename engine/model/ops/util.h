/* SPDX-License-Identifier: Apache-2.0
 * What the operator files share: access to a node's tensors, checks of types and
 * quantisation, and the host-side arithmetic of requantisation. */
#ifndef MOTE_MODEL_OPS_UTIL_H
#define MOTE_MODEL_OPS_UTIL_H

#include "model/attrs.h"
#include "model/op.h"
#include "nn/filter.h"
#include "nn/window.h"

#define MOTE_TAPS_LIMIT 65536 /* products in one int8 sum: it cannot overflow 32 bits */

static inline const mote_tensor_t *mote_node_in(const mote_graph_t *g,
                                                const mote_node_t *n, int32_t i) {
  return &g->tensors[n->in[i]];
}
static inline const mote_tensor_t *mote_node_out(const mote_graph_t *g,
                                                 const mote_node_t *n) {
  return &g->tensors[n->out[0]];
}
static inline float mote_scale_of(const mote_tensor_t *t) { return t->quant.scale[0]; }
static inline int32_t mote_zero_of(const mote_tensor_t *t) { return t->quant.zero[0]; }
static inline int32_t mote_count(const mote_tensor_t *t) {
  return (int32_t)mote_dims_count(&t->dims);
}

/* A name such as "input" for the message; the tensor must be f32, or i8 with one scale.
 */
int mote_want_real(const mote_tensor_t *t, const char *what);
/* The first `inputs` inputs and the output: of one type that the operator takes; integers
 * with one scale each. */
int mote_want_uniform(const mote_graph_t *g, const mote_node_t *n, int32_t inputs);
/* i8: the output has the scale and zero point of input i. */
int mote_want_same_scale(const mote_graph_t *g, const mote_node_t *n, int32_t i);
/* Weights (input 1, `channels` outputs, `taps` products each) and bias (input 2 or none).
 */
int mote_want_filter(const mote_graph_t *g, const mote_node_t *n, int32_t channels,
                     int64_t taps);
/* axis < 0 counts from the end; negative status when out of range. */
int mote_resolve_axis(int32_t axis, int32_t rank);

/* m = multiplier * 2^(shift - 31), as TFLite rounds it. Refuses m >= 2^30. */
int mote_quantise_multiplier(double m, int32_t *multiplier, int32_t *shift);
/* Clamp limits of a fused activation; s8: of int8 or int16, as `out` is. */
void mote_activation_s8(int32_t act, const mote_tensor_t *out, int32_t *lo, int32_t *hi);
void mote_activation_f32(int32_t act, float *lo, float *hi);

/* A border value on the output's scale. */
int32_t mote_border_s8(float value, const mote_tensor_t *out);

/* The geometry of a convolution or pool over a [1][h][w][c] input. */
int mote_window_make(const mote_window_attr_t *a, const mote_dims_t *in, int32_t k_h,
                     int32_t k_w, mote_window_t *out);

/* Tables of the weighted kernels, in the arena of the program. */
int mote_fill_filter_s8(mote_program_t *prog, int32_t node, int32_t act,
                        mote_filter_s8_t *f);
int mote_fill_filter_s16(mote_program_t *prog, int32_t node, int32_t act,
                         mote_filter_s16_t *f);
/* int64 biases as int32, or refused when they are larger. */
int mote_narrow_bias(mote_program_t *prog, const mote_tensor_t *bias, mote_i32s_t *out);
int mote_fill_filter_f32(mote_program_t *prog, int32_t node, int32_t act,
                         mote_filter_f32_t *f);

/* New step whose inputs are the first `inputs` of the node and whose output is its own.
 */
mote_step_t *mote_simple_step(mote_program_t *prog, int32_t node, const mote_kernel_t *k,
                              int32_t inputs);

int mote_lower_softmax_s16(mote_program_t *prog, int32_t node);

/* Traits of functions of one value, and of those that rise with it. */
uint32_t mote_traits_value(const mote_graph_t *g, const mote_node_t *n);
uint32_t mote_traits_rising(const mote_graph_t *g, const mote_node_t *n);
/* MOTE_RISING, where no requantisation can wrap. */
uint32_t mote_traits_rise(const mote_graph_t *g, const mote_node_t *n);
/* Of windows that slide over each channel and rise. */
uint32_t mote_traits_window(const mote_graph_t *g, const mote_node_t *n);
uint32_t mote_traits_moves(const mote_graph_t *g, const mote_node_t *n);

extern const mote_struct_t mote_struct_window, mote_struct_filter_s8,
    mote_struct_filter_s16, mote_struct_filter_f32, mote_struct_add_s8,
    mote_struct_mul_s8, mote_struct_mean_s8, mote_struct_pool2d_s8,
    mote_struct_depthwise_conv2d_s8;

/* Attribute rows of mote_window_attr_t. */
#define MOTE_CONV_ROWS 10
#define MOTE_POOL_ROWS 12
extern const mote_param_t mote_window_rows[MOTE_POOL_ROWS];

/* The host's wrapper of a device kernel with one or two inputs. */
#define MOTE_WRAP1(fn, T)                                                                \
  static void run_##fn(const void *p, const void *const *in, void *const *out,           \
                       void *s) {                                                        \
    (void)s;                                                                             \
    fn((const T *)p, in[0], out[0]);                                                     \
  }
#define MOTE_WRAP2(fn, T)                                                                \
  static void run_##fn(const void *p, const void *const *in, void *const *out,           \
                       void *s) {                                                        \
    (void)s;                                                                             \
    fn((const T *)p, in[0], in[1], out[0]);                                              \
  }

#define MOTE_WRAP1_SCRATCH(fn, T)                                                        \
  static void run_##fn(const void *p, const void *const *in, void *const *out,           \
                       void *s) {                                                        \
    fn((const T *)p, in[0], out[0], s);                                                  \
  }

#define MOTE_ACTIVATION_ROW(T)                                                           \
  {                                                                                      \
    "activation", MOTE_P_CHOICE, offsetof(T, activation), 0, 3, MOTE_ACT_NONE,           \
        "none|relu|relu6|relu_n1_to_1", "", "Clamp applied to the output."               \
  }

#endif
