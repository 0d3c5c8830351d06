/* SPDX-License-Identifier: Apache-2.0
 * model.h: what it costs, the result, the instance, the functions. */
#include <string.h>

#include "emit/export.h"

#define PUT(...) MOTE_TRY(mote_buf_printf(out, __VA_ARGS__))

int mote_emit_ram_tables(mote_export_t *x, mote_buf_t *out) {
  if (!x->ram_table_bytes) return MOTE_OK;
  PUT("#define %s_RAM_TABLE_BYTES %zu /* beside the instance: copied at start-up */\n",
      x->upper, x->ram_table_bytes);
  return MOTE_OK;
}

/* Figures that are known only after measuring. */
int mote_emit_measures(mote_export_t *x, mote_buf_t *out) {
  const mote_cost_t *c = x->cost;
  const char *X = x->upper;
  if (!c) return mote_buf_printf(out, "\n");
  PUT("#define %s_FLASH_BYTES %zu\n", X, c->flash_bytes);
  MOTE_TRY(mote_emit_comment(out, c->flash_source));
  for (int i = 0; i < MOTE_ENTRY_POINTS && c->stack[i].entry; i++)
    if (c->stack[i].bytes >= 0)
      PUT("#define %s_STACK_%s %ld\n", X, mote_emit_upper(x->arena, c->stack[i].entry),
          c->stack[i].bytes);
  MOTE_TRY(mote_emit_comment(out, c->stack_source));
  PUT("#define %s_CYCLES %.0f /* per result */\n", X, c->cycles);
  MOTE_TRY(mote_emit_comment(out, c->cycles_source));
  PUT("#define %s_MICROSECONDS %.0f /* per result */\n", X, 1000 * c->ms);
  PUT("#define %s_MICROJOULES %.3g /* per result */\n", X, 1000 * c->mj);
  MOTE_TRY(mote_emit_comment(out, c->energy_source));
  return mote_buf_printf(out, "\n");
}

static int put_costs(mote_export_t *x, mote_buf_t *out) {
  const mote_input_t *in = &x->impulse->input;
  const char *X = x->upper;
  double ms = in->hz > 0 ? 1000.0 / in->hz : 0; /* rows of a table take no time */
  PUT("/* ---- what it is ---- */\n#define %s_SAMPLE_RATE %.9g /* Hz */\n"
      "#define %s_AXES %u\n"
      "#define %s_WINDOW %uu /* samples per axis in a window: %.6g ms */\n"
      "#define %s_STRIDE %uu /* samples between results: %.6g ms */\n"
      "#define %s_FEATURES %u\n\n",
      X, in->hz, X, in->n_axes, X, in->window, ms * in->window, X,
      in->stride, ms * in->stride, X, x->impulse->features);
  PUT("/* ---- what it costs ---- */\n"
      "#define %s_ARENA_BYTES %zu /* scratch, planned: cannot be exceeded */\n"
      "#define %s_STATE_BYTES %zu /* stream state beside it */\n"
      "#define %s_INPUT_BYTES %zu /* samples kept */\n"
      "#define %s_RAM_BYTES %zu /* the whole instance: all of the above */\n",
      X, x->s->arena_bytes, X, x->state_bytes, X, x->input_bytes, X, x->instance_bytes);
  MOTE_TRY(mote_emit_ram_tables(x, out));
  return mote_emit_measures(x, out);
}

static int put_result(mote_export_t *x, mote_buf_t *out) {
  PUT("/* ---- results ---- */\ntypedef struct {\n");
  for (int i = 0; i < x->impulse->n_learn; i++) {
    const char *type = x->impulse->learn[i].type, *n = x->learn[i];
    uint32_t count = mote_answer_count(x, i);
    switch (mote_answer_kind(x, i)) {
    case MOTE_ANSWER_CLASSES:
      PUT("  float %s[%u]; /* score per label: %s_%s_labels */\n"
          "  int32_t %s_label; /* index of the highest */\n", n, count, x->prefix, n, n);
      break;
    case MOTE_ANSWER_ANOMALY:
      PUT("  float %s[%u]; /* %s: anomaly score */\n"
          "  int32_t %s_alarm; /* 1: score above %.6g */\n", n, count, type, n,
          (double)(float)x->s->trained->learn[i].threshold);
      break;
    case MOTE_ANSWER_VALUES: PUT("  float %s[%u]; /* %s */\n", n, count, type); break;
    }
  }
  if (x->smoothed >= 0)
    PUT("  /* %s over %u results: .decision is a label index or MOTE_UNCERTAIN,\n"
        "     .event is 1 when it is new (stream/smooth.h) */\n"
        "  mote_decision_t smooth;\n",
        x->learn[x->smoothed], x->smooth.average);
  if (!x->impulse->n_learn) PUT("  float none;\n");
  PUT("} %s_result_t;\n\n", x->prefix);
  for (int i = 0; i < x->impulse->n_learn; i++)
    if (mote_answer_kind(x, i) == MOTE_ANSWER_CLASSES)
      PUT("extern const char *const %s_%s_labels[%u];\n", x->prefix, x->learn[i],
          mote_answer_count(x, i));
  if (x->smoothed >= 0)
    PUT("#define %s_LABELS %u\n#define %s_labels %s_%s_labels\n\n", x->upper,
        x->smooth.classes, x->prefix, x->prefix, x->learn[x->smoothed]);
  return MOTE_OK;
}

