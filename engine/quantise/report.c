/* SPDX-License-Identifier: Apache-2.0
 * Float graph against int8 graph, layer by layer. Sums are kept per input and added in
 * the order of the inputs. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fixed.h"
#include "base/par.h"
#include "quantise/internal.h"

typedef struct { double signal, error, worst; float lo, hi; } sum_t;
#define NONE {.lo = INFINITY, .hi = -INFINITY}

typedef struct {
  const mote_graph_t *f, *q;
  mote_program_t *pf, *pq;
  const mote_calib_t *data;
  mote_exec_t **ef, **eq; /* [workers] */
  int8_t **in;            /* [workers]: quantised inputs */
  const mote_twin_t *twin; /* tensor of f -> of q */
  sum_t *sums;            /* [inputs][nodes of f] */
} job_t;

static size_t count_of(const mote_graph_t *g, int32_t t) {
  return (size_t)mote_dims_count(&g->tensors[t].dims);
}

static void quantise_to(const mote_tensor_t *t, const float *x, int8_t *out) {
  int64_t n = mote_dims_count(&t->dims);
  for (int64_t i = 0; i < n; i++) {
    float q = roundf(x[i] / t->quant.scale[0]);
    q = q < -512.0f ? -512.0f : q > 512.0f ? 512.0f : q;
    out[i] = (int8_t)mote_clamp((int32_t)q + t->quant.zero[0], -128, 127);
  }
}

static size_t input_bytes(const mote_graph_t *g) {
  size_t n = 0;
  for (int32_t i = 0; i < g->n_inputs; i++) n += count_of(g, g->inputs[i]);
  return n;
}

static int prepare(job_t *j, int w) {
  if (!j->ef[w]) MOTE_TRY(mote_exec_new(j->pf, &j->ef[w]));
  if (!j->eq[w]) MOTE_TRY(mote_exec_new(j->pq, &j->eq[w]));
  if (!j->in[w]) j->in[w] = mote_alloc(input_bytes(j->q), 1);
  return j->in[w] ? MOTE_OK : MOTE_ERR_NOMEM;
}

static double real_at(const mote_tensor_t *t, const void *v, int64_t i) {
  if (t->dtype == MOTE_F32) return (double)((const float *)v)[i];
  return (double)t->quant.scale[0] * (((const int8_t *)v)[i] - t->quant.zero[0]);
}

/* Whole numbers and states are not compared. */
static sum_t compare(const mote_tensor_t *f, const float *x, const mote_tensor_t *t,
                     const void *q) {
  sum_t s = NONE;
  int same = f->dtype == MOTE_F32 && f->role == MOTE_ROLE_VALUE;
  int64_t n = same ? mote_dims_count(&t->dims) : 0;
  for (int64_t i = 0; i < n; i++) {
    double e = (double)x[i] - real_at(t, q, i);
    s.signal += (double)x[i] * (double)x[i];
    s.error += e * e;
    s.worst = fmax(s.worst, fabs(e));
    s.lo = fminf(s.lo, x[i]), s.hi = fmaxf(s.hi, x[i]);
  }
  return s;
}

static int one_input(void *ctx, size_t i, int w) {
  job_t *j = ctx;
  const void *in[MOTE_NODE_IO_MAX], *in_q[MOTE_NODE_IO_MAX];
  MOTE_TRY(prepare(j, w));
  MOTE_TRY(j->data->next(j->data->ctx, i, in));
  int8_t *at = j->in[w];
  for (int32_t k = 0; k < j->q->n_inputs; k++) {
    const mote_tensor_t *t = &j->q->tensors[j->q->inputs[k]];
    in_q[k] = in[k];
    if (t->dtype != MOTE_I8) continue;
    quantise_to(t, in[k], at);
    in_q[k] = at;
    at += count_of(j->q, j->q->inputs[k]);
  }
  mote_exec_reset(j->ef[w]), mote_exec_reset(j->eq[w]);
  MOTE_TRY(mote_exec_run(j->ef[w], in, NULL));
  MOTE_TRY(mote_exec_run(j->eq[w], in_q, NULL));
  for (int32_t k = 0; k < j->f->n_nodes; k++) {
    int32_t f = j->f->nodes[k].out[0], q = j->twin[f].first;
    j->sums[i * (size_t)j->f->n_nodes + (size_t)k] =
        compare(&j->f->tensors[f], mote_exec_tensor(j->ef[w], f), &j->q->tensors[q],
                mote_exec_tensor(j->eq[w], q));
  }
  return MOTE_OK;
}

static void fill_row(const job_t *j, int32_t k, mote_quant_row_t *row) {
  int32_t made = j->f->nodes[k].out[0];
  const mote_tensor_t *t = &j->q->tensors[j->twin[made].first];
  sum_t s = NONE;
  for (size_t i = 0; i < j->data->n; i++) {
    const sum_t *one = &j->sums[i * (size_t)j->f->n_nodes + (size_t)k];
    s.signal += one->signal, s.error += one->error;
    s.worst = fmax(s.worst, one->worst);
    s.lo = fminf(s.lo, one->lo), s.hi = fmaxf(s.hi, one->hi);
  }
  snprintf(row->tensor, sizeof row->tensor, "%s", j->f->tensors[made].name);
  snprintf(row->op, sizeof row->op, "%s", j->f->nodes[k].op->name);
  row->type = mote_dtype_name(t->dtype);
  if (t->quant.n) row->scale = t->quant.scale[0], row->zero = t->quant.zero[0];
  row->lo = row->scale * (float)(-128 - row->zero);
  row->hi = row->scale * (float)(127 - row->zero);
  if (s.lo <= s.hi) row->seen_lo = s.lo, row->seen_hi = s.hi;
  row->max_error = s.worst;
  row->snr_db = s.error > 0 ? 10.0 * log10(fmax(s.signal, 1e-300) / s.error) : 200.0;
}

