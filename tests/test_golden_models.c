/* SPDX-License-Identifier: Apache-2.0
 * The golden int8 models: every output and every layer byte-equal to the TFLite Micro
 * reference kernels. */
#include "base/hash.h"
#include "golden_models.h"
#include "model/fast.h"
#include "model/from_tflite.h"

static uint32_t crc_of(const mote_exec_t *e, const mote_graph_t *g, int32_t t) {
  return mote_crc32(0, mote_exec_tensor(e, t),
                    (size_t)mote_dims_count(&g->tensors[t].dims));
}

/* One input: every layer's CRC, then the output. */
static void check_input(mote_exec_t *e, const mote_graph_t *g, json_t *info, size_t i,
                        const uint8_t *in, const uint8_t *want) {
  uint8_t got[4096];
  const void *ins[1] = {in};
  void *outs[1] = {got};
  size_t out_bytes = (size_t)mote_dims_count(&g->tensors[g->outputs[0]].dims);
  assert_true(out_bytes <= sizeof got);
  assert_int_equal(mote_exec_run(e, ins, outs), 0);
  size_t k;
  json_t *layer;
  json_array_foreach(json_object_get(info, "layers"), k, layer) {
    const char *hex =
        json_string_value(json_array_get(json_object_get(layer, "crc32"), i));
    uint32_t crc = crc_of(e, g, g->nodes[k].out[0]);
    if (crc != (uint32_t)strtoul(hex, NULL, 16))
      fail_msg("layer %zu (%s) differs at input %zu", k, g->nodes[k].op->name, i);
  }
  assert_memory_equal(got, want, out_bytes);
}

static void check_graph(const mote_graph_t *g, const char *model, const char *isa) {
  mote_buf_t in = golden_slurp(model, "in.bin"), out = golden_slurp(model, "out.bin");
  mote_buf_t text = golden_slurp(model, "info.json");
  json_t *info = json_loadb((char *)text.p, text.n, 0, NULL);
  assert_non_null(info);
  assert_int_equal(json_array_size(json_object_get(info, "layers")), g->n_nodes);
  mote_program_t *prog;
  mote_exec_t *e;
  mote_choice_t choice = {isa, MOTE_PREFER_SPEED, 0};
  if (mote_lower(g, &prog) < 0 || mote_select(prog, &choice) < 0 ||
      mote_exec_new(prog, &e) < 0)
    fail_msg("%s", mote_errmsg());
  int64_t macs = 0;
  for (int32_t i = 0; i < prog->n_steps; i++) macs += prog->steps[i].macs;
  assert_int_equal(macs, json_integer_value(json_object_get(info, "macs")));
  size_t n = (size_t)json_integer_value(json_object_get(info, "n"));
  for (size_t i = 0; i < n; i++)
    check_input(e, g, info, i, in.p + i * (in.n / n), out.p + i * (out.n / n));
  mote_exec_free(e);
  mote_program_free(prog);
  json_decref(info);
  mote_buf_free(&in), mote_buf_free(&out), mote_buf_free(&text);
}

/* As imported, with the kernels of this processor, and once more after a trip through
 * our own container. */
static void check_model(void **state) {
  const char *model = *state;
  mote_buf_t file = golden_slurp(model, "model.tflite"), ours = {0};
  mote_graph_t *g, *again;
  if (mote_graph_from_tflite(file.p, file.n, &g) < 0) fail_msg("%s", mote_errmsg());
  check_graph(g, model, "");
  check_graph(g, model, mote_host_isa());
  if (mote_graph_write(g, &ours) < 0) fail_msg("%s", mote_errmsg());
  if (mote_graph_read(ours.p, ours.n, &again) < 0) fail_msg("%s", mote_errmsg());
  check_graph(again, model, "");
  mote_graph_free(g);
  mote_graph_free(again);
  mote_buf_free(&file), mote_buf_free(&ours);
}

int main(void) { return golden_run(check_model); }
