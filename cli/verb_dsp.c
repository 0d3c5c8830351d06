/* SPDX-License-Identifier: Apache-2.0
 * mote dsp: one block on one case file, for comparing with other implementations. */
#include <math.h>
#include <stdio.h>

#include "base/file.h"
#include "features/dsp_case.h"
#include "verb.h"

/* %.9g brings a float32 back exactly. */
static int print_features(const mote_case_out_t *f) {
  for (size_t i = 0; i < f->n; i++)
    if (!isfinite(f->p[i]))
      return mote_fail(MOTE_ERR_NUMERIC,
                       "feature %zu is not finite; scale the input down", i);
  fputs("{\"features\":[", stdout);
  for (size_t i = 0; i < f->n; i++) printf("%s%.9g", i ? "," : "", (double)f->p[i]);
  puts("]}");
  return ferror(stdout) ? mote_fail(MOTE_ERR_IO, "cannot write to standard output")
                        : MOTE_OK;
}

static int run_file(const char *path) {
  mote_buf_t text = {0};
  mote_case_out_t out = {0};
  json_error_t e;
  MOTE_TRY(mote_file_read(path, (size_t)1 << 30, &text));
  json_t *root = json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES, &e);
  mote_buf_free(&text);
  if (!root)
    return mote_fail(MOTE_ERR_FORMAT, "%s:%d:%d: %s", path, e.line, e.column, e.text);
  int rc = mote_dsp_case_run(root, &out);
  json_decref(root);
  if (rc < 0) return mote_context(rc, "%s", path);
  rc = print_features(&out);
  mote_free(out.p);
  return rc;
}

static int run(const mote_args_t *args) {
  if (mote_arg_count(args) != 1)
    return mote_fail(MOTE_ERR_USAGE, "name one case file: mote dsp CASE.json");
  return run_file(mote_arg(args, 0));
}

const mote_verb_t mote_verb_dsp = {
    .name = "dsp",
    .usage = "CASE.json",
    .summary = "Run one DSP block on one case and print its features.",
    .details =
        "CASE.json holds block, version, params, sample_rate, axes and input (samples "
        "interleaved by axis). Prints {\"features\":[...]} with all digits of the "
        "float32 values. Needs no project. An unknown block or parameter is wrong "
        "usage (exit code 2).",
    .run = run,
};
