/* SPDX-License-Identifier: Apache-2.0
 * Folds batch norm into the convolution or dense layer before it:
 *   s = gamma / sqrt(var + eps)
 *   w[.., c] *= s[c]
 *   bias[c] = (bias[c] - mean[c]) * s[c] + beta[c]
 * The list loses the norm's entry, the layer before takes its name, a new net is built.
 */
#include <string.h>

#include "math/math.h"
#include "train/qat.h"
#include "train/net.h"

static int is_norm(const mote_layer_t *l) { return !strcmp(l->kind->type, "batch_norm"); }

/* The layer that can take this norm in, or NULL. */
static const mote_layer_t *host_of(const mote_net_t *net, const mote_layer_t *norm) {
  const mote_layer_t *l = &net->layers[norm->in[0]];
  return is_norm(norm) && l->n_kernel > 0 && l->users == 1 ? l : NULL;
}

/* plain[i] is layer i + 1. */
static json_t *folded_list(const mote_net_t *net) {
  json_t *list = json_deep_copy(net->plain), *out = json_array();
  for (int32_t i = 1; list && out && i < net->n_layers; i++) {
    const mote_layer_t *host = host_of(net, &net->layers[i]);
    json_t *o = json_array_get(list, (size_t)i - 1);
    if (!host) {
      json_array_append(out, o);
      continue;
    }
    json_t *h = json_array_get(list, (size_t)host->index - 1);
    json_object_set_new(h, "bias", json_true());
    json_object_set(h, "name", json_object_get(o, "name"));
  }
  json_decref(list);
  return out;
}

static void fold_weights(const mote_net_t *net, const mote_layer_t *norm, float *w,
                         size_t n_kernel) {
  size_t c = norm->channels;
  const float *gamma = net->weights + norm->w_at, *beta = gamma + c;
  const float *mean = net->state + norm->state_at, *var = mean + c;
  float epsilon =
      *(const float *)((const char *)norm->cfg + norm->kind->params[1].offset);
  for (size_t j = 0; j < c; j++) {
    float s = gamma[j] / mote_sqrtf(var[j] + epsilon);
    for (size_t i = j; i < n_kernel; i += c) w[i] *= s;
    w[n_kernel + j] = (w[n_kernel + j] - mean[j]) * s + beta[j];
  }
}

/* The norm that was folded into old layer i, or NULL. */
static const mote_layer_t *guest_of(const mote_net_t *net, int32_t i) {
  for (int32_t j = i + 1; j < net->n_layers; j++)
    if (host_of(net, &net->layers[j]) == &net->layers[i]) return &net->layers[j];
  return NULL;
}

static void copy_weights(const mote_net_t *old, mote_net_t *net) {
  int32_t at = 1;
  for (int32_t i = 1; i < old->n_layers; i++) {
    const mote_layer_t *from = &old->layers[i], *norm = guest_of(old, i);
    if (host_of(old, from)) continue;
    mote_layer_t *to = &net->layers[at++];
    float *w = net->weights + to->w_at;
    memset(w, 0, (to->n_kernel + to->n_bias) * sizeof *w);
    memcpy(w, old->weights + from->w_at, (from->n_kernel + from->n_bias) * sizeof *w);
    memcpy(net->state + to->state_at, old->state + from->state_at,
           from->n_state * sizeof *w);
    if (norm) fold_weights(old, norm, w, to->n_kernel);
  }
}

int mote_net_fold(mote_net_t *net) {
  json_t *list = folded_list(net);
  mote_net_t *fresh = NULL, old;
  if (!list) return mote_fail(MOTE_ERR_NOMEM, "network: out of memory");
  int rc = mote_net_build(list, &net->spec, &fresh);
  json_decref(list);
  MOTE_TRY(rc);
  copy_weights(net, fresh);
  old = *net;
  *net = *fresh;
  *fresh = old;
  mote_net_free(fresh);
  return MOTE_OK;
}
