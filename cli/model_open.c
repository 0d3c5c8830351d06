/* SPDX-License-Identifier: Apache-2.0
 * What the parts of `mote model` share. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "model/fast.h"
#include "model.h"

#define INPUT_BYTES_MAX ((size_t)2 << 30)

int mote_model_arg(const mote_args_t *args, size_t i, const char *what,
                   const char **out) {
  *out = mote_arg(args, i);
  if (*out) return MOTE_OK;
  return mote_fail(MOTE_ERR_USAGE, "%s is missing; see `mote help model`", what);
}

const char *mote_model_dims(const mote_dims_t *d, char text[96]) {
  size_t n = 0;
  text[0] = 0;
  for (int32_t i = 0; i < d->rank; i++)
    n += (size_t)snprintf(text + n, 96 - n, "[%d]", (int)d->d[i]);
  return d->rank ? text : "scalar";
}

const char *mote_model_type(const mote_tensor_t *t, char text[96]) {
  const mote_quant_t *q = &t->quant;
  const char *type = mote_dtype_name(t->dtype);
  if (q->n == 1)
    snprintf(text, 96, "%s, scale %.9g, zero %d", type, (double)q->scale[0],
             (int)q->zero[0]);
  else if (q->n) snprintf(text, 96, "%s, %d scales", type, (int)q->n);
  else snprintf(text, 96, "%s", type);
  return text;
}

static size_t bytes_of(const mote_graph_t *g, const int32_t *list, int32_t n) {
  size_t bytes = 0;
  for (int32_t i = 0; i < n; i++) bytes += mote_tensor_bytes(&g->tensors[list[i]]);
  return bytes;
}

size_t mote_model_in_bytes(const mote_graph_t *g) {
  return bytes_of(g, g->inputs, g->n_inputs);
}

size_t mote_model_out_bytes(const mote_graph_t *g) {
  return bytes_of(g, g->outputs, g->n_outputs);
}

int mote_model_open(const char *path, mote_loaded_t *m) {
  *m = (mote_loaded_t){0};
  MOTE_TRY(mote_model_load(path, &m->g));
  int rc = mote_lower(m->g, &m->prog);
  if (rc == MOTE_OK) rc = mote_select_host(m->prog);
  if (rc == MOTE_OK) rc = mote_exec_new(m->prog, &m->exec);
  if (rc == MOTE_OK) return MOTE_OK;
  mote_model_close(m);
  return mote_context(rc, "%s", path);
}

void mote_model_close(mote_loaded_t *m) {
  mote_exec_free(m->exec);
  mote_program_free(m->prog);
  mote_graph_free(m->g);
}

int mote_model_once(mote_loaded_t *m, const uint8_t *in, uint8_t *out) {
  const void *ins[MOTE_NODE_IO_MAX];
  void *outs[MOTE_NODE_IO_MAX];
  for (int32_t i = 0; i < m->g->n_inputs; i++) {
    ins[i] = in;
    in += mote_tensor_bytes(&m->g->tensors[m->g->inputs[i]]);
  }
  for (int32_t i = 0; out && i < m->g->n_outputs; i++) {
    outs[i] = out;
    out += mote_tensor_bytes(&m->g->tensors[m->g->outputs[i]]);
  }
  return mote_exec_run(m->exec, ins, out ? outs : NULL);
}

int mote_model_inputs(const mote_args_t *args, size_t bytes, mote_buf_t *in, size_t *n) {
  const char *path = mote_flag(args, "in");
  double limit = 0;
  if (!path)
    return mote_fail(MOTE_ERR_USAGE, "--in FILE is missing: raw little-endian tensors, "
                                     "%zu bytes for each run", bytes);
  MOTE_TRY(mote_flag_number(args, "number", 1, 1e9, &limit));
  MOTE_TRY(mote_file_read(path, INPUT_BYTES_MAX, in));
  *n = in->n / bytes;
  if (limit > 0 ? *n < (size_t)limit : !*n || in->n % bytes)
    return mote_fail(MOTE_ERR_SIZE,
                     "%s: %zu bytes; the model takes %zu for each run, and %s", path,
                     in->n, bytes,
                     limit > 0 ? "-n asks for more runs" : "that is no whole number");
  if (limit > 0) *n = (size_t)limit;
  return MOTE_OK;
}
