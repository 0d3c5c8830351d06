/* SPDX-License-Identifier: Apache-2.0
 * Names and memory layout of an export. */
#include "emit/export.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "stream/hops.h"
#include "stream/slide.h"

mote_answer_t mote_answer_kind(const mote_export_t *x, int learner) {
  const char *type = x->impulse->learn[learner].type;
  if (!strcmp(type, "classifier")) return MOTE_ANSWER_CLASSES;
  if (!strcmp(type, "kmeans") || !strcmp(type, "gmm")) return MOTE_ANSWER_ANOMALY;
  return MOTE_ANSWER_VALUES;
}

static const mote_tensor_t *answer_tensor(const mote_schedule_t *s, int learner) {
  const mote_graph_t *g = s->prog[learner]->graph;
  return &g->tensors[g->outputs[0]];
}

uint32_t mote_answer_count(const mote_export_t *x, int learner) {
  return (uint32_t)mote_dims_count(&answer_tensor(x->s, learner)->dims);
}

float mote_answer_value(const mote_tensor_t *t, const void *data, uint32_t i) {
  if (t->dtype == MOTE_F32) return ((const float *)data)[i];
  int32_t q = ((const int8_t *)data)[i];
  return (float)(q - t->quant.zero[0]) * t->quant.scale[0];
}

/* ---- names ---- */

/* C keywords, and what the generated code itself uses. */
static int reserved(const char *name) {
  static const char *const words[] = {
      "auto",    "break",  "case",     "char",   "const",    "continue", "default",
      "do",      "double", "else",     "enum",   "extern",   "float",    "for",
      "goto",    "if",     "inline",   "int",    "long",     "register", "restrict",
      "return",  "short",  "signed",   "sizeof", "static",   "struct",   "switch",
      "typedef", "union",  "unsigned", "void",   "volatile", "while",    "asm",
      "class",   "new",    "smooth",   "arena",  "window",   "slide",    "until",
      "history", "main",   "memset",   "memcpy", "size_t",   "features", "learn",
      "answer",  "golden", "sample",   "result", NULL};
  for (size_t i = 0; words[i]; i++)
    if (!strcmp(words[i], name)) return 1;
  return 0;
}

static int taken(const char *const *names, int n, const char *name) {
  for (int i = 0; i < n; i++)
    if (!strcmp(names[i], name)) return 1;
  return 0;
}

/* An identifier for `text` that none of names[0..n) has. */
static char *fresh_name(mote_arena_t *a, const char *text, const char *const *names,
                        int n) {
  char *base = mote_emit_name(a, text), *name = base;
  for (int k = 2; name && (reserved(name) || taken(names, n, name)); k++)
    name = mote_arena_printf(a, "%s_%d", base, k);
  return name;
}

static int name_parts(mote_export_t *x) {
  const char *all[MOTE_BLOCKS_MAX + MOTE_LEARNERS_MAX];
  int n = 0;
  for (int i = 0; i < x->impulse->n_dsp; i++) {
    if (!(all[n] = fresh_name(x->arena, x->impulse->dsp[i].name, all, n)))
      return MOTE_ERR_NOMEM;
    x->dsp[i] = all[n++];
  }
  for (int i = 0; i < x->impulse->n_learn; i++) {
    if (!(all[n] = fresh_name(x->arena, x->impulse->learn[i].name, all, n)))
      return MOTE_ERR_NOMEM;
    x->learn[i] = all[n++];
  }
  return MOTE_OK;
}

/* "nn_conv1": learner and graph node; a number is added when a node has several steps. */
static int name_steps(mote_export_t *x) {
  int32_t n = x->s->n_calls;
  if (!(x->call = mote_arena_take(x->arena, (size_t)n + 1, sizeof *x->call)))
    return MOTE_ERR_NOMEM;
  const char **names = mote_arena_take(x->arena, (size_t)n + 1, sizeof *names);
  if (!names) return MOTE_ERR_NOMEM;
  int used = 0;
  for (int32_t i = 0; i < n; i++) {
    const mote_call_t *c = &x->s->calls[i];
    if (c->kind != MOTE_CALL_STEP) continue;
    const mote_program_t *p = x->s->prog[c->learner];
    const mote_node_t *node = &p->graph->nodes[p->steps[c->step].node];
    const char *label = node->name && *node->name ? node->name : node->op->name;
    /* Imported names are paths of a training framework: too long to read. */
    char *text = x->s->trained
                     ? mote_arena_printf(x->arena, "%s_%s", x->learn[c->learner], label)
                     : mote_arena_printf(x->arena, "%s_%d", node->op->name,
                                         (int)p->steps[c->step].node);
    if (!text || !(names[used] = fresh_name(x->arena, text, names, used)))
      return MOTE_ERR_NOMEM;
    x->call[i] = names[used++];
  }
  return MOTE_OK;
}

