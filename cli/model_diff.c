/* SPDX-License-Identifier: Apache-2.0
 * `mote model diff`: two models on the same inputs, compared as real numbers. Layers pair
 * up by the names of their tensors. */
#include <math.h>
#include <string.h>

#include "model.h"
#include "model/real.h"

/* What is summed over all runs for one pair of tensors. */
typedef struct {
  int32_t a, b; /* tensors of the two graphs */
  double signal, noise, worst;
  size_t values, equal;
} pair_t;

typedef struct {
  mote_loaded_t a, b;
  mote_buf_t in;
  uint8_t *other; /* the inputs as the second model takes them */
  float *real[2];
  pair_t *pairs;
  size_t n, n_pairs, n_outputs; /* the outputs come first */
} job_t;

static void add_values(job_t *j, pair_t *p) {
  const mote_tensor_t *a = &j->a.g->tensors[p->a], *b = &j->b.g->tensors[p->b];
  size_t n = (size_t)mote_dims_count(&a->dims);
  mote_real_from(a, mote_exec_tensor(j->a.exec, p->a), j->real[0]);
  mote_real_from(b, mote_exec_tensor(j->b.exec, p->b), j->real[1]);
  for (size_t i = 0; i < n; i++) {
    double x = (double)j->real[0][i], e = (double)j->real[1][i] - x;
    p->signal += x * x;
    p->noise += e * e;
    if (!(fabs(e) <= p->worst)) p->worst = fabs(e);
    p->equal += e == 0;
  }
  p->values += n;
}

static double snr_db(const pair_t *p) {
  if (p->noise == 0) return 200;
  return p->signal > 0 ? 10 * log10(p->signal / p->noise) : -200;
}

/* ---- pairs ---- */

static int32_t named(const mote_graph_t *g, const char *name) {
  for (int32_t i = 0; *name && i < g->n_nodes; i++)
    if (!strcmp(g->tensors[g->nodes[i].out[0]].name, name)) return g->nodes[i].out[0];
  return -1;
}

static int comparable(const mote_tensor_t *a, const mote_tensor_t *b) {
  return mote_dims_count(&a->dims) == mote_dims_count(&b->dims) && mote_real_can(a) &&
         mote_real_can(b);
}

static int make_pairs(job_t *j) {
  const mote_graph_t *a = j->a.g, *b = j->b.g;
  if (a->n_inputs != b->n_inputs || a->n_outputs != b->n_outputs)
    return mote_fail(MOTE_ERR_SIZE, "the models have %d and %d inputs, %d and %d outputs",
                     (int)a->n_inputs, (int)b->n_inputs, (int)a->n_outputs,
                     (int)b->n_outputs);
  j->pairs = mote_alloc((size_t)(a->n_nodes + a->n_outputs) + 1, sizeof *j->pairs);
  if (!j->pairs) return MOTE_ERR_NOMEM;
  for (int32_t i = 0; i < a->n_outputs; i++) {
    if (!comparable(&a->tensors[a->outputs[i]], &b->tensors[b->outputs[i]]))
      return mote_fail(MOTE_ERR_SIZE, "output %d of the two models cannot be compared: "
                       "other sizes, or types without a scale", (int)i);
    j->pairs[j->n_pairs++] = (pair_t){.a = a->outputs[i], .b = b->outputs[i]};
  }
  j->n_outputs = j->n_pairs;
  for (int32_t i = 0; i < a->n_nodes; i++) {
    int32_t t = a->nodes[i].out[0], other = named(b, a->tensors[t].name);
    if (other >= 0 && comparable(&a->tensors[t], &b->tensors[other]))
      j->pairs[j->n_pairs++] = (pair_t){.a = t, .b = other};
  }
  return MOTE_OK;
}

/* ---- runs ---- */

static int take_memory(job_t *j) {
  size_t most = 1;
  for (int32_t i = 0; i < j->a.g->n_tensors; i++) {
    size_t n = (size_t)mote_dims_count(&j->a.g->tensors[i].dims);
    if (n > most) most = n;
  }
  j->real[0] = mote_alloc(most, sizeof(float));
  j->real[1] = mote_alloc(most, sizeof(float));
  j->other = mote_alloc(mote_model_in_bytes(j->b.g), 1);
  return j->real[0] && j->real[1] && j->other ? MOTE_OK : MOTE_ERR_NOMEM;
}

