/* SPDX-License-Identifier: Apache-2.0
 * `mote model info`: what a model file holds. */
#include <string.h>

#include "model.h"
#include "model/optimise.h"

/* Multiply-adds of a node, over all of its steps. */
static int64_t macs_of(const mote_program_t *p, int32_t node) {
  int64_t macs = 0;
  for (int32_t i = 0; i < p->n_steps; i++)
    if (p->steps[i].node == node) macs += p->steps[i].macs;
  return macs;
}

static size_t constants_of(const mote_graph_t *g, int32_t node) {
  size_t bytes = 0;
  for (int32_t i = 0; i < g->nodes[node].n_in; i++) {
    int32_t t = g->nodes[node].in[i];
    if (t >= 0 && g->tensors[t].role == MOTE_ROLE_CONST)
      bytes += mote_tensor_bytes(&g->tensors[t]);
  }
  return bytes;
}

static size_t all_constants(const mote_graph_t *g) {
  size_t bytes = 0;
  for (int32_t i = 0; i < g->n_tensors; i++)
    if (g->tensors[i].role == MOTE_ROLE_CONST)
      bytes += mote_tensor_bytes(&g->tensors[i]);
  return bytes;
}

static void say_ports(const mote_args_t *args, const mote_graph_t *g, const char *what,
                      const int32_t *list, int32_t n) {
  char dims[96], type[96];
  for (int32_t i = 0; i < n; i++) {
    const mote_tensor_t *t = &g->tensors[list[i]];
    mote_say(args, "  %-7s %s %s  \"%s\"\n", what, mote_model_dims(&t->dims, dims),
             mote_model_type(t, type), t->name);
  }
}

static void say_layers(const mote_args_t *args, const mote_loaded_t *m) {
  char dims[96];
  int64_t macs = 0;
  mote_say(args, "\n  %4s  %-18s %-20s %-5s %12s %11s\n", "", "operator", "output",
           "type", "multiply-add", "constants");
  for (int32_t i = 0; i < m->g->n_nodes; i++) {
    const mote_node_t *n = &m->g->nodes[i];
    const mote_tensor_t *t = &m->g->tensors[n->out[0]];
    macs += macs_of(m->prog, i);
    mote_say(args, "  %4d  %-18s %-20s %-5s %12lld %11zu\n", (int)i, n->op->name,
             mote_model_dims(&t->dims, dims), mote_dtype_name(t->dtype),
             (long long)macs_of(m->prog, i), constants_of(m->g, i));
  }
  mote_say(args, "  %-52s %12lld %11zu\n", "      all", (long long)macs,
           all_constants(m->g));
}

/* What the passes of the compiler make of it, each with before and after. */
static void say_passes(const mote_args_t *args, const mote_optimise_report_t *r) {
  if (r->n_rows)
    mote_say(args, "\nmade smaller, with the same bits:\n  %-52s %12s %11s\n", "",
             "multiply-add", "constants");
  for (int32_t i = 0; i < r->n_rows; i++) {
    const mote_pass_row_t *p = &r->row[i];
    mote_say(args, "  %3d x %-46.46s %12lld %11zu\n", (int)p->times, p->what,
             (long long)p->after.macs, p->after.constant_bytes);
  }
}

static json_t *dims_json(const mote_dims_t *d) {
  json_t *list = json_array();
  for (int32_t i = 0; i < d->rank; i++)
    json_array_append_new(list, json_integer(d->d[i]));
  return list;
}

static json_t *ports_json(const mote_graph_t *g, const int32_t *list, int32_t n) {
  json_t *all = json_array();
  for (int32_t i = 0; i < n; i++) {
    const mote_tensor_t *t = &g->tensors[list[i]];
    json_t *o = json_pack("{s:s, s:s, s:o, s:I}", "name", t->name, "type",
                          mote_dtype_name(t->dtype), "shape", dims_json(&t->dims),
                          "bytes", (json_int_t)mote_tensor_bytes(t));
    if (o && t->quant.n == 1) {
      json_object_set_new(o, "scale", json_real((double)t->quant.scale[0]));
      json_object_set_new(o, "zero_point", json_integer(t->quant.zero[0]));
    }
    json_array_append_new(all, o);
  }
  return all;
}

static json_t *layers_json(const mote_loaded_t *m) {
  json_t *all = json_array();
  for (int32_t i = 0; i < m->g->n_nodes; i++) {
    const mote_node_t *n = &m->g->nodes[i];
    const mote_tensor_t *t = &m->g->tensors[n->out[0]];
    json_array_append_new(
        all, json_pack("{s:s, s:s, s:s, s:o, s:I, s:I}", "type", n->op->name, "name",
                       n->name, "dtype", mote_dtype_name(t->dtype), "shape",
                       dims_json(&t->dims), "macs", (json_int_t)macs_of(m->prog, i),
                       "constants", (json_int_t)constants_of(m->g, i)));
  }
  return all;
}

static json_t *info_json(const char *path, const mote_loaded_t *m,
                         const mote_optimise_report_t *r) {
  const mote_graph_t *g = m->g;
  return json_pack("{s:s, s:o, s:o, s:I, s:o, s:o}", "file", path, "inputs",
                   ports_json(g, g->inputs, g->n_inputs), "outputs",
                   ports_json(g, g->outputs, g->n_outputs), "constants",
                   (json_int_t)all_constants(g), "layers", layers_json(m), "optimised",
                   mote_optimise_report_json(r));
}

static int info(const mote_args_t *args) {
  const char *path;
  mote_loaded_t m;
  mote_graph_t *small = NULL;
  mote_optimise_report_t *r;
  MOTE_TRY(mote_model_arg(args, 1, "MODEL", &path));
  MOTE_TRY(mote_model_open(path, &m));
  mote_say(args, "%s: %d operators\n", path, (int)m.g->n_nodes);
  say_ports(args, m.g, "input", m.g->inputs, m.g->n_inputs);
  say_ports(args, m.g, "output", m.g->outputs, m.g->n_outputs);
  say_layers(args, &m);
  int rc = (r = mote_alloc(1, sizeof *r)) ? mote_optimise(m.g, &small, r)
                                          : MOTE_ERR_NOMEM;
  if (rc == MOTE_OK) say_passes(args, r);
  if (rc == MOTE_OK && mote_json_wanted(args))
    rc = mote_print_json(info_json(path, &m, r));
  mote_graph_free(small);
  mote_free(r);
  mote_model_close(&m);
  return rc;
}

const mote_model_part_t mote_model_part_info = {
    "info", "MODEL", "Inputs, outputs and layers of a model file.", info};
