/* SPDX-License-Identifier: Apache-2.0
 * `mote add`: recordings into the data set. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dataset/add.h"
#include "verb.h"

#define ERROR_LINES 20

typedef struct {
  const mote_args_t *args;
  int verbose;
  size_t errors, splits[MOTE_SPLITS];
  json_t *samples, *refused; /* with --json */
} session_t;

/* ---- events ---- */

static void keep_json(session_t *s, int code, const char *path,
                      const mote_sample_t *sample, const char *text) {
  if (!s->samples) return;
  if (code < 0)
    (void)json_array_append_new(s->refused,
                                json_pack("{s:s, s:s, s:s}", "path", path, "code",
                                          mote_errname(code), "message", text));
  else
    (void)json_array_append_new(
        s->samples, json_pack("{s:I, s:s, s:s?, s:s, s:s}", "id", (json_int_t)sample->id,
                              "name", sample->name, "label", sample->label, "split",
                              mote_split_names[sample->split], "path", path));
}

static void print_error(session_t *s, const char *path, const char *text) {
  if (++s->errors > ERROR_LINES) return;
  int named = strstr(text, path) != NULL;
  fprintf(stderr, "mote add: %s%s%s\n", named ? "" : path, named ? "" : ": ", text);
}

/* Called behind the commit: what is printed here is on the disk. */
static void on_event(void *ctx, int code, const char *path, const mote_sample_t *sample,
                     const char *text) {
  session_t *s = ctx;
  keep_json(s, code, path, sample, text);
  if (code < 0) {
    print_error(s, path, text);
    return;
  }
  s->splits[sample->split]++;
  if (!s->verbose) return;
  mote_say(s->args, "stored %lld %s\n", (long long)sample->id, path);
  fflush(stdout);
}

/* ---- flags ---- */

static int parse_pairs(const mote_args_t *args, const char *flag, mote_arena_t *a,
                       const mote_pair_t **out, size_t *n) {
  size_t count = 0;
  while (mote_flag_at(args, flag, count)) count++;
  mote_pair_t *pairs = mote_arena_take(a, count + 1, sizeof *pairs);
  if (!pairs) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < count; i++) {
    char *key = mote_arena_str(a, mote_flag_at(args, flag, i));
    if (!key) return MOTE_ERR_NOMEM;
    char *eq = strchr(key, '=');
    if (!eq || eq == key)
      return mote_fail(MOTE_ERR_USAGE, "--%s %s: write NAME=VALUE", flag, key);
    *eq = 0;
    pairs[i] = (mote_pair_t){key, eq + 1};
  }
  *out = pairs;
  *n = count;
  return MOTE_OK;
}

static int label_rule(const char *word, mote_label_rule_t *out) {
  static const char *const words[] = {"auto", "file", "folder", "none"};
  for (size_t i = 0; word && i < sizeof words / sizeof words[0]; i++)
    if (!strcmp(word, words[i])) {
      *out = (mote_label_rule_t)i;
      return MOTE_OK;
    }
  return word ? mote_fail(MOTE_ERR_USAGE,
                          "--label-from %s: use auto, file, folder or none", word)
              : MOTE_OK;
}