/* The inputs are the first model's; the second one gets the same real numbers. */
static int convert_input(job_t *j, const uint8_t *in) {
  const mote_graph_t *a = j->a.g, *b = j->b.g;
  uint8_t *to = j->other;
  for (int32_t i = 0; i < a->n_inputs; i++) {
    const mote_tensor_t *x = &a->tensors[a->inputs[i]], *y = &b->tensors[b->inputs[i]];
    if (!comparable(x, y))
      return mote_fail(MOTE_ERR_SIZE, "input %d of the two models has other sizes or "
                       "types without a scale", (int)i);
    mote_real_from(x, in, j->real[0]);
    mote_real_to(y, j->real[0], to);
    in += mote_tensor_bytes(x), to += mote_tensor_bytes(y);
  }
  return MOTE_OK;
}

static int run_all(job_t *j) {
  size_t bytes = mote_model_in_bytes(j->a.g);
  for (size_t i = 0; i < j->n; i++) {
    const uint8_t *in = j->in.p + i * bytes;
    MOTE_TRY(convert_input(j, in));
    MOTE_TRY(mote_model_once(&j->a, in, NULL));
    MOTE_TRY(mote_model_once(&j->b, j->other, NULL));
    for (size_t k = 0; k < j->n_pairs; k++) add_values(j, &j->pairs[k]);
  }
  return MOTE_OK;
}

/* ---- report ---- */

static void say_pairs(const mote_args_t *args, const job_t *j) {
  mote_say(args, "%-44s %10s %12s %9s\n", "", "SNR dB", "max error", "equal");
  for (size_t k = 0; k < j->n_pairs; k++) {
    const pair_t *p = &j->pairs[k];
    if (k == 0) mote_say(args, "outputs\n");
    if (k == j->n_outputs) mote_say(args, "layers\n");
    mote_say(args, "  %-42.42s %10.2f %12.6g %8.3f%%\n", j->a.g->tensors[p->a].name,
             snr_db(p), p->worst, 100.0 * (double)p->equal / (double)p->values);
  }
}

static json_t *pairs_json(const job_t *j, size_t from, size_t to) {
  json_t *list = json_array();
  for (size_t k = from; k < to; k++) {
    const pair_t *p = &j->pairs[k];
    json_array_append_new(
        list, json_pack("{s:s, s:f, s:f, s:I, s:I}", "name", j->a.g->tensors[p->a].name,
                        "snr_db", snr_db(p), "max_error", p->worst, "equal",
                        (json_int_t)p->equal, "values", (json_int_t)p->values));
  }
  return list;
}

static int compare(const mote_args_t *args, job_t *j) {
  MOTE_TRY(make_pairs(j));
  MOTE_TRY(take_memory(j));
  MOTE_TRY(mote_model_inputs(args, mote_model_in_bytes(j->a.g), &j->in, &j->n));
  MOTE_TRY(run_all(j));
  say_pairs(args, j);
  if (!mote_json_wanted(args)) return MOTE_OK;
  return mote_print_json(json_pack("{s:I, s:o, s:o}", "n", (json_int_t)j->n, "outputs",
                                   pairs_json(j, 0, j->n_outputs), "layers",
                                   pairs_json(j, j->n_outputs, j->n_pairs)));
}

static int diff(const mote_args_t *args) {
  const char *a, *b;
  job_t j = {0};
  MOTE_TRY(mote_model_arg(args, 1, "MODEL", &a));
  MOTE_TRY(mote_model_arg(args, 2, "the OTHER model", &b));
  MOTE_TRY(mote_model_open(a, &j.a));
  int rc = mote_model_open(b, &j.b);
  if (rc == MOTE_OK) {
    rc = compare(args, &j);
    mote_model_close(&j.b);
  }
  mote_model_close(&j.a);
  mote_free(j.pairs), mote_free(j.real[0]), mote_free(j.real[1]), mote_free(j.other);
  mote_buf_free(&j.in);
  return rc;
}

const mote_model_part_t mote_model_part_diff = {
    "diff", "MODEL OTHER --in FILE",
    "How far two models are apart on the same inputs, output by output.", diff};
