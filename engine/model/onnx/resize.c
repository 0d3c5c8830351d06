/* SPDX-License-Identifier: Apache-2.0
 * Resize and Upsample. The file has many rules for where an output pixel lies in the
 * input; ours has three. A node is taken when one of them gives the same places for every
 * row and column, and refused when none does. The arithmetic is ONNX Runtime's, in float:
 * pixels between two are a matter of the last bit. */
#include "model/ops/resize.h"

#include <math.h>
#include <string.h>

#include "model/onnx/export.h"
#include "model/onnx/import.h"
#include "model/ops/util.h"

/* One direction; `scale` is what the file says, or out / in. */
typedef struct { int32_t in, out; float scale; } axis_t;

typedef enum { ASYMMETRIC, HALF, PYTORCH_HALF, TF_HALF, SYMMETRIC_HALF, CORNERS } place_t;
static const char *const places[] = {
    "asymmetric", "half_pixel", "pytorch_half_pixel", "tf_half_pixel_for_nn",
    "half_pixel_symmetric", "align_corners", NULL};
/* SIMPLE is what there was before operator set 11. */
typedef enum { FLOOR, CEIL, PREFER_CEIL, PREFER_FLOOR, SIMPLE } round_t;
static const char *const rounds[] = {"floor", "ceil", "round_prefer_ceil",
                                     "round_prefer_floor", NULL};
static const char *const modes[] = {"nearest", "linear", NULL};

typedef struct { int32_t linear, place, round; } rule_t;

/* Which of the names the attribute is. */
static int choice(const mote_import_t *m, const char *attr, const char *dflt,
                  const char *const *names) {
  const char *name = mote_import_text(m, attr, dflt);
  for (int i = 0; names[i]; i++)
    if (!strcmp(names[i], name)) return i;
  return MOTE_IMPORT_UNSUPPORTED("%s \"%s\"", attr, name);
}

static int read_rule(const mote_import_t *m, rule_t *r) {
  static const char *const policies[] = {"stretch", NULL};
  *r = (rule_t){0, ASYMMETRIC, SIMPLE};
  MOTE_TRY(r->linear = choice(m, "mode", "nearest", modes));
  if (m->file->opset < 11) return MOTE_OK;
  MOTE_TRY(r->place = choice(m, "coordinate_transformation_mode", "half_pixel", places));
  MOTE_TRY(r->round = choice(m, "nearest_mode", "round_prefer_floor", rounds));
  return choice(m, "keep_aspect_ratio_policy", "stretch", policies);
}

/* ---- sizes ---- */

/* The scales as numbers, from an attribute or an input. The count. */
static int read_scales(const mote_import_t *m, double *out) {
  const mote_onnx_attr_t *a = mote_onnx_attr(m->node, "scales");
  int32_t v = mote_import_in(m, m->file->opset < 11 ? 1 : 2);
  const mote_onnx_tensor_t *c = v < 0 ? NULL : m->values[v].c;
  size_t n = c ? c->count : a && a->kind == MOTE_ONNX_A_FLOATS ? a->n : 0;
  if (n > MOTE_RANK_MAX) n = 0;
  for (size_t i = 0; i < n; i++)
    out[i] = c ? mote_fold_real(c, i) : (double)a->floats[i];
  return (int)n;
}

/* Output size and scale of each axis that the file names. */
static int read_sizes(const mote_import_t *m, axis_t *axis, int32_t rank) {
  int64_t size[MOTE_RANK_MAX], named[MOTE_RANK_MAX];
  double scale[MOTE_RANK_MAX];
  int n_size, n_named;
  MOTE_TRY(n_size = mote_import_ints(m, NULL, 3, size, MOTE_RANK_MAX));
  MOTE_TRY(n_named = mote_import_ints(m, "axes", -1, named, MOTE_RANK_MAX));
  int want = n_named ? n_named : rank;
  if ((n_size ? n_size : read_scales(m, scale)) != want)
    return MOTE_IMPORT_UNSUPPORTED("its sizes or scales must be %d constants", want);
  for (int i = 0; i < want; i++) {
    int at = mote_import_axis(n_named ? named[i] : i, rank);
    if (at < 0) return at;
    if (n_size) scale[i] = (double)size[i] / axis[at].in;
    double out = n_size ? (double)size[i] : floor(axis[at].in * scale[i]);
    if (!(out >= 1 && out <= 65536))
      return mote_fail(MOTE_ERR_FORMAT, "axis %d becomes %g", at, out);
    axis[at].out = (int32_t)out, axis[at].scale = (float)scale[i];
  }
  return MOTE_OK;
}

