/* SPDX-License-Identifier: Apache-2.0
 * The sources are ours and follow the house style, so a light scan is enough: comments,
 * strings and preprocessor lines are blanked; text inside braces uses symbols, text
 * outside defines them. */
#include "emit/closure.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"

#define FILES_MAX 1024
#define FILE_BYTES_MAX ((size_t)1 << 20)

typedef struct {
  const char *path; /* below runtime/ */
  mote_buf_t text;
  char *code;       /* text with comments, strings and directives blanked */
  int rank;         /* 0: best; -1: for another instruction set */
  int needed;
} file_t;

struct mote_closure {
  mote_arena_t *arena;
  const char *runtime, *isa;
  file_t files[FILES_MAX];
  size_t n;
};

static int ends_with(const char *s, const char *tail) {
  size_t n = strlen(s), k = strlen(tail);
  return n >= k && !strcmp(s + n - k, tail);
}

/* End of the comment, string or directive at p, or p itself. */
static const char *skip_noise(const char *p) {
  if (p[0] == '/' && p[1] == '*') {
    const char *end = strstr(p + 2, "*/");
    return end ? end + 2 : p + strlen(p);
  }
  if ((p[0] == '/' && p[1] == '/') || p[0] == '#') {
    while (*p && *p != '\n') p += p[0] == '\\' && p[1] == '\n' ? 2 : 1;
    return p;
  }
  if (*p != '"' && *p != '\'') return p;
  const char quote = *p++;
  while (*p && *p != quote) p += *p == '\\' && p[1] ? 2 : 1;
  return *p ? p + 1 : p;
}

static char *blank(mote_arena_t *a, const char *text) {
  char *code = mote_arena_str(a, text);
  for (size_t i = 0; code && text[i];) {
    const char *end = skip_noise(text + i);
    if (end == text + i) i++;
    else
      for (; text + i < end; i++)
        if (code[i] != '\n') code[i] = ' ';
  }
  return code;
}

/* Rank of "nn/<isa>/x.c" in the chip's list; plain files come last. */
static int rank_of(const char *path, const char *isa) {
  int rank = 0, words = 0, found = -1;
  const char *folder = strncmp(path, "nn/", 3) ? NULL : path + 3;
  size_t len = folder && strchr(folder, '/') ? (size_t)(strchr(folder, '/') - folder) : 0;
  for (const char *w = isa; *w;
       w += strcspn(w, " "), w += strspn(w, " "), rank++, words++)
    if (len && strcspn(w, " ") == len && !strncmp(w, folder, len)) found = rank;
  return len ? found : words;
}

static int load(void *ctx, const char *full) {
  mote_closure_t *c = ctx;
  const char *path = full + strlen(c->runtime) + 1;
  if (!ends_with(path, ".c") && !ends_with(path, ".h")) return MOTE_OK;
  if (c->n == FILES_MAX)
    return mote_fail(MOTE_ERR_LIMIT, "%s: too many files", c->runtime);
  file_t *f = &c->files[c->n++];
  f->path = mote_arena_str(c->arena, path);
  f->rank = rank_of(path, c->isa);
  MOTE_TRY(mote_file_read(full, FILE_BYTES_MAX, &f->text));
  f->code = blank(c->arena, f->text.p ? (const char *)f->text.p : "");
  return f->path && f->code ? MOTE_OK : MOTE_ERR_NOMEM;
}

int mote_closure_new(const char *runtime, const char *isa, mote_closure_t **out) {
  *out = NULL;
  mote_arena_t *a = mote_arena_new();
  mote_closure_t *c = a ? mote_arena_take(a, 1, sizeof *c) : NULL;
  if (!c) {
    mote_arena_free(a);
    return MOTE_ERR_NOMEM;
  }
  c->arena = a;
  c->runtime = mote_arena_str(a, runtime);
  c->isa = mote_arena_str(a, isa);
  int rc = c->runtime && c->isa ? mote_walk(runtime, load, c) : MOTE_ERR_NOMEM;
  if (rc == MOTE_OK && !c->n)
    rc = mote_fail(MOTE_ERR_NOTFOUND, "%s: no runtime sources; set MOTE_RUNTIME to the "
                                      "folder runtime/ of mote", runtime);
  if (rc < 0) mote_closure_free(c);
  else *out = c;
  return rc;
}

void mote_closure_free(mote_closure_t *c) {
  if (!c) return;
  for (size_t i = 0; i < c->n; i++) mote_buf_free(&c->files[i].text);
  mote_arena_free(c->arena);
}

static size_t word_length(const char *p) {
  size_t n = 0;
  while (isalnum((unsigned char)p[n]) || p[n] == '_') n++;
  return n;
}

/* Does the statement [s, e) before a '{' define `symbol`? It does when it is not static
 * and the symbol is followed by '(' (function) or '[' or '=' (table). */
static int defines_here(const char *s, const char *e, const char *symbol) {
  int found = 0;
  size_t len = strlen(symbol);
  while (s < e) {
    size_t n = word_length(s);
    if (n == 6 && !strncmp(s, "static", 6)) return 0;
    if (n == 7 && !strncmp(s, "typedef", 7)) return 0;
    if (n == len && !strncmp(s, symbol, n)) {
      const char *after = s + n + strspn(s + n, " \n");
      found |= *after == '(' || *after == '[' || *after == '=';
    }
    s += n ? n : 1;
  }
  return found;
}

