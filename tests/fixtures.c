/* SPDX-License-Identifier: Apache-2.0 */
#include "fixtures.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/rng.h"
#include "model/attrs.h"
#include "model/op.h"

#define CALIBRATION 12 /* signals */

static const char *const designs[FIXTURES] = {
    [FIXTURE_RAW] = "{'mote':1,'name':'tiny','input':{'axes':['a','b'],'frequency_hz':"
                    "100,'window_ms':80,"
                    "'stride_ms':30},'dsp':[{'type':'raw'}],"
                    "'learn':[{'type':'classifier','name':'nn'}]}",
    [FIXTURE_MOTION] =
        "{'mote':1,'name':'motion','input':{'axes':['accX','accY','accZ'],'frequency_hz':"
        "62.5,"
        "'window_ms':2000,'stride_ms':240},'dsp':[{'type':'spectral_analysis','params':"
        "{'fft_length':128,'filter_type':'low','filter_cutoff':3,'filter_order':6}}],"
        "'learn':[{'type':'classifier','name':'nn'},{'type':'kmeans','name':'anomaly'}]}",
    [FIXTURE_KEYWORD] =
        "{'mote':1,'name':'keyword','input':{'axes':['audio'],'frequency_hz':16000,"
        "'window_ms':1000,'stride_ms':200},'dsp':[{'type':'mfcc','params':{'frame_length'"
        ":"
        "0.025,'frame_stride':0.02,'num_filters':32,'fft_length':256,'win_size':101}}],"
        "'learn':[{'type':'classifier','name':'nn'}]}",
    [FIXTURE_MIXED] =
        "{'mote':1,'name':'2nd model','input':{'axes':['x','y','z'],'frequency_hz':50,"
        "'window_ms':400,'stride_ms':500},'dsp':[{'id':2,'type':'flatten','params':"
        "{'moving_avg_num_windows':3}},{'id':3,'type':'raw','name':'one */ "
        "axis','axes':['y']},"
        "{'id':4,'type':'raw','name':'all'}],'learn':[{'type':'regression','name':'level'"
        ","
        "'inputs':[4,2]},{'type':'classifier','name':'int','inputs':[3]}],"
        "'smoothing':{'average':1,'threshold':0.3,'suppress_ms':0}}",
    [FIXTURE_ODD] =
        "{'mote':1,'name':'odd','input':{'axes':['audio'],'frequency_hz':4000,"
        "'window_ms':250,'stride_ms':70},'dsp':[{'type':'mfe','params':{'frame_length':0."
        "032,"
        "'frame_stride':0.016,'num_filters':16,'fft_length':128}}],"
        "'learn':[{'type':'classifier','name':'nn'}]}",
};

const char *fixture_name(fixture_t f) {
  static const char *const names[FIXTURES] = {"tiny", "motion", "keyword", "mixed",
                                              "odd"};
  return names[f];
}

void fixture_signal(const mote_impulse_t *m, uint32_t seed, float *x, size_t n) {
  const mote_input_t *in = &m->input;
  mote_rng_t r = mote_rng(seed, 99);
  for (uint32_t k = 0; k < in->n_axes; k++) {
    float phase = 0, step = mote_rng_range(&r, 0.02f, 0.6f),
          loud = mote_rng_range(&r, 0.2f, 1);
    for (size_t i = 0; i < n; i++) {
      if (mote_rng_below(&r, 400) == 0) step = mote_rng_range(&r, 0.02f, 0.9f);
      phase += step;
      if (phase > 6.2831853f) phase -= 6.2831853f;
      float v = loud * (sinf(phase) + 0.2f * mote_rng_range(&r, -1, 1));
      x[i * in->n_axes + k] = in->audio ? floorf(9000 * v) : 4 * v + (float)k;
    }
  }
}

/* ---- networks ---- */

typedef struct {
  mote_graph_t *g;
  mote_rng_t rng;
  int i8; /* building the int8 graph: ranges below are those of the float one */
  const float *lo, *hi; /* [n_values] */
  int n_values;         /* activations so far, the same in both graphs */
  int rc;               /* first error */
} net_t;

