/* SPDX-License-Identifier: Apache-2.0 */
#include "args.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

const mote_flag_t mote_common_flags[] = {
    {"project", 'C', "DIR", "Work on the project in DIR instead of the current folder.",
     0},
    {"json", 0, NULL, "Print one JSON document on stdout.", 0},
    {"quiet", 'q', NULL, "No progress on stderr.", 0},
    {"threads", 0, "N", "Use N threads (default: all cores); results do not change.", 0},
    {"help", 'h', NULL, "Explain this verb.", 0},
    {NULL, 0, NULL, NULL, 0},
};

static const mote_flag_t *search(const mote_flag_t *row, const char *name, size_t n,
                                 char letter) {
  for (; row && row->flag; row++) {
    if (letter && row->letter == letter) return row;
    if (name && strlen(row->flag) == n && !strncmp(row->flag, name, n)) return row;
  }
  return NULL;
}

static const mote_flag_t *known(const mote_args_t *a, const char *name, size_t n,
                                char letter) {
  const mote_flag_t *row = search(a->verb->flags, name, n, letter);
  return row ? row : search(mote_common_flags, name, n, letter);
}

static int take_flag(mote_args_t *a, char **argv, int argc, int *at) {
  const char *word = argv[*at];
  int is_long = word[1] == '-';
  const char *name = is_long ? word + 2 : NULL;
  size_t n = name ? strcspn(name, "=") : 0;
  const mote_flag_t *row = known(a, name, n, is_long ? 0 : word[1]);
  if (!row)
    return mote_fail(MOTE_ERR_USAGE, "there is no flag %s; see `mote help %s`", word,
                     a->verb->name);
  const char *value = "";
  const char *inline_value = is_long ? (name[n] ? name + n + 1 : NULL)
                                     : (word[2] ? word + 2 : NULL);
  if (!row->value && inline_value)
    return mote_fail(MOTE_ERR_USAGE, "--%s takes no value", row->flag);
  if (row->value) {
    if (!inline_value && ++*at >= argc)
      return mote_fail(MOTE_ERR_USAGE, "--%s needs %s", row->flag, row->value);
    value = inline_value ? inline_value : argv[*at];
  }
  a->given[a->n_given++] = (mote_given_t){row, value};
  return MOTE_OK;
}

int mote_args_parse(mote_args_t *a, int argc, char **argv) {
  a->positional = mote_alloc((size_t)argc + 1, sizeof *a->positional);
  a->given = mote_alloc((size_t)argc + 1, sizeof *a->given);
  if (!a->positional || !a->given) return MOTE_ERR_NOMEM;
  int only_positional = 0;
  for (int i = 0; i < argc; i++) {
    if (!only_positional && !strcmp(argv[i], "--")) only_positional = 1;
    else if (!only_positional && argv[i][0] == '-' && argv[i][1])
      MOTE_TRY(take_flag(a, argv, argc, &i));
    else a->positional[a->n_positional++] = argv[i];
  }
  return MOTE_OK;
}

void mote_args_free(mote_args_t *a) {
  mote_free(a->positional);
  mote_free(a->given);
}

const char *mote_arg(const mote_args_t *a, size_t i) {
  return i < a->n_positional ? a->positional[i] : NULL;
}

size_t mote_arg_count(const mote_args_t *a) { return a->n_positional; }

const char *mote_flag_at(const mote_args_t *a, const char *flag, size_t i) {
  for (size_t k = 0; k < a->n_given; k++)
    if (!strcmp(a->given[k].flag->flag, flag) && i-- == 0) return a->given[k].value;
  return NULL;
}

const char *mote_flag(const mote_args_t *a, const char *flag) {
  for (size_t k = a->n_given; k-- > 0;)
    if (!strcmp(a->given[k].flag->flag, flag)) return a->given[k].value;
  return NULL;
}

int mote_flag_number(const mote_args_t *a, const char *flag, double lo, double hi,
                     double *out) {
  const char *text = mote_flag(a, flag);
  if (!text) return 0;
  char *end;
  double v = strtod(text, &end);
  if (end == text || *end || !isfinite(v))
    return mote_fail(MOTE_ERR_USAGE, "--%s: \"%s\" is not a number", flag, text);
  if (v < lo || v > hi)
    return mote_fail(MOTE_ERR_USAGE, "--%s: %s is out of range, %g to %g", flag, text, lo,
                     hi);
  *out = v;
  return 1;
}

int mote_part_find(const char *verb, const char *name, const char *const *parts) {
  char known[400] = "";
  size_t used = 0;
  for (int i = 0; parts[i]; i++) {
    if (name && !strcmp(parts[i], name)) return i;
    if (used < sizeof known)
      used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                               parts[i]);
  }
  if (!name) return mote_fail(MOTE_ERR_USAGE, "say what to do: %s", known);
  return mote_fail(MOTE_ERR_USAGE, "there is no `mote %s %s`; there are: %s", verb, name,
                   known);
}

int mote_json_wanted(const mote_args_t *a) { return mote_flag(a, "json") != NULL; }

const char *mote_project_dir(const mote_args_t *a) {
  const char *dir = mote_flag(a, "project");
  return dir ? dir : ".";
}

int mote_print_json(json_t *j) {
  if (!j)
    return mote_fail(MOTE_ERR_NOMEM, "out of memory while building the JSON answer");
  int bad = json_dumpf(j, stdout,
                       JSON_INDENT(1) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(9));
  json_decref(j);
  if (bad || fputc('\n', stdout) == EOF)
    return mote_fail(MOTE_ERR_IO, "cannot write the answer to stdout");
  return MOTE_OK;
}

void mote_say(const mote_args_t *a, const char *fmt, ...) {
  if (mote_json_wanted(a)) return;
  va_list ap;
  va_start(ap, fmt);
  vprintf(fmt, ap);
  va_end(ap);
}
