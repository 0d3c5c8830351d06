/* SPDX-License-Identifier: Apache-2.0
 * `mote model run`: raw tensors in, raw tensors out, and a checksum of every layer. */
#include <stdio.h>

#include "base/file.h"
#include "base/hash.h"
#include "model.h"

typedef struct {
  mote_loaded_t m;
  mote_buf_t in;
  uint8_t *out;
  size_t n, in_bytes, out_bytes;
  uint32_t *crc; /* [nodes][n], or NULL */
} job_t;

static uint32_t crc_of(const job_t *j, int32_t node) {
  int32_t t = j->m.g->nodes[node].out[0];
  return mote_crc32(0, mote_exec_tensor(j->m.exec, t),
                    mote_tensor_bytes(&j->m.g->tensors[t]));
}

static int run_all(job_t *j) {
  for (size_t i = 0; i < j->n; i++) {
    MOTE_TRY(mote_model_once(&j->m, j->in.p + i * j->in_bytes,
                             j->out + i * j->out_bytes));
    for (int32_t k = 0; j->crc && k < j->m.g->n_nodes; k++)
      j->crc[(size_t)k * j->n + i] = crc_of(j, k);
  }
  return MOTE_OK;
}

static json_t *layers_json(const job_t *j) {
  const mote_graph_t *g = j->m.g;
  json_t *list = json_array();
  for (int32_t k = 0; k < g->n_nodes; k++) {
    const mote_tensor_t *t = &g->tensors[g->nodes[k].out[0]];
    json_t *crc = json_array(), *shape = json_array();
    for (size_t i = 0; i < j->n; i++) {
      char hex[16];
      snprintf(hex, sizeof hex, "%08x", (unsigned)j->crc[(size_t)k * j->n + i]);
      json_array_append_new(crc, json_string(hex));
    }
    for (int32_t i = 0; i < t->dims.rank; i++)
      json_array_append_new(shape, json_integer(t->dims.d[i]));
    json_array_append_new(
        list, json_pack("{s:i, s:s, s:s, s:o, s:I, s:o}", "op", (int)k, "type",
                        g->nodes[k].op->name, "name", t->name, "shape", shape, "bytes",
                        (json_int_t)mote_tensor_bytes(t), "crc32", crc));
  }
  return list;
}

static void say_layers(const mote_args_t *args, const job_t *j) {
  const mote_graph_t *g = j->m.g;
  char dims[96];
  for (int32_t k = 0; k < g->n_nodes; k++) {
    const mote_tensor_t *t = &g->tensors[g->nodes[k].out[0]];
    mote_say(args, "%4d  %-18s %-18s", (int)k, g->nodes[k].op->name,
             mote_model_dims(&t->dims, dims));
    for (size_t i = 0; i < j->n; i++)
      mote_say(args, " %08x", (unsigned)j->crc[(size_t)k * j->n + i]);
    mote_say(args, "\n");
  }
}

static int prepare(const mote_args_t *args, job_t *j) {
  j->in_bytes = mote_model_in_bytes(j->m.g);
  j->out_bytes = mote_model_out_bytes(j->m.g);
  MOTE_TRY(mote_model_inputs(args, j->in_bytes, &j->in, &j->n));
  if (!(j->out = mote_alloc(j->n * j->out_bytes + 1, 1))) return MOTE_ERR_NOMEM;
  if (!mote_flag(args, "layers")) return MOTE_OK;
  j->crc = mote_alloc((size_t)j->m.g->n_nodes * j->n + 1, sizeof *j->crc);
  return j->crc ? MOTE_OK : MOTE_ERR_NOMEM;
}

static int report(const mote_args_t *args, const job_t *j) {
  const char *to = mote_flag(args, "out");
  if (to) MOTE_TRY(mote_file_write(to, j->out, j->n * j->out_bytes));
  if (j->crc) say_layers(args, j);
  mote_say(args, "%zu run%s%s%s\n", j->n, j->n == 1 ? "" : "s", to ? ", outputs in " : "",
           to ? to : "");
  if (!mote_json_wanted(args)) return MOTE_OK;
  json_t *all = json_pack("{s:I, s:I, s:I}", "n", (json_int_t)j->n, "in_bytes",
                          (json_int_t)j->in_bytes, "out_bytes", (json_int_t)j->out_bytes);
  if (all && j->crc) json_object_set_new(all, "layers", layers_json(j));
  return mote_print_json(all);
}

static int run(const mote_args_t *args) {
  const char *path;
  job_t j = {0};
  MOTE_TRY(mote_model_arg(args, 1, "MODEL", &path));
  if (!mote_flag(args, "out") && !mote_flag(args, "layers"))
    return mote_fail(MOTE_ERR_USAGE, "--out FILE or --layers is missing: nothing would "
                                     "be kept");
  MOTE_TRY(mote_model_open(path, &j.m));
  int rc = prepare(args, &j);
  if (rc == MOTE_OK) rc = run_all(&j);
  if (rc == MOTE_OK) rc = report(args, &j);
  mote_free(j.crc);
  mote_free(j.out);
  mote_buf_free(&j.in);
  mote_model_close(&j.m);
  return rc;
}

const mote_model_part_t mote_model_part_run = {
    "run", "MODEL --in FILE --out FILE [-n N] [--layers]",
    "Runs raw input tensors through the network.", run};
