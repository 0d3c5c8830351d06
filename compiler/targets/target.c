/* SPDX-License-Identifier: Apache-2.0 */
#include "targets/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "share.h"

#define TARGETS_MAX 256
#define TARGET_BYTES_MAX ((size_t)64 << 10)

#define COST(m, text) \
  {#m, MOTE_P_FLOAT, offsetof(mote_target_cost_t, m), 0.01, 1e5, 1, NULL, "", text}
static const mote_param_t cost_rows[] = {
    COST(mac_s8, "Instructions per int8 multiply-add."),
    COST(mac_f32, "Instructions per float multiply-add."),
    COST(mac_dense, "Instructions per int8 multiply-add of a dense layer."),
    COST(flop, "Instructions per float operation of a DSP block."),
    COST(special, "Instructions per elementary function."),
    COST(integer, "Instructions per whole-number operation of a DSP block."),
    COST(output, "Instructions per rounded int8 value of a layer."),
    COST(element, "Instructions per value of a cheap layer."),
    COST(call, "Instructions per kernel call."),
    COST(fast, "Instructions of a fast kernel over the estimate of its row."),
    COST(fast_dense, "The same of dense layers."),
    COST(fast_depthwise, "The same of depthwise convolutions."),
    COST(fast_add, "The same of additions."),
    COST(cpi, "Cycles per instruction, by the timings of the core."),
    COST(waits, "Cycles with flash wait states over cycles without."),
};
#define POWER(m, text) \
  {#m, MOTE_P_FLOAT, offsetof(mote_target_power_t, m), 0, 1e5, 1, NULL, "mW", text}
static const mote_param_t power_rows[] = {
    POWER(active_mw, "Running at the stated clock."),
    POWER(sleep_mw, "Sleeping with RAM kept.")};

const char *mote_target_folder(void) {
  return mote_share_folder("MOTE_TARGETS", "targets", MOTE_SOURCE_TARGETS);
}

static int text_of(mote_target_t *t, json_t *o, const char *key, const char **out) {
  const char *s = json_string_value(json_object_get(o, key));
  if (!s) return mote_fail(MOTE_ERR_FORMAT, "\"%s\" is missing or not a text", key);
  *out = mote_arena_str(t->arena, s);
  return *out ? MOTE_OK : MOTE_ERR_NOMEM;
}

static int number_of(json_t *o, const char *key, double *out) {
  json_t *v = json_object_get(o, key);
  *out = json_number_value(v);
  if (!json_is_number(v) || !(*out > 0))
    return mote_fail(MOTE_ERR_FORMAT, "\"%s\" must be a number above 0", key);
  return MOTE_OK;
}

static int flags_of(mote_target_t *t, json_t *list) {
  t->n_flags = json_array_size(list);
  t->flags = mote_arena_take(t->arena, t->n_flags + 1, sizeof *t->flags);
  if (!t->flags) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < t->n_flags; i++) {
    const char *s = json_string_value(json_array_get(list, i));
    if (!s) return mote_fail(MOTE_ERR_FORMAT, "\"flags\" must be a list of texts");
    if (!(t->flags[i] = mote_arena_str(t->arena, s))) return MOTE_ERR_NOMEM;
  }
  return MOTE_OK;
}

static int check_of(mote_target_t *t, json_t *o, mote_target_check_t *out) {
  MOTE_TRY(text_of(t, o, "network", &out->network));
  MOTE_TRY(number_of(o, "instructions", &out->instructions));
  return number_of(o, "cycles", &out->cycles);
}

/* May be missing: few chips have published latencies. */
static int checks_of(mote_target_t *t, json_t *o) {
  json_t *list = json_object_get(o, "checks");
  size_t n = json_array_size(list);
  mote_target_check_t *checks = mote_arena_take(t->arena, n + 1, sizeof *checks);
  if (!checks) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < n; i++)
    MOTE_TRY(check_of(t, json_array_get(list, i), &checks[i]));
  t->checks = checks, t->n_checks = n;
  return n ? text_of(t, o, "checks_source", &t->checks_source) : MOTE_OK;
}

/* What a chip's file leaves out. */
static void complete(mote_target_cost_t *c) {
  if (c->fast_dense <= 0) c->fast_dense = c->fast;
  if (c->fast_depthwise <= 0) c->fast_depthwise = c->fast;
  if (c->fast_add <= 0) c->fast_add = c->fast;
}