static int name_export(mote_export_t *x, const char *prefix) {
  const char *name = prefix && *prefix ? prefix : x->impulse->name;
  x->prefix = mote_emit_name(x->arena, name);
  x->upper = x->prefix ? mote_emit_upper(x->arena, x->prefix) : NULL;
  if (!x->upper) return MOTE_ERR_NOMEM;
  MOTE_TRY(name_parts(x));
  return name_steps(x);
}

/* ---- the instance struct ---- */

static mote_member_t *member(mote_export_t *x, size_t bytes, size_t align, int input) {
  mote_member_t *m = &x->members[x->n_members++];
  *m = (mote_member_t){.bytes = bytes, .align = align, .input = input};
  return m;
}

static int say(mote_export_t *x, mote_member_t *m, char *declaration,
               const char *comment) {
  m->declaration = declaration;
  m->comment = mote_arena_str(x->arena, comment);
  return m->declaration && m->comment ? MOTE_OK : MOTE_ERR_NOMEM;
}

#define SAY(m, comment, ...)                                                             \
  MOTE_TRY(say(x, m, mote_arena_printf(x->arena, __VA_ARGS__), comment))

static int block_members(mote_export_t *x, int i) {
  const mote_dsp_t *d = &x->impulse->dsp[i];
  const char *name = x->dsp[i];
  if (x->s->framed[i]) {
    uint32_t rows = x->s->ring[i] * d->shape.cols;
    SAY(member(x, d->shape.frame * sizeof(float), 4, 1), "samples of the present frame",
        "float %s_frame[%u]", name, d->shape.frame);
    SAY(member(x, rows * sizeof(float), 4, 0), "rows of the present window, a ring",
        "float %s_rows[%u]", name, rows);
    SAY(member(x, sizeof(mote_hops_state_t), 4, 0), "where in the stream",
        "mote_hops_state_t %s", name);
  }
  if (d->shape.state_bytes) {
    size_t words = (d->shape.state_bytes + 7) / 8;
    SAY(member(x, 8 * words, 8, 0), "carried from window to window",
        "uint64_t %s_state[%zu]", name, words);
  }
  return MOTE_OK;
}

int mote_export_state_member(mote_export_t *x) {
  if (!x->s->state_bytes) return MOTE_OK;
  SAY(member(x, x->s->state_bytes, 8, 0), "what the network keeps from run to run",
      "uint64_t states[%zu]", x->s->state_bytes / 8);
  return MOTE_OK;
}

int mote_export_arena_member(mote_export_t *x) {
  SAY(member(x, x->s->arena_bytes, 8, 0), "scratch: nothing in it outlives a call",
      "uint64_t arena[%zu]", x->s->arena_bytes / 8);
  return MOTE_OK;
}

static int list_members(mote_export_t *x) {
  const mote_input_t *in = &x->impulse->input;
  if (x->s->windowed) {
    uint32_t values = in->window * in->n_axes;
    SAY(member(x, values * sizeof(float), 4, 1), "the newest samples, oldest first",
        "float window[%u]", values);
    SAY(member(x, sizeof(mote_slide_state_t), 4, 0), "how many of them",
        "mote_slide_state_t slide");
  }
  if (x->keeps_prev) {
    SAY(member(x, in->n_axes * sizeof(float), 4, 0), "the sample before the window",
        "float prev[%u]", in->n_axes);
    SAY(member(x, 4, 4, 0), "prev is set", "uint32_t begun");
  }
  for (int i = 0; i < x->impulse->n_dsp; i++) MOTE_TRY(block_members(x, i));
  if (x->smoothed >= 0) {
    uint32_t values = x->smooth.average * x->smooth.classes;
    SAY(member(x, values * sizeof(float), 4, 0), "scores of the last results",
        "float history[%u]", values);
    SAY(member(x, sizeof(mote_smooth_state_t), 4, 0), "which of them",
        "mote_smooth_state_t smooth");
  }
  MOTE_TRY(mote_export_state_member(x));
  SAY(member(x, 4, 4, 0), "samples to go until a result is due; 0: poll",
      "uint32_t until");
  return mote_export_arena_member(x);
}

