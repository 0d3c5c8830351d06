/* SPDX-License-Identifier: Apache-2.0
 * `mote data export` and `mote data check`. */
#include <stdio.h>
#include <string.h>

#include "data.h"

static int export_format(const char *word, mote_export_t *as) {
  static const char *const words[] = {"original", "wav", "csv"};
  *as = MOTE_EXPORT_ORIGINAL;
  for (size_t i = 0; word && i < sizeof words / sizeof words[0]; i++)
    if (!strcmp(word, words[i])) {
      *as = (mote_export_t)i;
      return MOTE_OK;
    }
  return word ? mote_fail(MOTE_ERR_USAGE, "--as %s: use original, wav or csv", word)
              : MOTE_OK;
}

static int export_part(const mote_data_t *d) {
  const char *dir = mote_arg(d->args, d->first);
  mote_filter_t f;
  mote_export_t as;
  size_t n;
  if (!dir) return mote_fail(MOTE_ERR_USAGE, "write: mote data export DIR [ID...]");
  MOTE_TRY(export_format(mote_flag(d->args, "as"), &as));
  MOTE_TRY(mote_data_filter(d, d->first + 1, 0, &f));
  MOTE_TRY(mote_dataset_export(d->ds, &f, as, dir, &n));
  mote_say(d->args, "wrote %zu samples and info.labels to %s\n", n, dir);
  if (!mote_json_wanted(d->args)) return MOTE_OK;
  return mote_print_json(
      json_pack("{s:s, s:I}", "folder", dir, "samples", (json_int_t)n));
}
const mote_data_part_t mote_data_export = {"export", "DIR [ID...]",
                                           "Files and info.labels.", export_part};

static void say_problem(void *ctx, const char *line) {
  (void)ctx;
  fprintf(stderr, "mote data check: %s\n", line);
}

static int check(const mote_data_t *d) {
  mote_check_t c;
  MOTE_TRY(mote_dataset_check(d->ds, say_problem, NULL, &c));
  mote_say(d->args,
           "%zu originals of %zu samples hashed: %zu damaged, %zu missing\n"
           "swept: %zu left-over originals, %zu cache files\n",
           c.objects, c.samples, c.damaged, c.missing, c.orphans, c.cache_dropped);
  if (mote_json_wanted(d->args))
    MOTE_TRY(mote_print_json(
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "objects", (json_int_t)c.objects,
                  "samples", (json_int_t)c.samples, "damaged", (json_int_t)c.damaged,
                  "missing", (json_int_t)c.missing, "orphans", (json_int_t)c.orphans,
                  "cache_dropped", (json_int_t)c.cache_dropped)));
  if (!c.damaged && !c.missing) return MOTE_OK;
  return mote_fail(MOTE_ERR_CORRUPT,
                   "%zu originals are damaged or missing; restore "
                   "data/objects from a backup, or delete the samples named above",
                   c.damaged + c.missing);
}
const mote_data_part_t mote_data_check = {"check", "", "Hash every original again.",
                                          check};
