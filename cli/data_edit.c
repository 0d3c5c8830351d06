/* SPDX-License-Identifier: Apache-2.0
 * The parts of `mote data` that change samples. */
#include <math.h>
#include <string.h>

#include "data.h"

/* First word behind the part's name, such as the new label. */
static int word(const mote_data_t *d, const char *usage, const char **out) {
  *out = mote_arg(d->args, d->first);
  return *out ? MOTE_OK : mote_fail(MOTE_ERR_USAGE, "write: mote data %s", usage);
}

static int relabel(const mote_data_t *d) {
  mote_edit_t e = {.what = MOTE_EDIT_LABEL};
  MOTE_TRY(word(d, "relabel LABEL ID...", &e.label));
  if (!*e.label) e.label = NULL;
  return mote_data_edit(d, d->first + 1, &e, "relabelled");
}
const mote_data_part_t mote_data_relabel = {"relabel", "LABEL ID...",
                                            "Another label; \"\" for none.", relabel};

static int move(const mote_data_t *d) {
  mote_edit_t e = {.what = MOTE_EDIT_SPLIT};
  const char *split;
  MOTE_TRY(word(d, "move SPLIT ID...", &split));
  MOTE_TRY(mote_split_parse(split, &e.split));
  return mote_data_edit(d, d->first + 1, &e, "moved");
}
const mote_data_part_t mote_data_move = {"move", "SPLIT ID...",
                                         "To training, testing or validation.", move};

static int rename_part(const mote_data_t *d) {
  mote_edit_t e = {.what = MOTE_EDIT_NAME};
  MOTE_TRY(word(d, "rename NAME ID...", &e.name));
  return mote_data_edit(d, d->first + 1, &e, "renamed");
}
const mote_data_part_t mote_data_rename = {"rename", "NAME ID...", "Another name.",
                                           rename_part};

static int enable(const mote_data_t *d) {
  mote_edit_t e = {.what = MOTE_EDIT_ENABLED, .enabled = 1};
  return mote_data_edit(d, d->first, &e, "enabled");
}
const mote_data_part_t mote_data_enable = {"enable", "ID...",
                                           "Let samples take part again.", enable};

static int disable(const mote_data_t *d) {
  mote_edit_t e = {.what = MOTE_EDIT_ENABLED, .enabled = 0};
  return mote_data_edit(d, d->first, &e, "disabled");
}
const mote_data_part_t mote_data_disable = {
    "disable", "ID...", "Keep samples out of training and testing.", disable};

static int delete_part(const mote_data_t *d) {
  mote_edit_t e = {.what = MOTE_EDIT_DELETE};
  return mote_data_edit(d, d->first, &e, "deleted");
}
const mote_data_part_t mote_data_delete = {"delete", "ID...", "Remove samples for good.",
                                           delete_part};

/* meta KEY=VALUE... ID...: words with '=' are pairs, then come ids. */
static int meta(const mote_data_t *d) {
  size_t n = 0;
  for (const char *w; (w = mote_arg(d->args, d->first + n)) && strchr(w, '=');) n++;
  mote_pair_t *pairs = mote_arena_take(d->a, n + 1, sizeof *pairs);
  if (!pairs) return MOTE_ERR_NOMEM;
  if (!n) return mote_fail(MOTE_ERR_USAGE, "write: mote data meta KEY=VALUE ID...");
  for (size_t i = 0; i < n; i++) {
    char *key = mote_arena_str(d->a, mote_arg(d->args, d->first + i));
    if (!key) return MOTE_ERR_NOMEM;
    char *value = strchr(key, '=');
    *value++ = 0;
    pairs[i] = (mote_pair_t){key, *value ? value : NULL};
  }
  mote_edit_t e = {.what = MOTE_EDIT_META, .meta = pairs, .n_meta = n};
  return mote_data_edit(d, d->first + n, &e, "changed");
}
const mote_data_part_t mote_data_meta = {"meta", "KEY=VALUE ID...",
                                         "Set metadata; KEY= removes it.", meta};

/* ---- crop: seconds to rows, per sample ---- */

static int crop_rows(const mote_sample_t *s, double start, double end, mote_edit_t *e) {
  *e = (mote_edit_t){.what = MOTE_EDIT_CROP};
  if (start < 0 && end < 0) return MOTE_OK;
  if (!(s->hz > 0))
    return mote_fail(MOTE_ERR_USAGE, "sample %lld: only time series can be cropped",
                     (long long)s->id);
  double last = (double)s->n_whole;
  double from = start < 0 ? 0 : floor(start * s->hz + 0.5);
  double to = end < 0 ? last : floor(end * s->hz + 0.5);
  if (to > last && to <= last + 1) to = last; /* "5 s" of a recording of 4.999 s */
  if (to > last || from >= to)
    return mote_fail(MOTE_ERR_USAGE,
                     "sample %lld: lasts %.3f s; cannot keep %g s to %g s",
                     (long long)s->id, last / s->hz, from / s->hz, to / s->hz);
  e->crop_start = (uint64_t)from;
  e->crop_end = (uint64_t)to;
  return MOTE_OK;
}

static int crop(const mote_data_t *d) {
  double start = -1, end = -1;
  mote_filter_t f;
  mote_samples_t all;
  mote_edit_t e;
  MOTE_TRY(mote_flag_number(d->args, "start", 0, 1e9, &start));
  MOTE_TRY(mote_flag_number(d->args, "end", 0, 1e9, &end));
  MOTE_TRY(mote_data_filter(d, d->first, 1, &f));
  MOTE_TRY(mote_dataset_list(d->ds, &f, d->a, &all));
  if (!all.n)
    return mote_fail(MOTE_ERR_NOTFOUND, "no sample matches; see `mote data list`");
  for (size_t i = 0; i < all.n; i++) MOTE_TRY(crop_rows(&all.item[i], start, end, &e));
  for (size_t i = 0; i < all.n; i++) {
    mote_filter_t one = {.ids = &all.item[i].id, .n_ids = 1};
    MOTE_TRY(crop_rows(&all.item[i], start, end, &e));
    MOTE_TRY(mote_dataset_edit(d->ds, &one, &e, NULL));
  }
  mote_say(d->args, "cropped %zu sample%s\n", all.n, all.n == 1 ? "" : "s");
  return mote_json_wanted(d->args)
             ? mote_print_json(json_pack("{s:I}", "changed", (json_int_t)all.n))
             : MOTE_OK;
}
const mote_data_part_t mote_data_crop = {
    "crop", "ID... --start S --end S", "Keep a part of each; the original stays.", crop};