static int32_t constant(net_t *n, mote_dtype_t t, mote_dims_t d, const void *data) {
  int32_t i = mote_graph_tensor(n->g, "const", t, &d, data);
  if (i < 0 && !n->rc) n->rc = i;
  return i;
}

/* A new activation. In the int8 graph it covers what the float graph showed, but for
 * `unit` (behind softmax) 1/256 and -128. */
static int32_t value(net_t *n, mote_dims_t d, int i8, int unit) {
  int32_t i = mote_graph_tensor(n->g, "value", i8 ? MOTE_I8 : MOTE_F32, &d, NULL);
  if (i8) {
    float lo = fminf(n->lo[n->n_values], 0), hi = fmaxf(n->hi[n->n_values], lo + 1e-3f);
    float scale = unit ? 1.0f / 256 : (hi - lo) / 255;
    int32_t zero = unit ? -128 : (int32_t)lrintf(-128 - lo / scale);
    int rc = mote_graph_quant(n->g, i, 1, 0, &scale, &zero);
    if (rc < 0 && !n->rc) n->rc = rc;
  }
  n->n_values++;
  return i;
}

static int32_t node(net_t *n, const char *op, const char *name, const int32_t *in,
                    int n_in, int32_t out, const void *attr) {
  mote_node_spec_t s = {op, name, in, n_in, &out, 1, attr};
  int rc = mote_graph_node(n->g, &s);
  if (rc < 0 && !n->rc) n->rc = rc;
  return out;
}

/* Random weights [out][taps] with their bias; int8 with one scale per output. */
static void filter(net_t *n, int32_t in, mote_dims_t d, int32_t *w, int32_t *b) {
  int32_t outs = d.d[0], taps = (int32_t)(mote_dims_count(&d) / outs), zeros[64] = {0};
  float weight[8192], bias[64], scale[64], bias_scale[64];
  int8_t q[8192];
  int32_t bias_q[64];
  float in_scale = n->i8 ? n->g->tensors[in].quant.scale[0] : 1;
  for (int32_t o = 0; o < outs; o++) {
    for (int32_t i = 0; i < taps; i++)
      weight[o * taps + i] = mote_rng_normal(&n->rng) * 1.6f / sqrtf((float)taps);
    bias[o] = mote_rng_range(&n->rng, -0.3f, 0.3f);
    scale[o] = 1e-6f;
    for (int32_t i = 0; i < taps; i++)
      scale[o] = fmaxf(scale[o], fabsf(weight[o * taps + i]) / 127);
    for (int32_t i = 0; i < taps; i++)
      q[o * taps + i] = (int8_t)lrintf(weight[o * taps + i] / scale[o]);
    bias_scale[o] = in_scale * scale[o];
    bias_q[o] = (int32_t)lrintf(bias[o] / bias_scale[o]);
  }
  mote_dims_t bd = {1, {outs}};
  *w = constant(n, n->i8 ? MOTE_I8 : MOTE_F32, d, n->i8 ? (void *)q : (void *)weight);
  *b =
      constant(n, n->i8 ? MOTE_I32 : MOTE_F32, bd, n->i8 ? (void *)bias_q : (void *)bias);
  if (!n->i8 || n->rc) return;
  n->rc = mote_graph_quant(n->g, *w, outs, 0, scale, zeros);
  if (!n->rc) n->rc = mote_graph_quant(n->g, *b, outs, 0, bias_scale, zeros);
}

static int32_t dense(net_t *n, int32_t in, int32_t taps, int32_t outs, int act,
                     const char *name) {
  int32_t io[3] = {in, 0, 0};
  mote_dense_attr_t a = {act, 0};
  filter(n, in, (mote_dims_t){2, {outs, taps}}, &io[1], &io[2]);
  return node(n, "dense", name, io, 3, value(n, (mote_dims_t){2, {1, outs}}, n->i8, 0),
              &a);
}

