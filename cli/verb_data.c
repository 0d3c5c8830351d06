/* SPDX-License-Identifier: Apache-2.0
 * `mote data`: look at the samples and change them. The work is in cli/data_*.c. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"

#define PART(x) extern const mote_data_part_t mote_data_##x;
#include "data.def"
#undef PART

static const mote_data_part_t *const parts[] = {
#define PART(x) &mote_data_##x,
#include "data.def"
#undef PART
};

static const char *const names[] = {
#define PART(x) #x,
#include "data.def"
#undef PART
    NULL};

/* ---- which samples ---- */

static int parse_id(const char *text, char **end, int64_t *id) {
  errno = 0;
  long long v = strtoll(text, end, 10);
  *id = v;
  return *end != text && v > 0 && !errno;
}

/* "7" or "3-9". */
static int add_ids(mote_buf_t *ids, const char *word) {
  char *end;
  int64_t from, to;
  int ok = parse_id(word, &end, &from);
  to = from;
  if (ok && *end == '-') ok = parse_id(end + 1, &end, &to);
  if (!ok || *end || to < from || to - from > 10000000)
    return mote_fail(MOTE_ERR_USAGE, "\"%s\": give ids as 7 or 3-9; see `mote data list`",
                     word);
  for (int64_t id = from; id <= to; id++) MOTE_TRY(mote_buf_add(ids, &id, sizeof id));
  return MOTE_OK;
}

static int take_ids(const mote_data_t *d, size_t first, mote_filter_t *f) {
  mote_buf_t ids = {0};
  int rc = MOTE_OK;
  for (size_t i = first; rc == MOTE_OK && i < mote_arg_count(d->args); i++)
    rc = add_ids(&ids, mote_arg(d->args, i));
  if (rc == MOTE_OK && ids.n) {
    int64_t *copy = mote_arena_take(d->a, ids.n, 1);
    if (copy)
      memcpy(copy, ids.p, ids.n);
    else
      rc = MOTE_ERR_NOMEM;
    f->ids = copy;
    f->n_ids = ids.n / sizeof *copy;
  }
  mote_buf_free(&ids);
  return rc;
}

static int take_meta(const mote_data_t *d, mote_filter_t *f) {
  size_t n = 0;
  while (mote_flag_at(d->args, "where", n)) n++;
  mote_pair_t *pairs = mote_arena_take(d->a, n + 1, sizeof *pairs);
  if (!pairs) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < n; i++) {
    char *key = mote_arena_str(d->a, mote_flag_at(d->args, "where", i));
    char *eq = key ? strchr(key, '=') : NULL;
    if (!key) return MOTE_ERR_NOMEM;
    if (!eq || eq == key)
      return mote_fail(MOTE_ERR_USAGE, "--where %s: write KEY=VALUE", key);
    *eq = 0;
    pairs[i] = (mote_pair_t){key, eq + 1};
  }
  f->meta = pairs;
  f->n_meta = n;
  return MOTE_OK;
}

static int take_split(const mote_data_t *d, mote_filter_t *f) {
  const char *word = mote_flag(d->args, "split");
  mote_split_t *split = mote_arena_take(d->a, 1, sizeof *split);
  if (!split) return MOTE_ERR_NOMEM;
  if (!word) return MOTE_OK;
  f->split = split;
  return mote_split_parse(word, split);
}

int mote_data_filter(const mote_data_t *d, size_t first, int required, mote_filter_t *f) {
  *f = (mote_filter_t){.label = mote_flag(d->args, "label"),
                       .name = mote_flag(d->args, "name")};
  if (mote_flag(d->args, "enabled")) f->state = MOTE_ONLY_ENABLED;
  if (mote_flag(d->args, "disabled")) f->state = MOTE_ONLY_DISABLED;
  MOTE_TRY(take_ids(d, first, f));
  MOTE_TRY(take_meta(d, f));
  MOTE_TRY(take_split(d, f));
  int any = f->ids || f->label || f->name || f->n_meta || f->split || f->state;
  if (any || !required || mote_flag(d->args, "all")) return MOTE_OK;
  return mote_fail(MOTE_ERR_USAGE, "which samples? give ids, --label, --split, --name, "
                                   "--where or --all");
}

