/* SPDX-License-Identifier: Apache-2.0
 * The anomaly scores as operators: one node from features f32 to a score f32 [1].
 * kmeans: features, axes i32 [d], mean [d], scale [d], centres [k][d], radius [k].
 * gmm: features, axes, mean, scale, centres, whiten [k][d(d+1)/2] (or [k][d]: diagonal),
 * log_norm [k], nll [2] (mean, 1/deviation). */
#include "classify/gmm.h"
#include "classify/kmeans.h"
#include "model/ops/util.h"

MOTE_WRAP1(mote_kmeans, mote_kmeans_t)

static void run_mote_gmm(const void *p, const void *const *in, void *const *out,
                         void *s) {
  mote_gmm(p, in[0], out[0], s);
}

#define F(m, k) MOTE_FIELD(mote_kmeans_t, m, k)
static const mote_field_t kmeans_fields[] = {F(axes, I32S), F(mean, F32S), F(scale, F32S),
                                             F(centres, F32S), F(radius, F32S)};
#undef F
static const mote_struct_t kmeans_struct =
    MOTE_STRUCT(mote_kmeans_t, "classify/kmeans.h", kmeans_fields);
static const mote_kernel_t kmeans_kernel = {
    "mote_kmeans", &kmeans_struct, run_mote_kmeans, "classify/kmeans.c", "f", "f", 0, 0};

#define F(m, k) MOTE_FIELD(mote_gmm_t, m, k)
static const mote_field_t gmm_fields[] = {
    F(axes, I32S),    F(mean, F32S),    F(scale, F32S),
    F(centres, F32S), F(whiten, F32S),  F(log_norm, F32S),
    F(diagonal, I32), F(nll_mean, F32), F(nll_scale, F32)};
#undef F
static const mote_struct_t gmm_struct =
    MOTE_STRUCT(mote_gmm_t, "classify/gmm.h", gmm_fields);
static const mote_kernel_t gmm_kernel = {
    "mote_gmm", &gmm_struct, run_mote_gmm, "classify/gmm.c", "f", "f", 1, 0};

static int const_count(const mote_graph_t *g, const mote_node_t *n, int32_t i,
                       mote_dtype_t dtype, int64_t want, const char *what) {
  const mote_tensor_t *t = mote_node_in(g, n, i);
  if (t->role != MOTE_ROLE_CONST || t->dtype != dtype)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "%s must be a constant of type %s", what,
                     mote_dtype_name(dtype));
  if (want >= 0 && mote_dims_count(&t->dims) != want)
    return mote_fail(MOTE_ERR_SIZE, "%s has %lld values, %lld are needed", what,
                     (long long)mote_dims_count(&t->dims), (long long)want);
  return MOTE_OK;
}

static int axes_in_range(const mote_graph_t *g, const mote_node_t *n) {
  const mote_tensor_t *x = mote_node_in(g, n, 0), *axes = mote_node_in(g, n, 1);
  const int32_t *v = axes->data;
  for (int64_t i = 0; i < mote_dims_count(&axes->dims); i++)
    if (v[i] < 0 || v[i] >= mote_dims_count(&x->dims))
      return mote_fail(MOTE_ERR_SIZE, "axes[%lld] = %d names no feature", (long long)i,
                       v[i]);
  return MOTE_OK;
}

/* Common to both; d and k come from axes and from input `count_in`. */
static int shape_common(const mote_graph_t *g, const mote_node_t *n, int32_t count_in,
                        int64_t *d, int64_t *k) {
  if (mote_node_in(g, n, 0)->dtype != MOTE_F32 || mote_node_out(g, n)->dtype != MOTE_F32)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "features and score must be f32");
  MOTE_TRY(const_count(g, n, 1, MOTE_I32, -1, "axes"));
  MOTE_TRY(const_count(g, n, count_in, MOTE_F32, -1, "the list of clusters"));
  *d = mote_dims_count(&mote_node_in(g, n, 1)->dims);
  *k = mote_dims_count(&mote_node_in(g, n, count_in)->dims);
  if (*d < 1 || *k < 1 || *d > 65535 || *k > 65535)
    return mote_fail(MOTE_ERR_SIZE, "needs at least one axis and one cluster");
  MOTE_TRY(axes_in_range(g, n));
  MOTE_TRY(const_count(g, n, 2, MOTE_F32, *d, "mean"));
  MOTE_TRY(const_count(g, n, 3, MOTE_F32, *d, "scale"));
  return const_count(g, n, 4, MOTE_F32, *d * *k, "centres");
}