static int32_t conv1d(net_t *n, int32_t in, int32_t channels, int32_t outs,
                      int32_t stride, const char *name) {
  int32_t io[3] = {in, 0, 0};
  mote_window_attr_t a = {.stride_h = 1,
                          .stride_w = stride,
                          .dilation_h = 1,
                          .dilation_w = 1,
                          .padding = MOTE_PAD_SAME,
                          .activation = MOTE_ACT_RELU};
  filter(n, in, (mote_dims_t){4, {outs, 1, 3, channels}}, &io[1], &io[2]);
  return node(n, "conv2d", name, io, 3,
              value(n, (mote_dims_t){4, {1, 1, 1, 1}}, n->i8, 0), &a);
}

static int32_t softmax_end(net_t *n, int32_t in, int32_t classes) {
  mote_softmax_attr_t a = {1};
  mote_dims_t d = {2, {1, classes}};
  int32_t out = node(n, "softmax", "softmax", &in, 1, value(n, d, n->i8, 1), &a);
  if (n->i8) out = node(n, "dequantize", "scores", &out, 1, value(n, d, 0, 0), NULL);
  else n->n_values++;
  return out;
}

/* Mean and scale of the features over the signals make the normaliser. */
static int32_t begin(net_t *n, uint32_t d, const float *mean, const float *scale) {
  mote_dims_t dims = {2, {1, (int32_t)d}}, one = {1, {(int32_t)d}};
  int32_t in = mote_graph_tensor(n->g, "features", MOTE_F32, &dims, NULL);
  n->g->inputs[n->g->n_inputs++] = in;
  int32_t io[3] = {in, constant(n, MOTE_F32, one, mean),
                   constant(n, MOTE_F32, one, scale)};
  return node(n, "normalise", "normalise", io, 3, value(n, dims, n->i8, 0), NULL);
}

static int32_t layers(net_t *n, fixture_t f, const mote_learner_t *l, int32_t x) {
  int32_t d = (int32_t)(l->rows * l->cols);
  if (f == FIXTURE_KEYWORD) {
    mote_dims_t seq = {4, {1, 1, (int32_t)l->rows, (int32_t)l->cols}};
    x = node(n, "reshape", "sequence", &x, 1, value(n, seq, n->i8, 0), NULL);
    if (n->i8) n->rc = mote_graph_quant(n->g, x, 1, 0, n->g->tensors[x - 1].quant.scale,
                                        n->g->tensors[x - 1].quant.zero);
    x = conv1d(n, x, (int32_t)l->cols, 8, 2, "conv1");
    x = conv1d(n, x, 8, 16, 2, "conv2");
    return softmax_end(n, dense(n, x, 13 * 16, 4, MOTE_ACT_NONE, "dense"), 4);
  }
  if (f == FIXTURE_MOTION) {
    x = dense(n, x, d, 20, MOTE_ACT_RELU, "dense1");
    x = dense(n, x, 20, 10, MOTE_ACT_RELU, "dense2");
    return softmax_end(n, dense(n, x, 10, 4, MOTE_ACT_NONE, "dense3"), 4);
  }
  x = dense(n, x, d, 6, MOTE_ACT_RELU, "dense1");
  x = dense(n, x, 6, strcmp(l->type, "regression") ? 3 : 1, MOTE_ACT_NONE, "dense2");
  if (strcmp(l->type, "regression")) return softmax_end(n, x, 3);
  mote_dims_t one = {2, {1, 1}};
  return n->i8 ? node(n, "dequantize", "value", &x, 1, value(n, one, 0, 0), NULL) : x;
}

static int finish(net_t *n, int32_t out) {
  n->g->outputs[n->g->n_outputs++] = out;
  n->g->meta = json_pack("{s:[s,s,s,s], s:f}", "labels", "yes", "no \"really\"",
                         "unknown", "noise", "threshold", 1.5);
  if (n->rc) return n->rc;
  return mote_graph_check(n->g);
}

