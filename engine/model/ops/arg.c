/* SPDX-License-Identifier: Apache-2.0
 * Index of the largest or smallest value along an axis, as int32. */
#include "model/ops/util.h"
#include "nn/arg.h"

static const mote_field_t fields[] = {MOTE_FIELD(mote_arg_t, outer, I32),
                                      MOTE_FIELD(mote_arg_t, count, I32),
                                      MOTE_FIELD(mote_arg_t, inner, I32)};
static const mote_struct_t arg_struct = MOTE_STRUCT(mote_arg_t, "nn/arg.h", fields);

#define KERNEL(id, c)                                                                    \
  MOTE_WRAP1(mote_##id, mote_arg_t)                                                      \
  static const mote_kernel_t kernel_##id = {                                             \
      "mote_" #id, &arg_struct, run_mote_##id, "nn/" #id ".c", c, "i", 0, 0};
KERNEL(arg_max_s8, "b")
KERNEL(arg_max_f32, "f")
KERNEL(arg_min_s8, "b")
KERNEL(arg_min_f32, "f")

static const mote_param_t rows[] = {
    {"axis", MOTE_P_INT, offsetof(mote_arg_attr_t, axis), -MOTE_RANK_MAX,
     MOTE_RANK_MAX - 1, -1, NULL, "", "Axis that is searched; < 0 from the end."},
    {"keep_dims", MOTE_P_BOOL, offsetof(mote_arg_attr_t, keep_dims), 0, 1, 0, NULL, "",
     "Keep the axis with size 1."}};

static int arg_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_arg_attr_t *a = n->attr;
  const mote_tensor_t *in = mote_node_in(g, n, 0);
  MOTE_TRY(mote_want_real(in, "input"));
  if (mote_node_out(g, n)->dtype != MOTE_I32)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "the output must be i32");
  int32_t axis = mote_resolve_axis(a->axis, in->dims.rank);
  if (axis < 0) return axis;
  *out = (mote_dims_t){0};
  for (int32_t i = 0; i < in->dims.rank; i++)
    if (i != axis || a->keep_dims) out->d[out->rank++] = i == axis ? 1 : in->dims.d[i];
  return MOTE_OK;
}

static int lower(mote_program_t *prog, int32_t node, const mote_kernel_t *f32,
                 const mote_kernel_t *s8) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_arg_attr_t *a = n->attr;
  const mote_tensor_t *in = mote_node_in(g, n, 0);
  mote_step_t *s = mote_simple_step(prog, node, in->dtype == MOTE_F32 ? f32 : s8, 1);
  if (!s) return MOTE_ERR_NOMEM;
  int32_t axis = mote_resolve_axis(a->axis, in->dims.rank);
  mote_arg_t p = {1, in->dims.d[axis], 1};
  for (int32_t i = 0; i < in->dims.rank; i++) {
    if (i < axis) p.outer *= in->dims.d[i];
    if (i > axis) p.inner *= in->dims.d[i];
  }
  *(mote_arg_t *)s->params = p;
  return MOTE_OK;
}

#define ARG(id, text)                                                                    \
  static int id##_lower(mote_program_t *prog, int32_t node) {                            \
    return lower(prog, node, &kernel_##id##_f32, &kernel_##id##_s8);                     \
  }                                                                                      \
  const mote_op_t mote_op_##id = {.name = #id, .help = text, .attrs = rows,              \
                                  .n_attrs = 2, .attr_bytes = sizeof(mote_arg_attr_t),   \
                                  .min_in = 1, .max_in = 1, .n_out = 1,                  \
                                  .quant = MOTE_QUANT_NONE, .weights_axis = -1,          \
                                  .shape = arg_shape, .lower = id##_lower}
ARG(arg_max, "Index of the largest value along an axis, as i32.");
ARG(arg_min, "Index of the smallest value along an axis, as i32.");