static int kmeans_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  int64_t d, k;
  MOTE_TRY(shape_common(g, n, 5, &d, &k));
  *out = (mote_dims_t){2, {1, 1}};
  return MOTE_OK;
}

static int gmm_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  int64_t d = 0, k = 0;
  MOTE_TRY(shape_common(g, n, 6, &d, &k));
  MOTE_TRY(const_count(g, n, 7, MOTE_F32, 2, "nll"));
  if (mote_dims_count(&mote_node_in(g, n, 5)->dims) != k * d)
    MOTE_TRY(const_count(g, n, 5, MOTE_F32, k * (d * (d + 1) / 2), "whiten"));
  MOTE_TRY(const_count(g, n, 5, MOTE_F32, -1, "whiten"));
  *out = (mote_dims_t){2, {1, 1}};
  return MOTE_OK;
}

static mote_f32s_t floats(const mote_graph_t *g, const mote_node_t *n, int32_t i) {
  const mote_tensor_t *t = mote_node_in(g, n, i);
  return (mote_f32s_t){t->data, (uint32_t)mote_count(t)};
}

static mote_i32s_t ints(const mote_graph_t *g, const mote_node_t *n, int32_t i) {
  const mote_tensor_t *t = mote_node_in(g, n, i);
  return (mote_i32s_t){t->data, (uint32_t)mote_count(t)};
}

static int kmeans_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  mote_step_t *s = mote_simple_step(prog, node, &kmeans_kernel, 1);
  if (!s) return MOTE_ERR_NOMEM;
  s->macs = mote_count(mote_node_in(g, n, 4));
  *(mote_kmeans_t *)s->params =
      (mote_kmeans_t){ints(g, n, 1), floats(g, n, 2), floats(g, n, 3), floats(g, n, 4),
                      floats(g, n, 5)};
  return MOTE_OK;
}

static int gmm_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  mote_step_t *s = mote_simple_step(prog, node, &gmm_kernel, 1);
  if (!s) return MOTE_ERR_NOMEM;
  mote_f32s_t centres = floats(g, n, 4), whiten = floats(g, n, 5);
  const float *nll = mote_node_in(g, n, 7)->data;
  s->macs = whiten.n + centres.n;
  s->scratch_bytes = (size_t)ints(g, n, 1).n * sizeof(float);
  *(mote_gmm_t *)s->params = (mote_gmm_t){.axes = ints(g, n, 1),
                                          .mean = floats(g, n, 2),
                                          .scale = floats(g, n, 3),
                                          .centres = centres,
                                          .whiten = whiten,
                                          .log_norm = floats(g, n, 6),
                                          .diagonal = whiten.n == centres.n,
                                          .nll_mean = nll[0],
                                          .nll_scale = nll[1]};
  return MOTE_OK;
}

const mote_op_t mote_op_kmeans = {
    .name = "kmeans", .help = "Distance to the nearest cluster's surface.", .min_in = 6,
    .max_in = 6, .n_out = 1, .const_in = 0x3e, .types = MOTE_TYPE_BIT(MOTE_F32),
    .weights_axis = -1, .shape = kmeans_shape,
    .lower = kmeans_lower};
const mote_op_t mote_op_gmm = {
    .name = "gmm",
    .help = "Standardised negative log likelihood of a Gaussian mixture.",
    .min_in = 8,
    .max_in = 8,
    .n_out = 1,
    .const_in = 0xfe,
    .types = MOTE_TYPE_BIT(MOTE_F32),
    .weights_axis = -1,
    .shape = gmm_shape,
    .lower = gmm_lower};