/* Outcome of every activation of the float graph, over the calibration rows. */
static int ranges(const mote_graph_t *g, const float *rows, uint32_t d, float *lo,
                  float *hi) {
  mote_program_t *p = NULL;
  mote_exec_t *e = NULL;
  int rc = mote_lower(g, &p);
  if (rc == MOTE_OK) rc = mote_exec_new(p, &e);
  for (int r = 0; rc == MOTE_OK && r < CALIBRATION; r++) {
    const void *in[1] = {rows + (size_t)r * d};
    rc = mote_exec_run(e, in, NULL);
    int at = -1; /* the features themselves are no new value */
    for (int32_t i = 0; i < g->n_tensors; i++) {
      const mote_tensor_t *t = &g->tensors[i];
      if (t->role != MOTE_ROLE_VALUE || at++ < 0) continue;
      const float *v = mote_exec_tensor(e, i);
      for (int64_t k = 0; k < mote_dims_count(&t->dims); k++) {
        lo[at - 1] = fminf(lo[at - 1], v[k]);
        hi[at - 1] = fmaxf(hi[at - 1], v[k]);
      }
    }
  }
  mote_exec_free(e);
  mote_program_free(p);
  return rc;
}

static int make_network(fixture_t f, const mote_learner_t *l, const float *rows,
                        mote_graph_t **f32, mote_graph_t **i8) {
  uint32_t d = l->rows * l->cols;
  float *mean = mote_alloc(d, sizeof *mean), *scale = mote_alloc(d, sizeof *scale);
  float lo[32] = {0}, hi[32] = {0};
  for (uint32_t k = 0; k < d; k++) {
    float sum = 0, square = 0;
    for (int r = 0; r < CALIBRATION; r++) sum += rows[(size_t)r * d + k] / CALIBRATION;
    for (int r = 0; r < CALIBRATION; r++)
      square +=
          (rows[(size_t)r * d + k] - sum) * (rows[(size_t)r * d + k] - sum) / CALIBRATION;
    mean[k] = sum, scale[k] = 1 / sqrtf(square + 1e-6f);
  }
  net_t a = {.g = mote_graph_new(), .rng = mote_rng(5, (uint64_t)f)};
  int rc = finish(&a, layers(&a, f, l, begin(&a, d, mean, scale)));
  if (rc == MOTE_OK) rc = ranges(a.g, rows, d, lo, hi);
  *f32 = a.g;
  if (rc == MOTE_OK) {
    net_t b = {.g = mote_graph_new(), .rng = mote_rng(5, (uint64_t)f), .i8 = 1, .lo = lo,
               .hi = hi};
    rc = finish(&b, layers(&b, f, l, begin(&b, d, mean, scale)));
    *i8 = b.g;
  }
  mote_free(mean);
  mote_free(scale);
  return rc;
}

/* Two clusters over four of the features. */
static int make_kmeans(const mote_learner_t *l, const float *rows, mote_graph_t **out) {
  int32_t d = (int32_t)(l->rows * l->cols), axes[4] = {0, 1, d / 2, d - 1};
  float mean[4], scale[4], centres[8] = {-0.5f, 0.2f, 0.1f, 0, 0.7f, -0.3f, 0.4f, 0.6f};
  float radius[2] = {0.8f, 1.1f};
  net_t n = {.g = mote_graph_new()};
  mote_dims_t dims = {2, {1, d}}, four = {1, {4}}, two = {1, {2}}, c = {2, {2, 4}};
  for (int k = 0; k < 4; k++)
    mean[k] = rows[axes[k]], scale[k] = 1 / (fabsf(mean[k]) + 0.1f);
  int32_t in = mote_graph_tensor(n.g, "features", MOTE_F32, &dims, NULL);
  n.g->inputs[n.g->n_inputs++] = in;
  int32_t io[6] = {in,
                   constant(&n, MOTE_I32, four, axes),
                   constant(&n, MOTE_F32, four, mean),
                   constant(&n, MOTE_F32, four, scale),
                   constant(&n, MOTE_F32, c, centres),
                   constant(&n, MOTE_F32, two, radius)};
  mote_dims_t one = {2, {1, 1}};
  *out = n.g;
  return finish(&n, node(&n, "kmeans", "kmeans", io, 6, value(&n, one, 0, 0), NULL));
}

/* ---- impulses ---- */

