/* SPDX-License-Identifier: Apache-2.0
 * The golden int8 models, optimised: outputs byte-equal to the reference's, every tensor
 * equal on the channels that are left. */
#include "golden_models.h"
#include "model/from_tflite.h"
#include "model/optimise.h"
#include "pass_net.h"

#define INPUTS 5

static int32_t named(const mote_graph_t *g, const char *name) {
  for (int32_t i = 0; i < g->n_tensors; i++)
    if (!strcmp(g->tensors[i].name, name)) return i;
  return -1;
}

/* Channel ca of tensor a in all runs equals channel cb of tensor b. */
static int same_channel(pn_run_t *x, int32_t a, int32_t ca, pn_run_t *y, int32_t b,
                        int32_t cb) {
  const mote_dims_t *da = &x->g->tensors[a].dims, *db = &y->g->tensors[b].dims;
  int32_t na = da->d[da->rank - 1], nb = db->d[db->rank - 1];
  int64_t rows = mote_dims_count(da) / na;
  if (mote_dims_count(db) / nb != rows) return 0;
  for (int i = 0; i < INPUTS; i++) {
    const int8_t *p = mote_exec_tensor(x[i].e, a), *q = mote_exec_tensor(y[i].e, b);
    for (int64_t r = 0; r < rows; r++)
      if (p[r * na + ca] != q[r * nb + cb]) return 0;
  }
  return 1;
}

/* The channels of every int8 tensor that is left, in their order, among those before. */
static void check_tensors(pn_run_t *before, pn_run_t *after) {
  const mote_graph_t *a = before->g, *b = after->g;
  for (int32_t t = 0; t < b->n_tensors; t++) {
    if (b->tensors[t].role != MOTE_ROLE_VALUE || b->tensors[t].dtype != MOTE_I8) continue;
    int32_t was = named(a, b->tensors[t].name), ca = 0;
    assert_true(was >= 0);
    const mote_dims_t *da = &a->tensors[was].dims, *db = &b->tensors[t].dims;
    for (int32_t cb = 0; cb < db->d[db->rank - 1]; cb++, ca++) {
      while (ca < da->d[da->rank - 1] && !same_channel(before, was, ca, after, t, cb))
        ca++;
      if (ca == da->d[da->rank - 1])
        fail_msg("channel %d of %s is nowhere", (int)cb, b->tensors[t].name);
    }
  }
}

static void check_outputs(const char *model, const mote_graph_t *g,
                          const mote_graph_t *small) {
  pn_run_t before[INPUTS], after[INPUTS];
  mote_buf_t in = golden_slurp(model, "in.bin"), out = golden_slurp(model, "out.bin");
  size_t in_bytes = in.n / INPUTS, out_bytes = out.n / INPUTS;
  for (size_t i = 0; i < INPUTS; i++) {
    const void *ins[1] = {in.p + i * in_bytes};
    before[i] = pn_run_new(g), after[i] = pn_run_new(small);
    net_ok(mote_exec_run(before[i].e, ins, NULL));
    net_ok(mote_exec_run(after[i].e, ins, NULL));
    assert_memory_equal(mote_exec_tensor(after[i].e, small->outputs[0]),
                        out.p + i * out_bytes, out_bytes);
  }
  check_tensors(before, after);
  for (size_t i = 0; i < INPUTS; i++) pn_run_free(&before[i]), pn_run_free(&after[i]);
  mote_buf_free(&in), mote_buf_free(&out);
}

static void check_model(void **state) {
  const char *model = *state;
  mote_buf_t file = golden_slurp(model, "model.tflite");
  mote_graph_t *g, *small;
  mote_optimise_report_t r;
  net_ok(mote_graph_from_tflite(file.p, file.n, &g));
  net_ok(mote_optimise(g, &small, &r));
  json_t *report = mote_optimise_report_json(&r);
  char *text = json_dumps(report, JSON_COMPACT);
  print_message("%s\n", text);
  check_outputs(model, g, small);
  pn_same_bits(g, small, 3);
  if (!strcmp(model, "vww")) {
    assert_true(r.before.macs == 7489664 && r.after.macs <= 3742559);
    assert_true(r.after.constant_bytes < r.before.constant_bytes - 170000);
  }
  mote_graph_free(small);
  net_ok(mote_optimise_with(g, &(mote_optimise_options_t){0, 4}, &small, &r));
  print_message("multiples of 4: %lld MAC, %zu B of constants\n", (long long)r.after.macs,
                r.after.constant_bytes);
  pn_same_bits(g, small, 3);
  free(text);
  json_decref(report);
  mote_graph_free(g), mote_graph_free(small);
  mote_buf_free(&file);
}

int main(void) { return golden_run(check_model); }
