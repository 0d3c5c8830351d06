/* SPDX-License-Identifier: Apache-2.0
 * Constants of the file as weights and biases, float or int8. */
#include <math.h>

#include "model/onnx/window.h"

static int32_t zero_of(const mote_onnx_tensor_t *t, int32_t zero) {
  return zero - (t->type == MOTE_ONNX_UINT8 ? 128 : 0);
}

int mote_weights_int8(const mote_import_t *m, int32_t v, int32_t axis,
                      int32_t channels) {
  const mote_value_t *x = &m->values[v];
  const mote_quant_t *q = &x->cquant;
  if (!x->cq || (x->cq->type != MOTE_ONNX_INT8 && x->cq->type != MOTE_ONNX_UINT8))
    return 0;
  if (q->n != 1 && (q->n != channels || q->axis != axis)) return 0;
  for (int32_t i = 0; i < q->n; i++)
    if (q->zero[i] != 0) return 0;
  return 1;
}

static int32_t int8_tensor(mote_import_t *m, const mote_weights_t *w) {
  const mote_value_t x = m->values[w->v];
  size_t n = (size_t)mote_dims_count(&w->dims);
  int8_t *data = mote_arena_take(m->a, n, 1);
  if (!data) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < n; i++)
    data[i] = (int8_t)zero_of(x.cq, (int32_t)mote_fold_int(x.cq, w->source(w->ctx, i)));
  int32_t t = mote_graph_tensor(m->g, x.name, MOTE_I8, &w->dims, data);
  if (t < 0) return t;
  int32_t skip = x.cquant.n > 1 ? w->first : 0, count = x.cquant.n > 1 ? w->channels : 1;
  MOTE_TRY(mote_graph_quant(m->g, t, count, w->axis, x.cquant.scale + skip,
                            x.cquant.zero + skip));
  return t;
}

int32_t mote_weights_tensor(mote_import_t *m, const mote_weights_t *w) {
  if (m->use_q) return int8_tensor(m, w);
  const mote_onnx_tensor_t *c = m->values[w->v].c;
  size_t n = (size_t)mote_dims_count(&w->dims);
  float *data = mote_arena_take(m->a, n, sizeof *data);
  for (size_t i = 0; data && i < n; i++)
    data[i] = (float)mote_fold_real(c, w->source(w->ctx, i)) * w->factor;
  return data ? mote_graph_tensor(m->g, m->values[w->v].name, MOTE_F32, &w->dims, data)
              : MOTE_ERR_NOMEM;
}

/* Value i of a bias on the scale s of its sum. */
static int bias_value(const mote_value_t *x, size_t i, double s, int32_t *out) {
  double real = mote_fold_real(x->c, i);
  if (x->cq && x->cq->type == MOTE_ONNX_INT32) { /* exact where a float is not */
    double own = (double)x->cquant.scale[x->cquant.n > 1 ? i : 0];
    real = (double)mote_fold_int(x->cq, i) * own;
    if (fabs(own - s) <= 1e-6 * s) {
      *out = (int32_t)mote_fold_int(x->cq, i);
      return MOTE_OK;
    }
  }
  double q = nearbyint(real / s);
  if (!(fabs(q) < 2147483647.0))
    return MOTE_IMPORT_UNSUPPORTED("bias %zu is %g, too large for its scale %g", i, real,
                                   s);
  *out = (int32_t)q;
  return MOTE_OK;
}

static int int8_bias(mote_import_t *m, const mote_bias_t *b, int32_t *out) {
  const mote_value_t x = m->values[b->v];
  const mote_quant_t *w = &m->g->tensors[b->weights].quant;
  float in = m->g->tensors[b->input].quant.scale[0];
  int32_t *v = mote_arena_take(m->a, (size_t)b->n, sizeof *v), rc, t;
  float *scale = mote_arena_take(m->a, (size_t)w->n, sizeof *scale);
  if (!v || !scale) return MOTE_ERR_NOMEM;
  for (int32_t i = 0; i < b->n; i++) {
    double s = (double)in * (double)w->scale[w->n > 1 ? i : 0];
    MOTE_TRY(bias_value(&x, x.c->count == 1 ? 0 : (size_t)(b->first + i), s, &v[i]));
  }
  for (int32_t i = 0; i < w->n; i++) scale[i] = in * w->scale[i];
  *out = t = mote_graph_tensor(m->g, x.name, MOTE_I32, &MOTE_DIMS(b->n), v);
  rc = t < 0 ? t : mote_graph_quant(m->g, t, w->n, 0, scale, NULL);
  return rc;
}

int mote_bias_tensor(mote_import_t *m, const mote_bias_t *b, int32_t *out) {
  *out = -1;
  if (b->v < 0) return MOTE_OK;
  const mote_onnx_tensor_t *c = m->values[b->v].c;
  if (!c || (c->count != 1 && (int64_t)c->count < (int64_t)b->first + b->n))
    return MOTE_IMPORT_UNSUPPORTED("its bias must be a constant, one value per channel");
  if (m->use_q) return int8_bias(m, b, out);
  float *v = mote_arena_take(m->a, (size_t)b->n, sizeof *v);
  for (int32_t i = 0; v && i < b->n; i++)
    v[i] = b->factor *
           (float)mote_fold_real(c, c->count == 1 ? 0 : (size_t)(b->first + i));
  *out = v ? mote_graph_tensor(m->g, m->values[b->v].name, MOTE_F32, &MOTE_DIMS(b->n), v)
           : MOTE_ERR_NOMEM;
  return *out < 0 ? *out : MOTE_OK;
}