/* Features of the calibration signals, as learner l sees them: [CALIBRATION][d]. */
static float *learner_rows(const mote_impulse_t *m, const mote_learner_t *l) {
  size_t values = (size_t)m->input.window * m->input.n_axes,
         d = (size_t)l->rows * l->cols;
  float *x = mote_alloc(values, sizeof *x), *all = mote_alloc(m->features, sizeof *all);
  float *rows = mote_alloc(CALIBRATION * d, sizeof *rows);
  void *scratch = mote_alloc(mote_impulse_scratch(m) + 16, 1),
       *states[MOTE_BLOCKS_MAX] = {0};
  for (int b = 0; b < m->n_dsp; b++)
    if (m->dsp[b].shape.state_bytes)
      states[b] = mote_alloc(m->dsp[b].shape.state_bytes, 1);
  for (uint32_t r = 0; r < CALIBRATION; r++) {
    fixture_signal(m, 1000 + r, x, m->input.window);
    if (mote_impulse_features(m, x, NULL, all, scratch, states) < 0) return NULL;
    float *to = rows + r * d;
    for (int i = 0; i < l->n_inputs; i++) {
      size_t at = 0;
      for (int b = 0; b < l->inputs[i]; b++) at += m->dsp[b].features;
      memcpy(to, all + at, m->dsp[l->inputs[i]].features * sizeof *to);
      to += m->dsp[l->inputs[i]].features;
    }
  }
  for (int b = 0; b < m->n_dsp; b++) mote_free(states[b]);
  mote_free(x), mote_free(all), mote_free(scratch);
  return rows;
}

static int make_learners(fixture_t f, mote_trained_t *t) {
  static const char *labels[] = {"yes", "no \"really\" ?\?/", "unknown", "noise"};
  for (int i = 0; i < t->impulse->n_learn; i++) {
    const mote_learner_t *l = &t->impulse->learn[i];
    float *rows = learner_rows(t->impulse, l);
    if (!rows) return MOTE_ERR_NOMEM;
    int rc = strcmp(l->type, "kmeans") ? make_network(f, l, rows, &t->learn[i].f32,
                                                      &t->learn[i].i8)
                                       : make_kmeans(l, rows, &t->learn[i].f32);
    mote_free(rows);
    MOTE_TRY(rc);
    t->learn[i].labels = labels;
    t->learn[i].n_labels = 4;
    t->learn[i].threshold = 1.5;
  }
  return MOTE_OK;
}

int fixture_trained(fixture_t f, mote_trained_t **out) {
  char text[2048];
  snprintf(text, sizeof text, "%s", designs[f]);
  for (char *p = text; *p; p++)
    if (*p == '\'') *p = '"';
  json_t *doc = json_loads(text, 0, NULL);
  mote_trained_t *t = mote_alloc(1, sizeof *t);
  if (!t || !doc) return MOTE_ERR_NOMEM;
  int rc = mote_impulse_parse(doc, fixture_name(f), &t->impulse);
  json_decref(doc);
  if (rc == MOTE_OK) rc = mote_impulse_resolve(t->impulse, NULL, 0, 0);
  if (rc == MOTE_OK) rc = make_learners(f, t);
  if (rc < 0) mote_trained_free(t);
  else *out = t;
  return rc;
}

int fixture_save(const mote_trained_t *t, const char *dir) {
  char path[MOTE_PATH_MAX], name[256];
  MOTE_TRY(mote_dir_make(dir));
  MOTE_TRY(mote_path_join(path, dir, "impulse.json"));
  char *text = json_dumps(t->impulse->json, JSON_INDENT(2));
  int rc = text ? mote_file_write(path, text, strlen(text)) : MOTE_ERR_NOMEM;
  free(text);
  for (int i = 0; rc == MOTE_OK && i < 2 * t->impulse->n_learn; i++) {
    const mote_graph_t *g = i % 2 ? t->learn[i / 2].i8 : t->learn[i / 2].f32;
    snprintf(name, sizeof name, "%.200s.%s.mote", t->impulse->learn[i / 2].name,
             i % 2 ? "i8" : "f32");
    if (!g) continue;
    rc = mote_path_join(path, dir, name);
    if (rc == MOTE_OK) rc = mote_graph_save(g, path);
  }
  return rc;
}
