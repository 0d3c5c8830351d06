/* SPDX-License-Identifier: Apache-2.0
 * Labels and splits that names of files and folders suggest. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dataset/adder.h"
#include "formats/manifest.h"

/* Length of the name up to its first '.': "idle" of "idle.1.json". */
static size_t prefix(const char *name) { return strcspn(name + 1, ".") + 1; }

/* The last folder of the path that is no split's name; its length, 0 when there is none.
 */
static size_t folder_of(const char *path, const char **folder) {
  const char *end = mote_path_name(path);
  while (end > path) {
    const char *start = --end; /* the slash */
    while (start > path && start[-1] != '/') start--;
    size_t n = (size_t)(end - start);
    char word[16] = "";
    if (n < sizeof word) memcpy(word, start, n);
    *folder = start;
    if (n && !mote_split_word(word) && strcmp(word, ".") && strcmp(word, "..")) return n;
    end = start;
  }
  return 0;
}

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "<everything up to the prefix>": equal for files that share folder and prefix. */
static int count_repeats(const char **key, size_t n, mote_label_guess_t *g) {
  qsort(key, n, sizeof *key, by_text);
  for (size_t i = 0; i < n; i++) {
    int before = i > 0 && !strcmp(key[i], key[i - 1]);
    int after = i + 1 < n && !strcmp(key[i], key[i + 1]);
    g->repeats += before || after;
  }
  return MOTE_OK;
}

static void count_folders(const char **key, size_t n, mote_label_guess_t *g) {
  qsort(key, n, sizeof *key, by_text);
  for (size_t i = 0; i < n; i++)
    g->folders += *key[i] && (i == 0 || strcmp(key[i], key[i - 1]));
}

static int study(const char *const *paths, size_t n, const char **key, mote_arena_t *a,
                 mote_label_guess_t *g) {
  for (size_t i = 0; i < n; i++) {
    const char *name = mote_path_name(paths[i]);
    size_t len = (size_t)(name - paths[i]) + (*name ? prefix(name) : 0);
    if (!(key[i] = mote_arena_printf(a, "%.*s", (int)len, paths[i])))
      return MOTE_ERR_NOMEM;
  }
  MOTE_TRY(count_repeats(key, n, g));
  for (size_t i = 0; i < n; i++) {
    const char *folder = "";
    size_t len = folder_of(paths[i], &folder);
    if (!(key[i] = mote_arena_printf(a, "%.*s", (int)len, folder))) return MOTE_ERR_NOMEM;
  }
  count_folders(key, n, g);
  g->files = n;
  int shared = g->repeats * 2 >= n && n > 1;
  g->rule = !shared && g->folders >= 2 ? MOTE_LABEL_FOLDER : MOTE_LABEL_FILE;
  return MOTE_OK;
}

int mote_label_study(const char *const *paths, size_t n, mote_label_guess_t *g) {
  *g = (mote_label_guess_t){.rule = MOTE_LABEL_FILE};
  mote_arena_t *a = mote_arena_new();
  const char **key = a ? mote_arena_take(a, n + 1, sizeof *key) : NULL;
  int rc = key ? study(paths, n, key, a, g) : MOTE_ERR_NOMEM;
  mote_arena_free(a);
  return rc;
}

const char *mote_label_of(const char *path, mote_label_rule_t rule, mote_arena_t *a) {
  const char *text = mote_path_name(path);
  size_t n = *text ? prefix(text) : 0;
  if (rule == MOTE_LABEL_FOLDER) n = folder_of(path, &text);
  if (n == 0) return NULL;
  char *label = mote_arena_printf(a, "%.*s", (int)n, text);
  int open =
      label && (!strcasecmp(label, "unlabeled") || !strcasecmp(label, "unlabelled"));
  return open ? NULL : label;
}

const char *mote_split_of(const char *path, size_t root) {
  const char *end = mote_path_name(path);
  while (end > path + root) {
    const char *start = --end;
    while (start > path + root && start[-1] != '/') start--;
    char word[16] = "";
    if ((size_t)(end - start) < sizeof word) memcpy(word, start, (size_t)(end - start));
    if (mote_split_word(word)) return mote_split_word(word);
    end = start;
  }
  return NULL;
}