static int parse_flags(session_t *s, mote_arena_t *a, mote_add_t *what) {
  const mote_args_t *args = s->args;
  what->n_paths = mote_arg_count(args);
  const char **paths = mote_arena_take(a, what->n_paths + 1, sizeof *paths);
  size_t keys = 0;
  while (mote_flag_at(args, "hmac-key", keys)) keys++;
  const char **hmac = mote_arena_take(a, keys + 1, sizeof *hmac);
  if (!paths || !hmac) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < what->n_paths; i++) paths[i] = mote_arg(args, i);
  for (size_t i = 0; i < keys; i++) hmac[i] = mote_flag_at(args, "hmac-key", i);
  what->paths = paths;
  what->hmac_keys = hmac;
  what->n_hmac_keys = keys;
  what->label = mote_flag(args, "label");
  what->split = mote_flag(args, "to");
  what->list = mote_flag(args, "list");
  what->rows = mote_flag(args, "rows") != NULL;
  what->merge_folders = mote_flag(args, "merge-folders") != NULL;
  what->allow_duplicates = mote_flag(args, "allow-duplicates") != NULL;
  what->event = on_event;
  what->ctx = s;
  MOTE_TRY(label_rule(mote_flag(args, "label-from"), &what->label_rule));
  MOTE_TRY(parse_pairs(args, "column", a, &what->columns, &what->n_columns));
  MOTE_TRY(parse_pairs(args, "where", a, &what->where, &what->n_where));
  MOTE_TRY(parse_pairs(args, "meta", a, &what->meta, &what->n_meta));
  int rc = mote_flag_number(args, "hz", 1e-6, 1e9, &what->hz);
  return rc < 0 ? rc : MOTE_OK;
}

/* ---- summary ---- */

static json_t *notes_json(const mote_add_result_t *r) {
  json_t *notes = json_array();
  for (size_t i = 0; i < r->n_notes; i++)
    (void)json_array_append_new(notes, json_pack("{s:I, s:s}", "files",
                                                 (json_int_t)r->notes[i].files, "text",
                                                 r->notes[i].text));
  return notes;
}

static int print_json(session_t *s, const mote_add_result_t *r) {
  json_t *j = json_pack("{s:I, s:I, s:I, s:I, s:I, s:f, s:o, s:O, s:O}", "files",
                        (json_int_t)r->files, "added", (json_int_t)r->added, "refused",
                        (json_int_t)r->refused, "duplicates", (json_int_t)r->duplicates,
                        "skipped", (json_int_t)r->skipped, "seconds", r->seconds, "notes",
                        notes_json(r), "samples", s->samples, "errors", s->refused);
  return mote_print_json(j);
}

static void print_summary(session_t *s, const mote_add_result_t *r) {
  const mote_args_t *args = s->args;
  mote_say(args, "added %zu samples", r->added);
  if (r->seconds > 0) mote_say(args, ", %.1f s", r->seconds);
  for (int i = 0, first = 1; i < MOTE_SPLITS; i++) {
    if (!s->splits[i]) continue;
    mote_say(args, "%s%zu %s", first ? ": " : ", ", s->splits[i], mote_split_names[i]);
    first = 0;
  }
  mote_say(args, "\n");
  if (r->rule == MOTE_LABEL_FILE)
    mote_say(args, "labels are the file names up to their first '.'  "
                   "(--label-from folder, --label-from none, --label L)\n");
  if (r->rule == MOTE_LABEL_FOLDER)
    mote_say(args, "labels are the names of the folders  "
                   "(--label-from file, --label-from none, --label L)\n");
  for (size_t i = 0; i < r->n_notes; i++)
    mote_say(args, "%zu file%s: %s\n", r->notes[i].files,
             r->notes[i].files == 1 ? "" : "s", r->notes[i].text);
  if (r->skipped)
    mote_say(args, "%zu file%s beside the data left out\n", r->skipped,
             r->skipped == 1 ? "" : "s");
  if (s->errors > ERROR_LINES)
    fprintf(stderr, "mote add: ... and %zu more; --json lists all\n",
            s->errors - ERROR_LINES);
  if (r->refused)
    mote_say(args, "refused %zu of %zu files%s", r->refused, r->files,
             r->duplicates ? "" : "\n");
  if (r->duplicates) mote_say(args, ", %zu of them as duplicates\n", r->duplicates);
}