/* ---- places ---- */

/* Where output pixel i lies in the input. */
static float place_of(place_t rule, const axis_t *x, int32_t i) {
  float middle = ((float)i + 0.5f) / x->scale;
  float part = (float)x->out / (x->scale * (float)x->in);
  switch (rule) {
    case ASYMMETRIC: return (float)i / x->scale;
    case TF_HALF: return middle;
    case HALF: return middle - 0.5f;
    case PYTORCH_HALF: return x->out > 1 ? middle - 0.5f : 0.0f;
    case SYMMETRIC_HALF: return (float)x->in / 2 * (1 - part) + middle - 0.5f;
    default: break;
  }
  return x->out > 1 ? (float)i * (float)(x->in - 1) / (float)(x->out - 1) : 0.0f;
}

static float rounded(round_t rule, const axis_t *x, float place) {
  int down = rule == FLOOR || (rule == SIMPLE && x->scale >= 1) ||
             (rule == PREFER_FLOOR && place == floorf(place) + 0.5f);
  if (down) return floorf(place);
  return rule == PREFER_CEIL || rule == PREFER_FLOOR ? roundf(place) : ceilf(place);
}

static float within(float v, int32_t n) {
  return v < 0 ? 0.0f : v > (float)(n - 1) ? (float)(n - 1) : v;
}

/* Has our rule `a` the places of the file along this axis? */
static int agree(const rule_t *r, const axis_t *x, const mote_resize_attr_t *a) {
  for (int32_t i = 0; i < x->out; i++) {
    float theirs = place_of((place_t)r->place, x, i);
    float ours = mote_resize_place(a, x->in, x->out, i);
    if (r->linear) {
      float error = fabsf(within(theirs, x->in) - within(ours, x->in));
      if (!(error <= 1e-6f * (float)x->in)) return 0;
    } else if ((int32_t)within(rounded((round_t)r->round, x, theirs), x->in) !=
               mote_resize_pixel(a, x->in, x->out, i))
      return 0;
  }
  return 1;
}

/* Our rule that agrees along both axes, that of the same name first: `a` is set to it. */
static int find_rule(const rule_t *r, const axis_t *h, const axis_t *w,
                     mote_resize_attr_t *a) {
  static const int ours[3][2] = {{0, 0}, {0, 1}, {1, 0}};
  int first = r->place == ASYMMETRIC ? 0 : r->place == CORNERS ? 2 : 1;
  for (int i = 0; i < 3; i++) {
    const int *rule = ours[(first + i) % 3];
    a->align_corners = rule[0], a->half_pixel_centers = rule[1];
    if (agree(r, h, a) && agree(r, w, a)) return MOTE_OK;
  }
  return MOTE_IMPORT_UNSUPPORTED("coordinate_transformation_mode \"%s\" with "
                                 "nearest_mode \"%s\" between these sizes",
                                 places[r->place], r->round == SIMPLE ? "simple"
                                                                     : rounds[r->round]);
}

