/* SPDX-License-Identifier: Apache-2.0
 * A gate file: {"int8.accuracy": {"min": 0.9}, "int8.per_class.*.recall": {"min": 0.8},
 * "int8_drop_points": {"max": 1}}. A '*' stands for every member of an object. */
#include <stdio.h>
#include <string.h>

#include "evaluate/test.h"

typedef struct {
  json_t *report;
  double min, max;
  int has_min, has_max, matched, broken;
  char first[512];
} rule_t;

static void check_value(rule_t *r, const char *path, json_t *v) {
  r->matched = 1;
  double x = json_number_value(v);
  int ok = json_is_number(v) && !(r->has_min && !(x >= r->min)) &&
           !(r->has_max && !(x <= r->max));
  json_t *row = json_pack("{s:s, s:O, s:b}", "rule", path, "value", v, "ok", ok);
  if (r->has_min) json_object_set_new(row, "min", json_real(r->min));
  if (r->has_max) json_object_set_new(row, "max", json_real(r->max));
  json_array_append_new(r->report, row);
  if (ok || r->broken++) return;
  snprintf(r->first, sizeof r->first, "%.300s is %g, the gate wants %s %g", path, x,
           r->has_min && !(x >= r->min) ? "at least" : "at most",
           r->has_min && !(x >= r->min) ? r->min : r->max);
}

/* Depth is the number of dots in a path of a user's file; 8 is plenty. */
static void walk(rule_t *r, json_t *at, const char *path, size_t from, int depth) {
  if (!at || depth > 8) return;
  if (!path[from]) {
    check_value(r, path, at);
    return;
  }
  size_t n = strcspn(path + from, "."), next = from + n + (path[from + n] == '.');
  char key[256], full[1024];
  snprintf(key, sizeof key, "%.*s", (int)n, path + from);
  if (strcmp(key, "*")) {
    walk(r, json_object_get(at, key), path, next, depth + 1);
    return;
  }
  const char *name;
  json_t *v;
  json_object_foreach(at, name, v) {
    int len =
        snprintf(full, sizeof full, "%.*s%s%s", (int)from, path, name, path + from + n);
    if (len < 0 || (size_t)len >= sizeof full) continue; /* no label is that long */
    size_t behind = from + strlen(name);
    walk(r, v, full, behind + (full[behind] == '.'), depth + 1);
  }
}

int mote_gate_check(json_t *gate, json_t *test, json_t **report) {
  const char *path;
  json_t *limits;
  rule_t first = {0};
  int broken = 0;
  *report = json_array();
  if (!*report) return MOTE_ERR_NOMEM;
  if (!json_is_object(gate))
    return mote_fail(MOTE_ERR_USAGE, "the gate must be a JSON object of rules");
  json_object_foreach(gate, path, limits) {
    json_t *lo = json_object_get(limits, "min"), *hi = json_object_get(limits, "max");
    rule_t r = {.report = *report,
                .min = json_number_value(lo),
                .max = json_number_value(hi),
                .has_min = json_is_number(lo),
                .has_max = json_is_number(hi)};
    if (!r.has_min && !r.has_max)
      return mote_fail(MOTE_ERR_USAGE,
                       "gate rule \"%s\": give {\"min\": x} or {\"max\": x}", path);
    walk(&r, test, path, 0, 0);
    if (!r.matched)
      return mote_fail(MOTE_ERR_USAGE,
                       "gate rule \"%s\": the test has no such figure; see "
                       "`mote test --json`",
                       path);
    if (r.broken && !broken) first = r;
    broken += r.broken;
  }
  if (!broken) return MOTE_OK;
  return mote_fail(MOTE_ERR_GATE, "gate: %s%s", first.first,
                   broken > 1 ? " (and other rules broke, see the report)" : "");
}
