/* SPDX-License-Identifier: Apache-2.0
 * The network: built from a plain list of layers, copied, described. */
#include "train/net.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "math/math.h"

#define LAYER(t) extern const mote_layer_kind_t mote_layer_##t;
#include "train/layers.def"
#undef LAYER

const mote_layer_kind_t *const mote_layer_table[] = {
#define LAYER(t) &mote_layer_##t,
#include "train/layers.def"
#undef LAYER
    NULL};

static char folded(char c) { return c == '-' ? '_' : c; }

const mote_layer_kind_t *mote_layer_find(const char *type) {
  for (size_t i = 0; mote_layer_table[i]; i++) {
    const char *a = mote_layer_table[i]->type, *b = type;
    while (*a && folded(*a) == folded(*b)) a++, b++;
    if (!*a && !*b) return mote_layer_table[i];
  }
  return NULL;
}

size_t mote_layer_kinds(void) {
  size_t n = 0;
  for (size_t i = 0; mote_layer_table[i]; i++)
    if (!(mote_layer_table[i]->flags & MOTE_LAYER_HIDDEN)) n++;
  return n;
}

mote_layer_info_t mote_layer_kind(size_t i) {
  const mote_layer_kind_t *k = mote_layer_table[i]; /* hidden kinds stand last */
  return (mote_layer_info_t){k->type, k->help, k->params, k->n_params};
}

int mote_layer_fail(const mote_layer_t *l, const char *fmt, ...) {
  char text[512];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(text, sizeof text, fmt, ap);
  va_end(ap);
  return mote_fail(MOTE_ERR_USAGE, "%s: %s", l->where, text);
}

void mote_init_glorot(float *w, size_t n, size_t fan_in, size_t fan_out,
                      mote_rng_t *rng) {
  float limit = mote_sqrtf(6.0f / (float)(fan_in + fan_out));
  for (size_t i = 0; i < n; i++) w[i] = mote_rng_range(rng, -limit, limit);
}

/* ---- Building ------------------------------------------------------------------------
 */

static int find_layer(const mote_net_t *net, const char *name) {
  for (int i = net->n_layers - 1; i >= 0; i--)
    if (!strcmp(net->layers[i].name, name)) return i;
  return -1;
}

static int connect(mote_net_t *net, mote_layer_t *l, json_t *from) {
  size_t n = json_array_size(from);
  if ((int)n < l->kind->min_in || (int)n > l->kind->max_in)
    return mote_layer_fail(l, "has %zu inputs, needs %d to %d; name them in \"from\"", n,
                           l->kind->min_in, l->kind->max_in);
  for (size_t i = 0; i < n; i++) {
    const char *name = json_string_value(json_array_get(from, i));
    int at = name ? find_layer(net, name) : -1;
    if (at < 0)
      return mote_layer_fail(l, "there is no layer \"%s\" before it; give that layer "
                             "\"name\": \"%s\"", name ? name : "?", name ? name : "?");
    l->in[i] = at;
    l->in_shape[i] = net->layers[at].out;
    l->trained |= net->layers[at].trained;
    net->layers[at].users++;
  }
  l->n_in = (int32_t)n;
  return MOTE_OK;
}

static int read_params(mote_layer_t *l, json_t *o) {
  static const char *const ours[] = {"type", "name", "from", "at"};
  json_t *rest = json_copy(o);
  if (!rest) return mote_fail(MOTE_ERR_NOMEM, "layers: out of memory");
  for (size_t i = 0; i < 4; i++) json_object_del(rest, ours[i]);
  mote_params_default(l->kind->params, l->kind->n_params, l->cfg);
  int rc = mote_params_read(l->kind->params, l->kind->n_params, rest, l->cfg, l->where);
  json_decref(rest);
  return rc;
}

#define VALUES_MAX 16000000.0
#define WEIGHTS_MAX ((size_t)16000000) /* 64 MB: far more than a microcontroller holds */