static int add(session_t *s, mote_arena_t *a) {
  mote_add_t what = {0};
  mote_add_result_t r;
  mote_dataset_t *ds;
  MOTE_TRY(parse_flags(s, a, &what));
  MOTE_TRY(mote_dataset_open(mote_project_dir(s->args), MOTE_DATASET_CREATE, &ds));
  int rc = mote_dataset_add(ds, &what, a, &r);
  mote_dataset_close(ds);
  if (rc < 0) {
    if (r.added) mote_say(s->args, "%zu samples were added before it stopped\n", r.added);
    return rc;
  }
  if (s->samples)
    MOTE_TRY(print_json(s, &r));
  else
    print_summary(s, &r);
  return r.refused ? MOTE_PARTIAL : MOTE_OK;
}

static int run(const mote_args_t *args) {
  session_t s = {.args = args, .verbose = mote_flag(args, "verbose") != NULL};
  if (mote_json_wanted(args)) {
    s.samples = json_array();
    s.refused = json_array();
  }
  mote_arena_t *a = mote_arena_new();
  int rc = a ? add(&s, a) : MOTE_ERR_NOMEM;
  mote_arena_free(a);
  json_decref(s.samples);
  json_decref(s.refused);
  return rc;
}

static const mote_flag_t flags[] = {
    {"label", 'l', "L", "Label of every sample, over whatever the files say.", 0},
    {"label-from", 0, "RULE", "Where labels come from: auto, file, folder or none.", 0},
    {"to", 0, "SPLIT", "training, testing, validation, or auto (80/20 by content).", 0},
    {"list", 0, "FILE.csv",
     "Add the files that a CSV names; PATH is the folder its paths "
     "start from.",
     0},
    {"column", 0, "ROLE=NAME",
     "Column NAME of the list is its path, label, split or row; "
     "without a list, label=NAME names the label column of CSV "
     "files.",
     1},
    {"where", 0, "COLUMN=VALUE", "Take only these rows of the list.", 1},
    {"hz", 0, "F",
     "Sampling rate of files that state none; irregular series are resampled "
     "to it.",
     0},
    {"rows", 0, NULL, "Each row of a CSV without time is a sample.", 0},
    {"merge-folders", 0, NULL, "The files of a folder are axes of one recording.", 0},
    {"meta", 0, "KEY=VALUE", "Metadata of every sample.", 1},
    {"hmac-key", 0, "K", "Verify signatures of acquisition files with this key.", 1},
    {"allow-duplicates", 0, NULL, "Add content that is there already once more.", 0},
    {"verbose", 'v', NULL, "Print every sample once it is safely stored.", 0},
    {NULL, 0, NULL, NULL, 0}};

const mote_verb_t mote_verb_add = {
    .name = "add",
    .usage = "PATH...",
    .summary = "Bring recordings into the project.",
    .details =
        "PATH is a file, a folder, an archive (zip, tar) or an Edge Impulse export, "
        "taken as "
        "it is. Formats: WAV, FLAC, OGG; CSV and TSV with or without header and time; "
        "Edge "
        "Impulse acquisition JSON and CBOR; PNG and JPEG.\n\n"
        "Labels, first hit: --label; the list; info.labels and its kin; a label column "
        "or "
        "label in the file; then by name: the file name up to its first '.' when most "
        "files "
        "share it with a neighbour (idle.1.csv, idle.2.csv), else the folder when there "
        "are "
        "several, else the file name up to its first '.'.\n\n"
        "Splits, first hit: --to; the list or info.labels; a folder named training, "
        "testing, "
        "train, test or validation below PATH; else auto: by the MD5 of the content, 80 "
        "% "
        "training, the rule of Edge Impulse. `mote data split` makes a stratified split "
        "that "
        "keeps speakers or machines together.\n\n"
        "Originals are kept byte by byte. The same content is never stored twice: it is "
        "refused with the name of the sample that holds it. A file that cannot be read "
        "is "
        "reported and the rest goes in; the exit code is then 3. What was acknowledged "
        "(-v) "
        "survives a crash.\n\n"
        "A table of independent rows: mote add penguins.csv --rows --column "
        "label=species, "
        "or with a list that has a column \"row\": mote add penguins.csv --list "
        "split.csv.",
    .flags = flags,
    .run = run};
