/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ops/resize.h"

#include <math.h>

#include "model/ops/move.h"
#include "model/ops/util.h"
#include "nn/resize.h"

MOTE_WRAP1(mote_resize_nearest, mote_resize_nearest_t)
MOTE_WRAP1(mote_resize_bilinear_s8, mote_resize_bilinear_s8_t)
MOTE_WRAP1(mote_resize_bilinear_f32, mote_resize_bilinear_f32_t)

#define F(T, m, k) MOTE_FIELD(mote_resize_##T##_t, m, k)
static const mote_field_t nearest_fields[] = {
    F(nearest, pixel, I32), F(nearest, row, I32), F(nearest, y, I32S),
    F(nearest, x, I32S)};
static const mote_field_t s8_fields[] = {F(bilinear_s8, in_w, I32),
                                         F(bilinear_s8, c, I32), F(bilinear_s8, y, I32S),
                                         F(bilinear_s8, x, I32S)};
static const mote_field_t f32_fields[] = {
    F(bilinear_f32, in_w, I32), F(bilinear_f32, c, I32),   F(bilinear_f32, y, I32S),
    F(bilinear_f32, x, I32S),   F(bilinear_f32, fy, F32S), F(bilinear_f32, fx, F32S)};
#undef F
static const mote_struct_t nearest_struct =
    MOTE_STRUCT(mote_resize_nearest_t, "nn/resize.h", nearest_fields);
static const mote_struct_t s8_struct =
    MOTE_STRUCT(mote_resize_bilinear_s8_t, "nn/resize.h", s8_fields);
static const mote_struct_t f32_struct =
    MOTE_STRUCT(mote_resize_bilinear_f32_t, "nn/resize.h", f32_fields);
static const mote_kernel_t kernel_nearest = {"mote_resize_nearest", &nearest_struct,
                                             run_mote_resize_nearest,
                                             "nn/resize_nearest.c", "v", "v", 0, 0};
static const mote_kernel_t kernel_s8 = {"mote_resize_bilinear_s8", &s8_struct,
                                        run_mote_resize_bilinear_s8,
                                        "nn/resize_bilinear_s8.c", "b", "b", 0, 0};
static const mote_kernel_t kernel_f32 = {"mote_resize_bilinear_f32", &f32_struct,
                                         run_mote_resize_bilinear_f32,
                                         "nn/resize_bilinear_f32.c", "f", "f", 0, 0};

#define SIZE(m)                                                                          \
  #m, MOTE_P_INT, offsetof(mote_resize_attr_t, m), 1, 65536, 1, NULL, "pixels"
#define RULE(m) #m, MOTE_P_BOOL, offsetof(mote_resize_attr_t, m), 0, 1, 0, NULL, ""
static const mote_param_t rows[] = {
    {SIZE(height), "Rows of the output."},
    {SIZE(width), "Columns of the output."},
    {RULE(align_corners), "The corner pixels of input and output lie on each other."},
    {RULE(half_pixel_centers), "A pixel is where its middle is, not its corner."}};

static float scale_of(const mote_resize_attr_t *a, int32_t in, int32_t out) {
  return a->align_corners && out > 1 ? (float)(in - 1) / (float)(out - 1)
                                     : (float)in / (float)out;
}

static int32_t within(int32_t v, int32_t n) { return v < 0 ? 0 : v >= n ? n - 1 : v; }

int32_t mote_resize_pixel(const mote_resize_attr_t *a, int32_t in, int32_t out,
                          int32_t i) {
  float offset = a->half_pixel_centers ? 0.5f : 0.0f;
  float place = ((float)i + offset) * scale_of(a, in, out);
  return within((int32_t)(a->align_corners ? roundf(place) : floorf(place)), in);
}

float mote_resize_place(const mote_resize_attr_t *a, int32_t in, int32_t out, int32_t i) {
  float scale = scale_of(a, in, out);
  return a->half_pixel_centers ? ((float)i + 0.5f) * scale - 0.5f : (float)i * scale;
}

/* One direction. */
typedef struct { const mote_resize_attr_t *a; int32_t in, out; } axis_t;

static axis_t axis_of(const mote_graph_t *g, const mote_node_t *n, int d) {
  return (axis_t){n->attr, mote_node_in(g, n, 0)->dims.d[d],
                  mote_node_out(g, n)->dims.d[d]};
}

static int shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_resize_attr_t *a = n->attr;
  const mote_tensor_t *x = mote_node_in(g, n, 0);
  MOTE_TRY(mote_want_moved(g, n, 1));
  if (x->dims.rank != 4 || x->dims.d[0] != 1)
    return mote_fail(MOTE_ERR_SIZE, "the input must be [1][height][width][channels]");
  *out = MOTE_DIMS(1, a->height, a->width, x->dims.d[3]);
  return MOTE_OK;
}

static int bilinear_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  MOTE_TRY(mote_want_uniform(g, n, 1));
  return shape(g, n, out);
}

