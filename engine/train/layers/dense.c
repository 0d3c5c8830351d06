/* SPDX-License-Identifier: Apache-2.0
 * Dense layer: every unit reads every value of the sample. */
#include "train/emit.h"

typedef struct { int32_t units, bias; } cfg_t;

static const mote_param_t rows[] = {
    {"units", MOTE_P_INT, offsetof(cfg_t, units), 1, 65536, 20, NULL, "",
     "outputs; left out in the last layer: as many as there are classes or values"},
    {"bias", MOTE_P_BOOL, offsetof(cfg_t, bias), 0, 1, 1, NULL, "",
     "add a constant per unit"},
};

/* y [n][units] = x [n][in] w [in][units] + bias [units] */
static void dense_forward(const mote_kernels_t *k, float *y, const float *x,
                          const float *w, const float *bias, size_t n, size_t in,
                          size_t units) {
  mote_gemm_t p = {.a = x, .a_row = in, .a_col = 1, .b = w, .ldb = units, .c = y,
                   .ldc = units, .m = n, .n = units, .k = in, .bias = bias};
  k->gemm(&p);
}

/* dw [in][units] = x^T dy, over the n samples in order */
static void dense_backward_w(const mote_kernels_t *k, float *dw, const float *x,
                             const float *dy, size_t n, size_t in, size_t units) {
  mote_gemm_t p = {.a = x, .a_row = 1, .a_col = in, .b = dy, .ldb = units, .c = dw,
                   .ldc = units, .m = in, .n = units, .k = n};
  k->gemm(&p);
}

static int plan(mote_layer_t *l) {
  const cfg_t *c = l->cfg;
  l->out = (mote_shape_t){1, 1, (uint32_t)c->units};
  l->channels = (size_t)c->units;
  l->n_kernel = mote_shape_count(l->in_shape[0]) * l->channels;
  l->n_bias = c->bias ? l->channels : 0;
  l->prepared = l->n_kernel;
  l->macs = (int64_t)l->n_kernel;
  return MOTE_OK;
}

static void init(const mote_layer_t *l, float *w, float *state, mote_rng_t *rng) {
  (void)state;
  mote_init_glorot(w, l->n_kernel, mote_shape_count(l->in_shape[0]), l->channels, rng);
}

/* prepared [units][in] = w [in][units] transposed */
static void prepare(const mote_layer_t *l, const float *w, float *prepared) {
  size_t units = l->channels, in = l->n_kernel / units;
  for (size_t j = 0; j < units; j++)
    for (size_t i = 0; i < in; i++) prepared[j * in + i] = w[i * units + j];
}

static void forward(const mote_layer_t *l, const mote_io_t *io) {
  dense_forward(io->k, io->y, io->x[0], io->w, l->n_bias ? io->w + l->n_kernel : NULL,
                io->n, l->n_kernel / l->channels, l->channels);
}

static void backward(const mote_layer_t *l, const mote_io_t *io) {
  size_t units = l->channels, in = l->n_kernel / units;
  dense_backward_w(io->k, io->dw, io->x[0], io->dy, io->n, in, units);
  if (l->n_bias) io->k->col_sums(io->dw + l->n_kernel, io->dy, io->n, units);
  if (io->dx[0])
    dense_forward(io->k, io->dx[0], io->dy, io->prepared, NULL, io->n, units, in);
}

static int emit(const mote_layer_t *l, mote_emit_t *e, const float *w,
                const float *state) {
  (void)state;
  mote_dims_t dims = {2, {(int32_t)l->channels, (int32_t)(l->n_kernel / l->channels)}};
  mote_dense_attr_t attr = {.activation = mote_emit_activation(e, l)};
  mote_emit_node_t n = {
      .op = "dense", .n_in = 3, .attr = &attr, .fused = attr.activation};
  MOTE_TRY(n.in[0] = mote_emit_in(e, l, 0, 0));
  MOTE_TRY(n.in[1] = mote_emit_kernel(e, l, dims, w));
  MOTE_TRY(n.in[2] = mote_emit_bias(e, l, w));
  return mote_emit_node(e, l, &n);
}

const mote_layer_kind_t mote_layer_dense = {
    .type = "dense", .help = "fully connected; flattens what comes in",
    .params = rows, .n_params = sizeof rows / sizeof rows[0], .cfg_bytes = sizeof(cfg_t),
    .min_in = 1, .max_in = 1, .flags = MOTE_LAYER_ACTIVATES, .plan = plan, .init = init,
    .prepare = prepare, .forward = forward, .backward = backward, .emit = emit};