static int check_size(const mote_net_t *net, const mote_layer_t *l) {
  double values = (double)l->out.h * l->out.w * l->out.c;
  size_t weights = l->n_kernel + l->n_bias;
  if (values > 0 && values <= VALUES_MAX && weights <= WEIGHTS_MAX - net->n_weights)
    return MOTE_OK;
  return mote_layer_fail(l,
                         "%.0f output values and %zu weights; the limits are 16 million "
                         "values per layer and 16 million weights in all",
                         values, weights);
}

static int add_layer(mote_net_t *net, json_t *o) {
  mote_layer_t *l = &net->layers[net->n_layers];
  const char *type = json_string_value(json_object_get(o, "type"));
  const char *name = json_string_value(json_object_get(o, "name"));
  const char *w = net->spec.where;
  l->where = mote_arena_printf(net->arena, "%s%slayers[%d] (%s)", w, w[0] ? ": " : "",
                               (int)json_integer_value(json_object_get(o, "at")), type);
  l->kind = mote_layer_find(type);
  if (!l->where) return MOTE_ERR_NOMEM;
  if (!l->kind) return mote_layer_fail(l, "there is no such layer or activation");
  if (find_layer(net, name) >= 0)
    return mote_layer_fail(l, "two layers are named \"%s\"", name);
  snprintf(l->name, sizeof l->name, "%s", name);
  l->cfg = mote_arena_take(net->arena, 1, l->kind->cfg_bytes + 1);
  l->own = mote_arena_take(net->arena, 1, l->kind->own_bytes + 1);
  if (!l->cfg || !l->own) return MOTE_ERR_NOMEM;
  l->index = net->n_layers;
  l->lo = -HUGE_VALF;
  l->hi = HUGE_VALF;
  MOTE_TRY(read_params(l, o));
  MOTE_TRY(connect(net, l, json_object_get(o, "from")));
  MOTE_TRY(l->kind->plan(l));
  MOTE_TRY(check_size(net, l));
  l->trained |= l->n_kernel + l->n_bias > 0;
  l->w_at = net->n_weights;
  l->state_at = net->n_state;
  net->n_weights += l->n_kernel + l->n_bias;
  net->n_state += l->n_state;
  net->macs += l->macs;
  net->n_layers++;
  return MOTE_OK;
}

static void add_input(mote_net_t *net) {
  mote_layer_t *l = &net->layers[net->n_layers++];
  l->kind = mote_layer_find("input");
  l->where = "input";
  snprintf(l->name, sizeof l->name, "input");
  l->out = net->spec.in;
}

/* Every layer but the last must be read by somebody, and the last must fit the task. */
static int check_ends(const mote_net_t *net) {
  for (int32_t i = 1; i < net->n_layers - 1; i++)
    if (net->layers[i].users == 0)
      return mote_layer_fail(&net->layers[i], "nobody reads its output; name it in a "
                             "later layer's \"from\" or remove it");
  const mote_layer_t *end = mote_net_last(net);
  size_t got = mote_shape_count(end->out);
  if (got != net->spec.outputs)
    return mote_layer_fail(end,
                           "the network ends with %zu values, %u are needed; end the "
                           "list with {\"type\": \"dense\"}",
                           got, net->spec.outputs);
  return MOTE_OK;
}

/* Batch norm followed by nothing but a relu clamps its own output: one pass less. */
static void absorb_relus(mote_net_t *net) {
  for (int32_t i = 1; i < net->n_layers; i++) {
    mote_layer_t *l = &net->layers[i], *before = &net->layers[l->in[0]];
    const char *type = l->kind->type;
    int is_relu = !strcmp(type, "relu"), is_relu6 = !strcmp(type, "relu6");
    if (!(is_relu || is_relu6) || before->users != 1) continue;
    if (!(before->kind->flags & MOTE_LAYER_ABSORBS)) continue;
    l->absorbed = 1;
    before->lo = 0.0f;
    before->hi = is_relu6 ? 6.0f : HUGE_VALF;
  }
}

