/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ops/move.h"
#include "model/ops/util.h"
#include "nn/gather.h"

static void run(const void *p, const void *const *in, void *const *out, void *s) {
  (void)s;
  mote_gather_slices(p, in[0], in[1], out[0]);
}
#define F(m) MOTE_FIELD(mote_gather_slices_t, m, I32)
static const mote_field_t fields[] = {F(batches), F(outer), F(size), F(n),
                                      F(bytes)};
#undef F
static const mote_struct_t params =
    MOTE_STRUCT(mote_gather_slices_t, "nn/gather.h", fields);
static const mote_kernel_t kernel = {
    "mote_gather_slices", &params, run, "nn/gather.c", "vi", "v", 0, 0};

static const mote_param_t rows[] = {
    {"axis", MOTE_P_INT, offsetof(mote_gather_attr_t, axis), -MOTE_RANK_MAX,
     MOTE_RANK_MAX - 1, 0, NULL, "", "The axis; < 0 from the end."},
    {"batch_dims", MOTE_P_INT, offsetof(mote_gather_attr_t, batch_dims), 0,
     MOTE_RANK_MAX - 1, 0, NULL, "", "Leading axes that both inputs have."}};

static int shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_gather_attr_t *a = n->attr;
  const mote_tensor_t *x = mote_node_in(g, n, 0), *at = mote_node_in(g, n, 1);
  int32_t axis = mote_resolve_axis(a->axis, x->dims.rank), batch = a->batch_dims;
  if (axis < 0) return axis;
  MOTE_TRY(mote_want_moved(g, n, 1));
  if (at->dtype != MOTE_I32)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "\"%s\" must hold i32, not %s", at->name,
                     mote_dtype_name(at->dtype));
  if (batch < 0 || batch > axis || batch > at->dims.rank ||
      x->dims.rank - 1 + at->dims.rank - batch > MOTE_RANK_MAX)
    return mote_fail(MOTE_ERR_PARAM, "batch_dims %d do not fit axis %d and the numbers",
                     (int)batch, (int)axis);
  *out = (mote_dims_t){0};
  for (int32_t i = 0; i < axis; i++) {
    if (i < batch && at->dims.d[i] != x->dims.d[i])
      return mote_fail(MOTE_ERR_SIZE, "axis %d of both inputs must be equal", (int)i);
    out->d[out->rank++] = x->dims.d[i];
  }
  for (int32_t i = batch; i < at->dims.rank; i++) out->d[out->rank++] = at->dims.d[i];
  for (int32_t i = axis + 1; i < x->dims.rank; i++) out->d[out->rank++] = x->dims.d[i];
  return MOTE_OK;
}

static int lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_gather_attr_t *a = n->attr;
  const mote_tensor_t *x = mote_node_in(g, n, 0), *at = mote_node_in(g, n, 1);
  int32_t axis = mote_resolve_axis(a->axis, x->dims.rank);
  mote_step_t *s = mote_simple_step(prog, node, &kernel, 2);
  if (!s) return MOTE_ERR_NOMEM;
  mote_gather_slices_t p = {1, 1, x->dims.d[axis], 1,
                            (int32_t)mote_dtype_bytes(x->dtype)};
  for (int32_t i = 0; i < axis; i++)
    *(i < a->batch_dims ? &p.batches : &p.outer) *= x->dims.d[i];
  for (int32_t i = a->batch_dims; i < at->dims.rank; i++) p.n *= at->dims.d[i];
  for (int32_t i = axis + 1; i < x->dims.rank; i++) p.bytes *= x->dims.d[i];
  *(mote_gather_slices_t *)s->params = p;
  return MOTE_OK;
}

const mote_op_t mote_op_gather = {
    .name = "gather", .help = "Slices of an axis, by numbers given or computed.",
    .attrs = rows, .n_attrs = 2, .attr_bytes = sizeof(mote_gather_attr_t), .min_in = 2,
    .max_in = 2, .n_out = 1, .types = MOTE_TYPES_F32_I8_I16, .const_in = 3,
    .quant = MOTE_QUANT_SAME, .weights_axis = -1, .shape = shape, .lower = lower};