static int nearest_axis(mote_program_t *prog, axis_t x, mote_i32s_t *out) {
  int32_t *at = mote_arena_take(prog->arena, (size_t)x.out, sizeof *at);
  if (!at) return MOTE_ERR_NOMEM;
  for (int32_t i = 0; i < x.out; i++) at[i] = mote_resize_pixel(x.a, x.in, x.out, i);
  *out = (mote_i32s_t){at, (uint32_t)x.out};
  return MOTE_OK;
}

static int nearest_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_tensor_t *x = mote_node_in(g, n, 0);
  mote_step_t *s = mote_simple_step(prog, node, &kernel_nearest, 1);
  if (!s) return MOTE_ERR_NOMEM;
  mote_resize_nearest_t *p = s->params;
  p->pixel = x->dims.d[3] * (int32_t)mote_dtype_bytes(x->dtype);
  p->row = x->dims.d[2] * p->pixel;
  MOTE_TRY(nearest_axis(prog, axis_of(g, n, 1), &p->y));
  return nearest_axis(prog, axis_of(g, n, 2), &p->x);
}

static int64_t divided(int64_t a, int64_t b) { return (a + b / 2) / b; }

static int s8_axis(mote_program_t *prog, axis_t x, mote_i32s_t *out) {
  int32_t *t = mote_arena_take(prog->arena, (size_t)x.out, 3 * sizeof *t);
  int corners = x.a->align_corners && x.out > 1;
  int64_t scale = divided(1024 * (int64_t)(x.in - corners), x.out - corners);
  if (!t) return MOTE_ERR_NOMEM;
  for (int32_t i = 0; i < x.out; i++) {
    int64_t place = x.a->half_pixel_centers ? i * scale + scale / 2 - 512 : i * scale;
    t[3 * i] = within((int32_t)(place / 1024), x.in);
    t[3 * i + 1] = within((int32_t)((place + 1023) / 1024), x.in);
    t[3 * i + 2] = (int32_t)(place - 1024 * (int64_t)t[3 * i]);
  }
  *out = (mote_i32s_t){t, 3 * (uint32_t)x.out};
  return MOTE_OK;
}

static int f32_axis(mote_program_t *prog, axis_t x, mote_i32s_t *at, mote_f32s_t *part) {
  int32_t *t = mote_arena_take(prog->arena, (size_t)x.out, 2 * sizeof *t);
  float *f = mote_arena_take(prog->arena, (size_t)x.out, sizeof *f);
  if (!t || !f) return MOTE_ERR_NOMEM;
  for (int32_t i = 0; i < x.out; i++) {
    float place = mote_resize_place(x.a, x.in, x.out, i);
    t[2 * i] = within((int32_t)floorf(place), x.in);
    t[2 * i + 1] = within((int32_t)ceilf(place), x.in);
    f[i] = place - (float)t[2 * i];
  }
  *at = (mote_i32s_t){t, 2 * (uint32_t)x.out};
  *part = (mote_f32s_t){f, (uint32_t)x.out};
  return MOTE_OK;
}

static int bilinear_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_tensor_t *x = mote_node_in(g, n, 0);
  int f32 = x->dtype == MOTE_F32;
  mote_step_t *s = mote_simple_step(prog, node, f32 ? &kernel_f32 : &kernel_s8, 1);
  axis_t y = axis_of(g, n, 1), w = axis_of(g, n, 2);
  if (!s) return MOTE_ERR_NOMEM;
  if (f32) {
    mote_resize_bilinear_f32_t *p = s->params;
    p->in_w = x->dims.d[2], p->c = x->dims.d[3];
    MOTE_TRY(f32_axis(prog, y, &p->y, &p->fy));
    return f32_axis(prog, w, &p->x, &p->fx);
  }
  mote_resize_bilinear_s8_t *p = s->params;
  p->in_w = x->dims.d[2], p->c = x->dims.d[3];
  MOTE_TRY(s8_axis(prog, y, &p->y));
  return s8_axis(prog, w, &p->x);
}

const mote_op_t mote_op_resize_nearest = {
    .name = "resize_nearest", .help = "Image of another size; the nearest pixel.",
    .attrs = rows, .n_attrs = 4, .attr_bytes = sizeof(mote_resize_attr_t), .min_in = 1,
    .max_in = 1, .n_out = 1, .types = MOTE_TYPES_F32_I8_I16, .quant = MOTE_QUANT_SAME,
    .weights_axis = -1, .shape = shape, .lower = nearest_lower};
const mote_op_t mote_op_resize_bilinear = {
    .name = "resize_bilinear", .help = "Image of another size; four neighbours mixed.",
    .attrs = rows, .n_attrs = 4, .attr_bytes = sizeof(mote_resize_attr_t), .min_in = 1,
    .max_in = 1, .n_out = 1, .quant = MOTE_QUANT_SAME, .weights_axis = -1,
    .shape = bilinear_shape, .lower = bilinear_lower};