static int init_weights(mote_net_t *net) {
  net->weights = mote_alloc(net->n_weights + 1, sizeof(float));
  net->state = mote_alloc(net->n_state + 1, sizeof(float));
  if (!net->weights || !net->state) return MOTE_ERR_NOMEM;
  for (int32_t i = 1; i < net->n_layers; i++) {
    mote_layer_t *l = &net->layers[i];
    mote_rng_t rng = mote_rng(net->spec.seed, 0x77656967u + (uint64_t)i);
    if (l->kind->init)
      l->kind->init(l, net->weights + l->w_at, net->state + l->state_at, &rng);
  }
  return MOTE_OK;
}

static int fill_net(mote_net_t *net, json_t *plain, const mote_net_spec_t *spec) {
  net->arena = mote_arena_new();
  if (!net->arena) return MOTE_ERR_NOMEM;
  net->plain = json_incref(plain);
  net->spec = *spec;
  net->spec.where = mote_arena_str(net->arena, spec->where ? spec->where : "");
  net->layers = mote_arena_take(net->arena, json_array_size(plain) + 1,
                                sizeof *net->layers);
  if (!net->spec.where || !net->layers) return MOTE_ERR_NOMEM;
  add_input(net);
  for (size_t i = 0; i < json_array_size(plain); i++)
    MOTE_TRY(add_layer(net, json_array_get(plain, i)));
  MOTE_TRY(check_ends(net));
  absorb_relus(net);
  return init_weights(net);
}

int mote_net_build(json_t *plain, const mote_net_spec_t *spec, mote_net_t **out) {
  mote_net_t *net = mote_alloc(1, sizeof *net);
  int rc = net ? fill_net(net, plain, spec) : MOTE_ERR_NOMEM;
  if (rc < 0) {
    mote_net_free(net);
    return rc;
  }
  *out = net;
  return MOTE_OK;
}

int mote_net_from_json(json_t *layers, const mote_net_spec_t *spec, mote_net_t **out) {
  json_t *plain = NULL;
  double size = (double)spec->in.h * spec->in.w * spec->in.c;
  if (!(size >= 1 && size <= 16e6) || spec->outputs < 1)
    return mote_fail(MOTE_ERR_PARAM, "%s: a network needs 1 to 16 million inputs and at "
                     "least one output", spec->where ? spec->where : "layers");
  MOTE_TRY(mote_layers_expand(layers, spec, &plain));
  int rc = mote_net_build(plain, spec, out);
  json_decref(plain);
  return rc;
}

void mote_net_free(mote_net_t *net) {
  if (!net) return;
  json_decref(net->plain);
  mote_free(net->weights);
  mote_free(net->state);
  mote_arena_free(net->arena);
  mote_free(net);
}

int mote_net_clone(const mote_net_t *net, mote_net_t **out) {
  json_t *plain = json_deep_copy(net->plain); /* reference counts are not atomic */
  if (!plain) return mote_fail(MOTE_ERR_NOMEM, "network: out of memory");
  int rc = mote_net_build(plain, &net->spec, out);
  json_decref(plain);
  MOTE_TRY(rc);
  memcpy((*out)->weights, net->weights, net->n_weights * sizeof(float));
  memcpy((*out)->state, net->state, net->n_state * sizeof(float));
  return MOTE_OK;
}

/* ---- Describing ----------------------------------------------------------------------
 */

uint32_t mote_net_inputs(const mote_net_t *net) {
  return (uint32_t)mote_shape_count(net->spec.in);
}
uint32_t mote_net_outputs(const mote_net_t *net) { return net->spec.outputs; }
size_t mote_net_params(const mote_net_t *net) { return net->n_weights; }
int64_t mote_net_macs(const mote_net_t *net) { return net->macs; }
float *mote_net_weights(mote_net_t *net) { return net->weights; }

json_t *mote_net_describe(const mote_net_t *net) {
  json_t *list = json_array();
  for (int32_t i = 0; list && i < net->n_layers; i++) {
    const mote_layer_t *l = &net->layers[i];
    json_array_append_new(
        list, json_pack("{s:s, s:s, s:[iii], s:I, s:I}", "name", l->name, "type",
                        l->kind->type, "shape", (int)l->out.h, (int)l->out.w,
                        (int)l->out.c, "params", (json_int_t)(l->n_kernel + l->n_bias),
                        "macs", (json_int_t)l->macs));
  }
  return list;
}