int mote_onnx_resize(mote_import_t *m) {
  int32_t v = mote_import_in(m, 0), rank = m->values[v].dims.rank, t;
  axis_t axis[MOTE_RANK_MAX], flat = {1, 1, 1.0f};
  rule_t r;
  for (int32_t i = 0; i < rank; i++) {
    int32_t n = m->values[v].dims.d[i];
    axis[i] = (axis_t){n, n, 1.0f};
  }
  MOTE_TRY(read_rule(m, &r));
  MOTE_TRY(read_sizes(m, axis, rank));
  MOTE_TRY(t = mote_import_tensor(m, v, MOTE_LAYOUT_LAST));
  if (rank < 3 || axis[0].out != axis[0].in || axis[1].out != axis[1].in)
    return MOTE_IMPORT_UNSUPPORTED("another size of the batch or of the channels");
  const axis_t *h = rank == 4 ? &axis[2] : &flat, *w = &axis[rank - 1];
  mote_resize_attr_t a = {h->out, w->out, 0, 0};
  MOTE_TRY(find_rule(&r, h, w, &a));
  if (mote_import_int(m, "antialias", 0) && (h->out < h->in || w->out < w->in))
    return MOTE_IMPORT_UNSUPPORTED("antialias");
  t = mote_import_emit(m, r.linear ? "resize_bilinear" : "resize_nearest", &t, 1, &a,
                       NULL);
  return mote_import_set(m, mote_import_out(m, 0), t, MOTE_LAYOUT_LAST, rank);
}

/* ---- the other way ---- */

/* The rule of the file that ours is, but for pixels that lie between two. */
static rule_t rule_of(const mote_out_t *x) {
  const mote_resize_attr_t *a = x->n->attr;
  int linear = !strcmp(x->name, modes[1]);
  return a->align_corners        ? (rule_t){linear, CORNERS, PREFER_CEIL}
         : a->half_pixel_centers ? (rule_t){linear, HALF, PREFER_CEIL}
                                 : (rule_t){linear, ASYMMETRIC, FLOOR};
}

/* Rows (axis 2) or columns (3) of the image `in`, by their numbers. */
static const char *picked(mote_out_t *x, int axis, const char *in, const char *to) {
  const mote_resize_attr_t *a = x->n->attr;
  int32_t n = mote_out_in(x, 0)->dims.d[axis - 1], out = axis == 2 ? a->height : a->width;
  int64_t *at = mote_arena_take(x->e->a, (size_t)out, sizeof *at);
  if (!at) {
    x->e->rc = MOTE_ERR_NOMEM;
    return to;
  }
  for (int32_t i = 0; i < out; i++) at[i] = mote_resize_pixel(a, n, out, i);
  mote_export_node_t o = mote_export_node("Gather", in, to);
  o.in[o.n_in++] = mote_export_ints(x->e, to, at, out);
  mote_export_attr_int(&o, "axis", axis);
  mote_export_emit(x->e, &o);
  return to;
}

static void resized(mote_out_t *x, const rule_t *r, const char *in, const char *to) {
  const mote_resize_attr_t *a = x->n->attr;
  int64_t size[4] = {1, mote_out_of(x)->dims.d[3], a->height, a->width};
  mote_export_node_t o = {.op = "Resize", .in = {in, "", ""}, .n_in = 4, .out = to};
  o.in[3] = mote_export_ints(x->e, to, size, 4);
  mote_export_attr_text(&o, "mode", modes[r->linear]);
  mote_export_attr_text(&o, "coordinate_transformation_mode", places[r->place]);
  if (!r->linear) mote_export_attr_text(&o, "nearest_mode", rounds[r->round]);
  mote_export_emit(x->e, &o);
}

int mote_out_resize(mote_out_t *x) {
  const mote_resize_attr_t *a = x->n->attr;
  const int32_t *d = mote_out_in(x, 0)->dims.d;
  axis_t h = {d[1], a->height, (float)a->height / (float)d[1]};
  axis_t w = {d[2], a->width, (float)a->width / (float)d[2]};
  rule_t r = rule_of(x);
  if (r.linear && a->align_corners && a->half_pixel_centers)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "Resize of .onnx has align_corners or "
                     "half_pixel, not both");
  const char *in = mote_export_in(x->e, x->n->in[0], MOTE_EXPORT_NCHW);
  const char *to = mote_export_out(x->e, x->n->out[0], MOTE_EXPORT_NCHW);
  if (agree(&r, &h, a) && agree(&r, &w, a)) resized(x, &r, in, to);
  else picked(x, 3, picked(x, 2, in, mote_out_between(x, "rows")), to);
  mote_export_done(x->e, x->n->out[0], MOTE_EXPORT_NCHW);
  return MOTE_OK;
}