int mote_data_edit(const mote_data_t *d, size_t first, const mote_edit_t *edit,
                   const char *done) {
  mote_filter_t f;
  size_t n;
  MOTE_TRY(mote_data_filter(d, first, 1, &f));
  MOTE_TRY(mote_dataset_edit(d->ds, &f, edit, &n));
  if (n == 0)
    return mote_fail(MOTE_ERR_NOTFOUND, "no sample matches; see `mote data list`");
  mote_say(d->args, "%s %zu sample%s\n", done, n, n == 1 ? "" : "s");
  return mote_json_wanted(d->args)
             ? mote_print_json(json_pack("{s:I}", "changed", (json_int_t)n))
             : MOTE_OK;
}

/* ---- the verb ---- */

static int run(const mote_args_t *args) {
  mote_data_t d = {.args = args, .first = 1};
  int part = mote_part_find("data", mote_arg(args, 0), names);
  if (part < 0) return part;
  MOTE_TRY(mote_dataset_open(mote_project_dir(args), MOTE_DATASET_CREATE, &d.ds));
  d.a = mote_arena_new();
  int rc = d.a ? parts[part]->run(&d) : MOTE_ERR_NOMEM;
  mote_arena_free(d.a);
  mote_dataset_close(d.ds);
  return rc;
}

static const mote_flag_t flags[] = {
    {"label", 'l', "L", "Only samples with this label (\"\" = unlabelled).", 0},
    {"split", 's', "SPLIT", "Only training, testing or validation samples.", 0},
    {"name", 0, "GLOB", "Only samples whose name matches, such as 'idle*'.", 0},
    {"where", 0, "KEY=VALUE", "Only samples with this metadata.", 1},
    {"enabled", 0, NULL, "Only enabled samples.", 0},
    {"disabled", 0, NULL, "Only disabled samples.", 0},
    {"all", 0, NULL, "Really all samples (for changes).", 0},
    {"by", 0, "KEY", "split: let the values of this metadata key decide.", 0},
    {"testing", 0, "V,V", "split --by: these values go to testing.", 1},
    {"validation", 0, "V,V", "split --by: these values go to validation.", 1},
    {"ratio", 0, "R", "split: share of testing, stratified by label (default 0.2).", 0},
    {"group", 0, "KEY", "split: samples with the same value stay together.", 0},
    {"seed", 0, "N", "split: another seed, another draw (default 1).", 0},
    {"start", 0, "S", "crop: first second to keep.", 0},
    {"end", 0, "S", "crop: second at which to stop.", 0},
    {"as", 0, "FORMAT", "export: original (default), wav or csv.", 0},
    {"sketch", 0, NULL, "show: draw the waveform also when stdout is no terminal.", 0},
    {NULL, 0, NULL, NULL, 0}};

const mote_verb_t mote_verb_data = {
    .name = "data",
    .usage = "PART ...",
    .summary = "Look at the samples and change them.",
    .details =
        "list [ID...]          the samples, one line each\n"
        "show ID...            all that is known of them, with a sketch of the waveform\n"
        "stats                 samples and seconds per label and split\n"
        "split                 a new split: --ratio 0.2 [--group KEY] [--seed N], or\n"
        "                      --by KEY --testing V[,V] [--validation V[,V]]\n"
        "move SPLIT ID...      to training, testing or validation\n"
        "relabel LABEL ID...   another label (\"\" = none)\n"
        "rename NAME ID...     another name\n"
        "meta KEY=VALUE ID...  set metadata; KEY= removes it\n"
        "crop ID...            keep --start S to --end S; neither: the whole again\n"
        "enable, disable ID... take part in training and testing, or not\n"
        "delete ID...          for good\n"
        "export DIR [ID...]    files and info.labels, readable by `mote add`\n"
        "check                 hash every original again, sweep left-overs\n\n"
        "ID is a number of `mote data list` or a range such as 3-9; instead or in "
        "addition "
        "--label, --split, --name, --where, --enabled and --disabled choose samples.",
    .flags = flags,
    .run = run};
