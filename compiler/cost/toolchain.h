/* SPDX-License-Identifier: Apache-2.0
 * The chip's own compiler, run in a temporary folder. */
#ifndef MOTE_COST_TOOLCHAIN_H
#define MOTE_COST_TOOLCHAIN_H

#include "targets/target.h"

#define MOTE_TOOL_ARGS_MAX 512
typedef struct {
  const char *v[MOTE_TOOL_ARGS_MAX + 1];
  int n;
} mote_tool_args_t;

/* More than fit are left out, and the tool fails. NULL (out of memory) is an error then
 * too. */
void mote_tool_arg(mote_tool_args_t *a, const char *s);
void mote_tool_args(mote_tool_args_t *a, const char *const *list, size_t n);
/* The chip's compiler and flags, and what all our builds share. */
void mote_tool_cc(mote_tool_args_t *a, const mote_target_t *t);
/* Status 0 or an error with what the tool said; `out` may be NULL. */
int mote_tool_must(const mote_tool_args_t *a, mote_buf_t *out);
/* "arm-none-eabi-gcc", "nm" -> "arm-none-eabi-nm"; NULL without memory or compiler. */
const char *mote_tool_beside(mote_arena_t *a, const mote_target_t *t, const char *name);
/* First line of what `tool --version` says; MOTE_ERR_NOTFOUND when it is not there. */
int mote_tool_version(mote_arena_t *a, const char *tool, char **out);
/* A new folder in TMPDIR, to be taken away with mote_path_remove. */
int mote_tool_folder(char *path, size_t size);

#endif