/* As a 32-bit C compiler lays the struct out; its alignment is 8 (some use 4: not
 * larger). */
void mote_export_lay_out(mote_export_t *x) {
  size_t at = 0;
  for (int i = 0; i < x->n_members; i++) {
    const mote_member_t *m = &x->members[i];
    at = (at + m->align - 1) / m->align * m->align + m->bytes;
    if (m->input) x->input_bytes += m->bytes;
  }
  x->instance_bytes = (at + 7) / 8 * 8;
  x->state_bytes = x->instance_bytes - x->s->arena_bytes - x->input_bytes;
}

/* ---- the self-test's signal ---- */

#define GOLDEN_VALUES 2048

/* Two tones and a slow sweep made of integers, so that it is the same everywhere; short
 * enough to be stored, repeated by the test until the window is full. */
static int make_golden(mote_export_t *x) {
  const mote_input_t *in = &x->impulse->input;
  uint32_t n = in->window;
  while (n * in->n_axes > GOLDEN_VALUES && n > 1) n = (n + 1) / 2;
  float *v = mote_arena_take(x->arena, (size_t)n * in->n_axes, sizeof *v);
  if (!v) return MOTE_ERR_NOMEM;
  uint32_t noise = 1;
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t k = 0; k < in->n_axes; k++) {
      noise = noise * 1664525u + 1013904223u;
      int32_t tone = (int32_t)((i * (7 + k) % 64 < 32 ? 1 : -1) * 2000);
      int32_t sweep = (int32_t)((i * i / 16) % 256) * 8 - 1024;
      int32_t q = tone + sweep + (int32_t)(noise >> 21) - 1024;
      v[i * in->n_axes + k] = in->audio ? (float)q : (float)q / 512;
    }
  x->golden = v;
  x->n_golden = n;
  return MOTE_OK;
}

/* A frame block whose windows do not begin on frame boundaries runs on whole windows. */
static int needs_prev(const mote_export_t *x) {
  for (int i = 0; i < x->impulse->n_dsp; i++)
    if (x->impulse->dsp[i].shape.frame && !x->s->framed[i]) return 1;
  return 0;
}

static int first_classifier(const mote_export_t *x) {
  for (int i = 0; i < x->impulse->n_learn; i++)
    if (mote_answer_kind(x, i) == MOTE_ANSWER_CLASSES) return i;
  return -1;
}

static int make_probe(mote_export_t *x) {
  const char *p = x->prefix;
  char *program = mote_arena_printf(
      x->arena,
      "#include \"model.h\"\nstatic %s_t m;\nstatic %s_result_t r;\n"
      "static %s_sample_t s[1024];\nint main(void) {\n  %s_init(&m);\n"
      "  for (;;) {\n    %s_feed(&m, s, 8);\n    %s_poll(&m, &r);\n  }\n}\n",
      p, p, p, p, p, p);
  x->probe = (mote_probe_t){p, {"init", "feed", "poll", "classify"}, program};
  return program ? MOTE_OK : MOTE_ERR_NOMEM;
}

int mote_export_prepare(mote_export_t *x, const mote_schedule_t *s, const char *prefix) {
  x->s = s;
  x->impulse = s->impulse;
  x->keeps_prev = needs_prev(x);
  x->smoothed = first_classifier(x);
  MOTE_TRY(name_export(x, prefix));
  if (!s->trained) return mote_network_prepare(x);
  if (x->smoothed >= 0)
    MOTE_TRY(mote_smoothing_read(x->impulse, mote_answer_count(x, x->smoothed),
                                 &x->smoothing, &x->smooth));
  MOTE_TRY(list_members(x));
  mote_export_lay_out(x);
  MOTE_TRY(make_probe(x));
  if (!x->golden) MOTE_TRY(make_golden(x));
  return mote_export_golden(x);
}