static int fill_report(const job_t *j, mote_quant_report_t *r) {
  r->n_rows = (size_t)j->f->n_nodes;
  r->out_snr_db = 200.0;
  if (!(r->rows = mote_alloc(r->n_rows, sizeof *r->rows))) return MOTE_ERR_NOMEM;
  for (int32_t k = 0; k < j->f->n_nodes; k++) {
    fill_row(j, k, &r->rows[k]);
    for (int32_t o = 0; o < j->f->n_outputs; o++)
      if (j->f->nodes[k].out[0] == j->f->outputs[o])
        r->out_snr_db = fmin(r->out_snr_db, r->rows[k].snr_db);
  }
  return MOTE_OK;
}

static int run(job_t *j, mote_quant_report_t *r) {
  MOTE_TRY(mote_lower(j->f, &j->pf));
  MOTE_TRY(mote_lower(j->q, &j->pq));
  MOTE_TRY(mote_parallel(j->data->n, one_input, j));
  return fill_report(j, r);
}

int mote_measure(const mote_build_t *b, const mote_calib_t *data,
                 mote_quant_report_t *report) {
  size_t n = (size_t)mote_threads(), nodes = (size_t)b->f32->n_nodes;
  job_t j = {.f = b->f32, .q = b->g, .data = data, .twin = b->twin};
  *report = (mote_quant_report_t){0};
  j.ef = mote_alloc(n, sizeof *j.ef);
  j.eq = mote_alloc(n, sizeof *j.eq);
  j.in = mote_alloc(n, sizeof *j.in);
  j.sums = mote_alloc(data->n * nodes, sizeof *j.sums);
  int rc = j.ef && j.eq && j.in && j.sums ? run(&j, report) : MOTE_ERR_NOMEM;
  for (size_t w = 0; w < n && j.ef && j.eq && j.in; w++) {
    mote_exec_free(j.ef[w]), mote_exec_free(j.eq[w]);
    mote_free(j.in[w]);
  }
  mote_program_free(j.pf), mote_program_free(j.pq);
  mote_free(j.ef), mote_free(j.eq), mote_free(j.in), mote_free(j.sums);
  return rc;
}

void mote_quant_report_free(mote_quant_report_t *r) {
  if (!r) return;
  mote_free(r->rows);
  *r = (mote_quant_report_t){0};
}

json_t *mote_quant_report_json(const mote_quant_report_t *r) {
  json_t *rows = json_array();
  for (size_t i = 0; i < r->n_rows; i++) {
    const mote_quant_row_t *w = &r->rows[i];
    json_t *row = json_pack("{s:s, s:s, s:s}", "tensor", w->tensor, "op", w->op, "type",
                            w->type);
    json_t *figures = json_pack(
        "{s:f, s:f, s:f, s:f, s:f, s:i, s:f, s:f}", "lo", (double)w->lo, "hi",
        (double)w->hi, "seen_lo", (double)w->seen_lo, "seen_hi", (double)w->seen_hi,
        "scale", (double)w->scale, "zero", (int)w->zero, "snr_db", w->snr_db,
        "max_error", w->max_error);
    json_object_update(row, figures);
    json_decref(figures);
    json_array_append_new(rows, row);
  }
  return json_pack("{s:f, s:b, s:b, s:o}", "out_snr_db", r->out_snr_db, "equalised",
                   r->equalised, "bias_corrected", r->bias_corrected, "layers", rows);
}

int mote_quantised_run(mote_exec_t *e, const mote_graph_t *g, const float *in,
                       float *out) {
  const mote_tensor_t *x = &g->tensors[g->inputs[0]], *y = &g->tensors[g->outputs[0]];
  int8_t *q = x->dtype == MOTE_I8 ? mote_alloc(count_of(g, g->inputs[0]), 1) : NULL;
  if (x->dtype == MOTE_I8 && !q) return MOTE_ERR_NOMEM;
  if (q) quantise_to(x, in, q);
  const void *ins[1] = {q ? (const void *)q : (const void *)in};
  int rc = mote_exec_run(e, ins, NULL);
  mote_free(q);
  if (rc < 0) return rc;
  const void *result = mote_exec_tensor(e, g->outputs[0]);
  size_t n = count_of(g, g->outputs[0]);
  if (y->dtype == MOTE_F32) memcpy(out, result, n * sizeof *out);
  else if (y->dtype == MOTE_I32)
    for (size_t i = 0; i < n; i++) out[i] = (float)((const int32_t *)result)[i];
  else
    for (size_t i = 0; i < n; i++)
      out[i] = y->quant.scale[0] *
               (float)(((const int8_t *)result)[i] - y->quant.zero[0]);
  return MOTE_OK;
}
