/* SPDX-License-Identifier: Apache-2.0
 * `mote data split`: who trains, who tests. */
#include <string.h>

#include "data.h"

/* --testing 3,5 --testing 7 -> "3" "5" "7" */
static int values(const mote_data_t *d, const char *flag, const char *const **out,
                  size_t *n) {
  size_t room = 0;
  const char *text;
  for (size_t i = 0; (text = mote_flag_at(d->args, flag, i)); i++)
    room += strlen(text) + 1;
  const char **list = mote_arena_take(d->a, room + 1, sizeof *list);
  if (!list) return MOTE_ERR_NOMEM;
  *n = 0;
  for (size_t i = 0; (text = mote_flag_at(d->args, flag, i)); i++) {
    char *copy = mote_arena_str(d->a, text), *rest = copy;
    if (!copy) return MOTE_ERR_NOMEM;
    for (char *v; (v = strsep(&rest, ","));)
      if (*v) list[(*n)++] = v;
  }
  *out = list;
  return MOTE_OK;
}

static int split(const mote_data_t *d) {
  double ratio = 0.2, seed = 1;
  mote_resplit_t how = {.by_key = mote_flag(d->args, "by"),
                        .group = mote_flag(d->args, "group")};
  mote_stats_t s;
  MOTE_TRY(mote_flag_number(d->args, "ratio", 0.001, 0.999, &ratio));
  MOTE_TRY(mote_flag_number(d->args, "seed", 0, 9e15, &seed));
  MOTE_TRY(values(d, "testing", &how.testing, &how.n_testing));
  MOTE_TRY(values(d, "validation", &how.validation, &how.n_validation));
  if (!how.by_key && (how.n_testing || how.n_validation))
    return mote_fail(MOTE_ERR_USAGE, "--testing and --validation need --by KEY");
  if (how.by_key && (mote_flag(d->args, "ratio") || how.group))
    return mote_fail(MOTE_ERR_USAGE, "--by excludes --ratio and --group");
  how.ratio = ratio;
  how.seed = (uint64_t)seed;
  MOTE_TRY(mote_dataset_resplit(d->ds, &how));
  MOTE_TRY(mote_dataset_stats(d->ds, d->a, &s));
  mote_say(d->args, "training %zu, testing %zu, validation %zu\n",
           s.n[MOTE_SPLIT_TRAINING], s.n[MOTE_SPLIT_TESTING], s.n[MOTE_SPLIT_VALIDATION]);
  if (!mote_json_wanted(d->args)) return MOTE_OK;
  return mote_print_json(json_pack("{s:I, s:I, s:I}", "training",
                                   (json_int_t)s.n[MOTE_SPLIT_TRAINING], "testing",
                                   (json_int_t)s.n[MOTE_SPLIT_TESTING], "validation",
                                   (json_int_t)s.n[MOTE_SPLIT_VALIDATION]));
}
const mote_data_part_t mote_data_split = {
    "split", "--ratio R [--group KEY] | --by KEY --testing V[,V]",
    "A new split of all samples.", split};