static int defines(const file_t *f, const char *symbol) {
  int depth = 0;
  const char *statement = f->code;
  for (const char *p = f->code; *p; p++) {
    if (*p == '{' && depth++ == 0 && defines_here(statement, p, symbol)) return 1;
    if ((*p == '}' && --depth == 0) || (*p == ';' && depth == 0)) statement = p + 1;
  }
  return 0;
}

int mote_closure_symbol(mote_closure_t *c, const char *symbol) {
  const file_t *best = NULL;
  for (size_t i = 0; i < c->n; i++) {
    const file_t *f = &c->files[i];
    if (f->rank < 0 || !ends_with(f->path, ".c")) continue;
    if ((!best || f->rank < best->rank) && defines(f, symbol)) best = f;
  }
  return best ? mote_closure_file(c, best->path) : MOTE_OK;
}

static int follow_includes(mote_closure_t *c, const file_t *f) {
  static const char mark[] = "#include \"";
  const char *p = (const char *)f->text.p;
  while (p && (p = strstr(p, mark))) {
    p += sizeof mark - 1;
    char *path = mote_arena_printf(c->arena, "%.*s", (int)strcspn(p, "\"\n"), p);
    if (!path) return MOTE_ERR_NOMEM;
    int rc = mote_closure_file(c, path);
    if (rc < 0) return mote_context(rc, "%s", f->path);
  }
  return MOTE_OK;
}

/* Symbols used inside braces: bodies and initialisers, not prototypes. */
static int follow_symbols(mote_closure_t *c, const file_t *f) {
  int depth = 0;
  for (const char *p = f->code; *p;) {
    size_t n = word_length(p);
    if (*p == '{') depth++;
    if (*p == '}') depth--;
    if (depth > 0 && n > 5 && !strncmp(p, "mote_", 5)) {
      char *symbol = mote_arena_printf(c->arena, "%.*s", (int)n, p);
      if (!symbol) return MOTE_ERR_NOMEM;
      MOTE_TRY(mote_closure_symbol(c, symbol));
    }
    p += n ? n : 1;
  }
  return MOTE_OK;
}

/* Recursion as deep as the include and call graph of the runtime; every file once. */
int mote_closure_file(mote_closure_t *c, const char *path) {
  for (size_t i = 0; i < c->n; i++) {
    file_t *f = &c->files[i];
    if (strcmp(f->path, path)) continue;
    if (f->needed) return MOTE_OK;
    f->needed = 1;
    MOTE_TRY(follow_includes(c, f));
    return follow_symbols(c, f);
  }
  return mote_fail(MOTE_ERR_NOTFOUND, "runtime file %s is missing", path);
}

/* "dsp/mel.h" seen from dsp/mfcc.c is "mel.h" there; from elsewhere "../dsp/mel.h". */
static int relative(mote_buf_t *out, const char *from, const char *to, size_t n) {
  size_t folder = 0; /* length of the common folder part of both */
  for (size_t i = 0; i < n && from[i] == to[i]; i++)
    if (to[i] == '/') folder = i + 1;
  for (const char *p = from + folder; (p = strchr(p, '/')); p++)
    MOTE_TRY(mote_buf_printf(out, "../"));
  return mote_buf_add(out, to + folder, n - folder);
}

/* Two levels are enough, so that one pattern names all sources of an export. */
const char *mote_closure_place(const char *path) {
  const char *slash = strchr(path, '/');
  return slash && strchr(slash + 1, '/') ? slash + 1 : path;
}

static int put_include(mote_buf_t *out, mote_arena_t *a, const char *from, const char *to,
                       size_t n) {
  char *path = mote_arena_printf(a, "%.*s", (int)n, to);
  if (!path) return MOTE_ERR_NOMEM;
  const char *place = mote_closure_place(path);
  return relative(out, mote_closure_place(from), place, strlen(place));
}

static int write_file(const file_t *f, mote_arena_t *a, const char *dir) {
  static const char mark[] = "#include \"";
  char full[MOTE_PATH_MAX], folder[MOTE_PATH_MAX];
  mote_buf_t out = {0};
  const char *p = (const char *)f->text.p, *q;
  int rc = MOTE_OK;
  while (rc == MOTE_OK && (q = strstr(p, mark))) {
    q += sizeof mark - 1;
    size_t n = strcspn(q, "\"\n");
    rc = mote_buf_add(&out, p, (size_t)(q - p));
    if (rc == MOTE_OK) rc = put_include(&out, a, f->path, q, n);
    p = q + n;
  }
  if (rc == MOTE_OK) rc = mote_buf_add(&out, p, strlen(p));
  if (rc == MOTE_OK) rc = mote_path_join(full, dir, mote_closure_place(f->path));
  if (rc == MOTE_OK) {
    snprintf(folder, sizeof folder, "%s", full);
    *strrchr(folder, '/') = 0;
    rc = mote_dir_make(folder);
  }
  if (rc == MOTE_OK) rc = mote_file_write(full, out.p, out.n);
  mote_buf_free(&out);
  return rc;
}

int mote_closure_write(const mote_closure_t *c, const char *dir) {
  for (size_t i = 0; i < c->n; i++)
    if (c->files[i].needed) MOTE_TRY(write_file(&c->files[i], c->arena, dir));
  return MOTE_OK;
}