static int read_target(mote_target_t *t, json_t *o) {
  double flash, ram;
  MOTE_TRY(text_of(t, o, "name", &t->name));
  MOTE_TRY(text_of(t, o, "title", &t->title));
  MOTE_TRY(text_of(t, o, "core", &t->core));
  MOTE_TRY(text_of(t, o, "isa", &t->isa));
  MOTE_TRY(text_of(t, o, "cc", &t->cc));
  MOTE_TRY(text_of(t, o, "memory_source", &t->memory_source));
  MOTE_TRY(text_of(t, o, "cost_source", &t->cost_source));
  MOTE_TRY(text_of(t, o, "power_source", &t->power_source));
  MOTE_TRY(number_of(o, "clock_hz", &t->hz));
  MOTE_TRY(number_of(o, "flash_bytes", &flash));
  MOTE_TRY(number_of(o, "ram_bytes", &ram));
  t->flash_bytes = (size_t)flash;
  t->ram_bytes = (size_t)ram;
  MOTE_TRY(flags_of(t, json_object_get(o, "flags")));
  MOTE_TRY(checks_of(t, o));
  t->cost.fast = t->cost.waits = 1;
  MOTE_TRY(mote_params_read(cost_rows, sizeof cost_rows / sizeof *cost_rows,
                            json_object_get(o, "instructions"), &t->cost,
                            "instructions"));
  complete(&t->cost);
  return mote_params_read(power_rows, sizeof power_rows / sizeof *power_rows,
                          json_object_get(o, "power"), &t->power, "power");
}

static int load_file(const char *path, mote_target_t *t) {
  mote_buf_t text = {0};
  json_error_t e;
  int rc = mote_file_read(path, TARGET_BYTES_MAX, &text);
  json_t *o = rc < 0 ? NULL : json_loadb((char *)text.p, text.n, 0, &e);
  if (rc == MOTE_OK && !o)
    rc = mote_fail(MOTE_ERR_FORMAT, "line %d: %s", e.line, e.text);
  if (rc == MOTE_OK) rc = read_target(t, o);
  json_decref(o);
  mote_buf_free(&text);
  return rc < 0 ? mote_context(rc, "%s", path) : rc;
}

static int unknown_target(const char *name) {
  mote_arena_t *a = mote_arena_new();
  mote_buf_t list = {0};
  const char **names = NULL;
  size_t n = 0;
  if (a && mote_target_names(a, &names, &n) == MOTE_OK)
    for (size_t i = 0; i < n; i++) (void)mote_buf_printf(&list, " %s", names[i]);
  int rc = mote_fail(MOTE_ERR_NOTFOUND, "there is no chip \"%s\"; known:%s", name,
                     list.p ? (char *)list.p : " none");
  mote_buf_free(&list);
  mote_arena_free(a);
  return rc;
}

int mote_target_load(const char *name, mote_target_t **out) {
  char path[MOTE_PATH_MAX];
  *out = NULL;
  if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") != strlen(name))
    return unknown_target(name);
  int len = snprintf(path, sizeof path, "%s/%s.json", mote_target_folder(), name);
  if (len >= (int)sizeof path || !mote_file_exists(path)) return unknown_target(name);
  mote_arena_t *a = mote_arena_new();
  mote_target_t *t = a ? mote_arena_take(a, 1, sizeof *t) : NULL;
  if (!t) {
    mote_arena_free(a);
    return MOTE_ERR_NOMEM;
  }
  t->arena = a;
  int rc = load_file(path, t);
  if (rc < 0) mote_target_free(t);
  else *out = t;
  return rc;
}

void mote_target_free(mote_target_t *t) {
  if (t) mote_arena_free(t->arena);
}

typedef struct { mote_arena_t *arena; const char **names; size_t n; } names_t;

static int add_name(void *ctx, const char *path) {
  names_t *l = ctx;
  const char *file = mote_path_name(path), *dot = strrchr(file, '.');
  if (!dot || strcmp(dot, ".json")) return MOTE_OK;
  if (l->n == TARGETS_MAX)
    return mote_fail(MOTE_ERR_LIMIT, "more than %d chips", TARGETS_MAX);
  l->names[l->n] = mote_arena_printf(l->arena, "%.*s", (int)(dot - file), file);
  return l->names[l->n++] ? MOTE_OK : MOTE_ERR_NOMEM;
}

int mote_target_names(mote_arena_t *a, const char ***names, size_t *n) {
  names_t l = {a, mote_arena_take(a, TARGETS_MAX + 1, sizeof *l.names), 0};
  if (!l.names) return MOTE_ERR_NOMEM;
  MOTE_TRY(mote_walk(mote_target_folder(), add_name, &l));
  *names = l.names;
  *n = l.n;
  return MOTE_OK;
}
