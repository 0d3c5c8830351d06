/* SPDX-License-Identifier: Apache-2.0 */
#include "cost/toolchain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cost/tool.h"

void mote_tool_arg(mote_tool_args_t *a, const char *s) {
  if (a->n < MOTE_TOOL_ARGS_MAX) a->v[a->n++] = s;
}

void mote_tool_args(mote_tool_args_t *a, const char *const *list, size_t n) {
  for (size_t i = 0; i < n; i++) mote_tool_arg(a, list[i]);
}

void mote_tool_cc(mote_tool_args_t *a, const mote_target_t *t) {
  static const char *const flags[] = {"-std=c99", "-Os", "-ffp-contract=off",
                                      "-ffunction-sections", "-fdata-sections"};
  mote_tool_arg(a, t->cc);
  mote_tool_args(a, t->flags, t->n_flags);
  mote_tool_args(a, flags, sizeof flags / sizeof *flags);
}

int mote_tool_must(const mote_tool_args_t *a, mote_buf_t *out) {
  mote_buf_t own = {0};
  if (!out) out = &own;
  for (int i = 0; i < a->n; i++)
    if (!a->v[i]) return MOTE_ERR_NOMEM;
  int rc = a->n < MOTE_TOOL_ARGS_MAX ? mote_tool_run(a->v, out)
                                     : mote_fail(MOTE_ERR_LIMIT, "too many files");
  if (rc > 0)
    rc = mote_fail(MOTE_ERR_IO, "%s failed: %.600s", a->v[0],
                   out->p ? (char *)out->p : "");
  mote_buf_free(&own);
  return rc;
}

const char *mote_tool_beside(mote_arena_t *a, const mote_target_t *t, const char *name) {
  size_t n = strlen(t->cc);
  return n >= 3 ? mote_arena_printf(a, "%.*s%s", (int)n - 3, t->cc, name) : NULL;
}

int mote_tool_version(mote_arena_t *a, const char *tool, char **out) {
  const char *argv[] = {tool, "--version", NULL};
  mote_buf_t text = {0};
  int rc = mote_tool_run(argv, &text);
  const char *said = text.p ? (char *)text.p : "";
  if (rc >= 0) *out = mote_arena_printf(a, "%.*s", (int)strcspn(said, "\n"), said);
  mote_buf_free(&text);
  return rc < 0 ? rc : *out ? MOTE_OK : MOTE_ERR_NOMEM;
}

int mote_tool_folder(char *path, size_t size) {
  const char *base = getenv("TMPDIR");
  snprintf(path, size, "%s/mote-XXXXXX", base && *base ? base : "/tmp");
  if (!mkdtemp(path)) return mote_fail(MOTE_ERR_IO, "%s: cannot be made", path);
  return MOTE_OK;
}