int mote_emit_instance(mote_export_t *x, mote_buf_t *out) {
  PUT("/* ---- instance: yours, anywhere in RAM; several work side by side ---- */\n"
      "typedef struct {\n");
  for (int i = 0; i < x->n_members; i++)
    PUT("  %s; /* %s */\n", x->members[i].declaration, x->members[i].comment);
  PUT("} %s_t;\n\n", x->prefix);
  return MOTE_OK;
}

static int put_functions(mote_export_t *x, mote_buf_t *out) {
  const char *p = x->prefix;
  const mote_input_t *in = &x->impulse->input;
  PUT("/* One sample of one axis%s. */\ntypedef %s %s_sample_t;\n\n",
      in->audio ? ": signed 16-bit audio" : ", in the unit of the recordings",
      in->audio ? "int16_t" : "float", p);
  PUT("/* Call once, and again to forget the stream. */\nvoid %s_init(%s_t *m);\n", p, p);
  PUT("/* Live samples, n per axis, axes interleaved:");
  for (uint32_t i = 0; i < in->n_axes && i < 12; i++)
    PUT(" %s", mote_emit_plain(x->arena, in->axes[i]));
  PUT(".\n * Returns how many were taken: all of them, or fewer when a result became\n"
      " * due: then poll and feed the rest. */\n");
  PUT("size_t %s_feed(%s_t *m, const %s_sample_t *samples, size_t n);\n", p, p, p);
  PUT("/* 1: a window was complete and *r is new; 0: feed more. */\n"
      "int %s_poll(%s_t *m, %s_result_t *r);\n", p, p, p);
  PUT("/* One whole window [%u][%u] by itself. Forgets the stream. */\n"
      "void %s_classify(%s_t *m, const %s_sample_t *window, %s_result_t *r);\n",
      in->window, in->n_axes, p, p, p, p);
  PUT("/* When a result is due, its features [%s_FEATURES] without the learners;\n"
      " * valid until the next call. NULL when no result is due. poll is still to be "
      "called. */\nconst float *%s_features(%s_t *m);\n",
      x->upper, p, p);
  PUT("/* Runs a stored signal: 0 when features and results have the bits that the host "
      "gave,\n"
      " * else MOTE_ERR_SELFTEST: the toolchain changed the arithmetic. In "
      "model_selftest.c;\n * costs no flash when not called. Forgets the stream. */\n"
      "int %s_selftest(%s_t *m);\n",
      p, p);
  return MOTE_OK;
}

static int put_head(mote_export_t *x, mote_buf_t *out) {
  PUT("/* %s: from samples to answers on a microcontroller. Generated by mote; the\n"
      " * code and the constants are yours, without conditions.\n *\n"
      " *   static %s_t model;           // %zu bytes, no heap, no other state\n"
      " *   %s_init(&model);\n *   for (;;) {\n"
      " *     size_t used = %s_feed(&model, samples, n);  // from your driver\n"
      " *     if (%s_poll(&model, &result)) act_on(&result);\n *   }\n */\n",
      x->prefix, x->prefix, x->instance_bytes, x->prefix, x->prefix, x->prefix);
  PUT("#ifndef %s_MODEL_H\n#define %s_MODEL_H\n\n#include <stddef.h>\n"
      "#include <stdint.h>\n\n#include \"mote/base/status.h\"\n",
      x->upper, x->upper);
  if (x->s->first_call) PUT("#include \"mote/stream/hops.h\"\n");
  if (x->s->windowed) PUT("#include \"mote/stream/slide.h\"\n");
  if (x->smoothed >= 0) PUT("#include \"mote/stream/smooth.h\"\n");
  PUT("\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
  return MOTE_OK;
}

int mote_emit_header(mote_export_t *x, mote_buf_t *out) {
  MOTE_TRY(put_head(x, out));
  MOTE_TRY(put_costs(x, out));
  MOTE_TRY(put_result(x, out));
  MOTE_TRY(mote_emit_instance(x, out));
  MOTE_TRY(put_functions(x, out));
  PUT("\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
  return MOTE_OK;
}
