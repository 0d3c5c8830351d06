/* SPDX-License-Identifier: Apache-2.0
 * The inverse of import.c: node after node through the rows of map.h. */
#include "model/to_tflite.h"

#include <stdio.h>

#include "model/tflite/map.h"

uint32_t mote_tfl_act_code(int32_t act) {
  static const uint32_t code[] = {[MOTE_ACT_NONE] = 0, [MOTE_ACT_RELU] = 1,
                                  [MOTE_ACT_RELU6] = 3, [MOTE_ACT_RELU_N1_TO_1] = 2};
  return code[act];
}

/* Room for one more element; the list, moved when it was full. */
static void *grow(mote_tfl_out_t *f, void *list, int32_t n, int32_t *cap, size_t size) {
  if (n < *cap) return list;
  int32_t more = *cap ? 2 * *cap : 32;
  void *wider = mote_arena_take(f->arena, (size_t)more, size);
  if (!wider) {
    f->rc = MOTE_ERR_NOMEM;
    return NULL;
  }
  if (n) memcpy(wider, list, (size_t)n * size);
  *cap = more;
  return wider;
}

int32_t mote_tfl_extra(mote_tfl_out_t *f, const char *name, const char *what,
                       const mote_tfl_extra_t *e) {
  mote_tfl_extra_t *list = grow(f, f->extra, f->n_extra, &f->cap_extra, sizeof *list);
  if (!list) return 0;
  f->extra = list;
  list[f->n_extra] = *e;
  snprintf(list[f->n_extra].name, sizeof list->name, "%.40s/%s", name, what);
  return f->g->n_tensors + f->n_extra++;
}

void mote_tfl_push(mote_tfl_out_t *f, const mote_tfl_op_t *o) {
  mote_tfl_op_t *list = grow(f, f->op, f->n_op, &f->cap_op, sizeof *list);
  if (!list) return;
  f->op = list;
  list[f->n_op++] = *o;
}

static int convert(mote_tfl_out_t *f, const mote_node_t *n) {
  const mote_tfl_row_t *row = mote_tfl_by_op(n->op->name);
  if (!row)
    return mote_fail(MOTE_ERR_UNSUPPORTED, ".tflite has no operator \"%s\"",
                     n->op->name);
  mote_dtype_t type = mote_tfl_tensor(f, n->out[0])->dtype;
  mote_tfl_op_t o = {.code = row->code, .options_type = row->options_type,
                     .version = row->version[type == MOTE_I8    ? 1
                                             : type == MOTE_I16 ? 2
                                                                : 0],
                     .n_in = n->n_in, .n_out = n->n_out};
  memcpy(o.in, n->in, sizeof o.in);
  memcpy(o.out, n->out, sizeof o.out);
  if (row->give) MOTE_TRY(row->give(f, n, &o));
  mote_tfl_push(f, &o);
  return f->rc;
}

int mote_graph_to_tflite(const mote_graph_t *g, mote_buf_t *out) {
  MOTE_TRY(mote_graph_check(g));
  mote_arena_t *a = mote_arena_new();
  mote_tfl_out_t f = {.g = g, .arena = a, .rc = a ? MOTE_OK : MOTE_ERR_NOMEM};
  int rc = f.rc;
  for (int32_t i = 0; rc >= 0 && i < g->n_nodes; i++) {
    rc = convert(&f, &g->nodes[i]);
    if (rc < 0) rc = mote_context(rc, "node \"%s\"", g->nodes[i].name);
  }
  if (rc >= 0) rc = mote_tfl_write(&f, out);
  mote_arena_free(a);
  return rc;
}
