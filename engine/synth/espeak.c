/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/espeak.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/progress.h"
#include "formats/recording.h"

#define OUTPUT_BYTES_MAX ((size_t)64 << 20)

extern char **environ;

/* ---- the program --------------------------------------------------------------------
 */

/* Standard output goes to `out`, the rest nowhere. Other threads' pipes close by CLOEXEC.
 */
static int spawn(const char *const *argv, int out, pid_t *pid) {
  posix_spawn_file_actions_t act;
  if (posix_spawn_file_actions_init(&act))
    return mote_fail(MOTE_ERR_NOMEM, "out of memory while starting %s", argv[0]);
  int bad = posix_spawn_file_actions_adddup2(&act, out, STDOUT_FILENO);
  if (!bad)
    bad = posix_spawn_file_actions_addopen(&act, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (!bad)
    bad = posix_spawn_file_actions_addopen(&act, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  if (!bad)
    bad = posix_spawnp(pid, argv[0], &act, NULL, (char *const *)(uintptr_t)argv, environ);
  posix_spawn_file_actions_destroy(&act);
  if (!bad) return MOTE_OK;
  return mote_fail(bad == ENOENT ? MOTE_ERR_NOTFOUND : MOTE_ERR_IO,
                   "cannot run %s: %s; install it (apt-get install espeak-ng)", argv[0],
                   strerror(bad));
}

static int read_all(int fd, mote_buf_t *out) {
  char block[65536];
  for (;;) {
    ssize_t k = read(fd, block, sizeof block);
    if (mote_interrupted()) return mote_fail(MOTE_ERR_INTERRUPTED, "interrupted");
    if (k < 0 && errno == EINTR) continue;
    if (k < 0)
      return mote_fail(MOTE_ERR_IO, "reading from espeak-ng: %s", strerror(errno));
    if (k == 0) return MOTE_OK;
    if (out->n + (size_t)k > OUTPUT_BYTES_MAX)
      return mote_fail(MOTE_ERR_LIMIT,
                       "espeak-ng wrote more than %zu bytes; speak less text",
                       OUTPUT_BYTES_MAX);
    MOTE_TRY(mote_buf_add(out, block, (size_t)k));
  }
}

static int reap(pid_t pid) {
  int status;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR)
      return mote_fail(MOTE_ERR_IO, "waiting for espeak-ng: %s", strerror(errno));
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return MOTE_OK;
  /* Some C libraries report a missing program only here. */
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
    return mote_fail(MOTE_ERR_NOTFOUND,
                     "cannot run espeak-ng; install it (apt-get install espeak-ng)");
  return mote_fail(MOTE_ERR_IO, "espeak-ng failed (%s %d)",
                   WIFEXITED(status) ? "exit code" : "signal",
                   WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

/* Runs espeak-ng and collects what it writes. */
static int run(const char *const *argv, mote_buf_t *out) {
  int fd[2];
  pid_t pid;
  if (pipe2(fd, O_CLOEXEC))
    return mote_fail(MOTE_ERR_IO, "cannot make a pipe: %s", strerror(errno));
  int rc = spawn(argv, fd[1], &pid);
  close(fd[1]);
  if (rc == MOTE_OK) {
    rc = read_all(fd[0], out);
    if (rc < 0) kill(pid, SIGKILL);
    int end = reap(pid);
    if (rc == MOTE_OK) rc = end;
  }
  close(fd[0]);
  return mote_interrupted() ? mote_fail(MOTE_ERR_INTERRUPTED, "interrupted") : rc;
}

/* ---- what it can do -----------------------------------------------------------------
 */

/* "eSpeak NG text-to-speech: 1.51  Data at: ..." */
int mote_espeak_version(char out[32]) {
  const char *const argv[] = {"espeak-ng", "--version", NULL};
  mote_buf_t text = {0};
  int rc = run(argv, &text);
  const char *at = text.p ? strstr((const char *)text.p, ": ") : NULL;
  if (rc == MOTE_OK)
    snprintf(out, 32, "%.*s", at ? (int)strcspn(at + 2, " \n") : 1, at ? at + 2 : "?");
  mote_buf_free(&text);
  return rc;
}

/* " 5  en-gb-scotland  --/M  English_(Scotland) gmw/en-GB-scotland (en 4)": the file is
 * the fifth word. */
static int take_line(char *line, mote_arena_t *a, const char **out) {
  char *save = NULL, *word = strtok_r(line, " ", &save);
  for (int i = 0; word && i < 4; i++) word = strtok_r(NULL, " ", &save);
  *out = NULL;
  if (!word || !strchr(word, '/') || !strncmp(word, "mb/", 3)) return MOTE_OK;
  *out = mote_arena_str(a, word);
  return *out ? MOTE_OK : MOTE_ERR_NOMEM;
}

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int take_lines(char *text, int variants, mote_arena_t *a, const char ***out,
                      size_t *n) {
  size_t lines = 1;
  for (const char *p = text; *p; p++) lines += *p == '\n';
  *out = mote_arena_take(a, lines, sizeof **out);
  if (!*out) return MOTE_ERR_NOMEM;
  *n = 0;
  char *save = NULL;
  for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
    const char *file;
    MOTE_TRY(take_line(l, a, &file));
    if (!file || (strncmp(file, "!v/", 3) == 0) != variants) continue;
    (*out)[(*n)++] = file;
  }
  qsort(*out, *n, sizeof **out, by_text);
  return MOTE_OK;
}

int mote_espeak_voices(const char *language, mote_arena_t *a, const char ***out,
                       size_t *n) {
  char *option = mote_arena_printf(a, "--voices=%s", language);
  const char *const argv[] = {"espeak-ng", option, NULL};
  mote_buf_t text = {0};
  int rc = option ? run(argv, &text) : MOTE_ERR_NOMEM;
  if (rc == MOTE_OK) rc = mote_buf_add(&text, "", 0);
  if (rc == MOTE_OK)
    rc = take_lines((char *)text.p, strcmp(language, "variant") == 0, a, out, n);
  mote_buf_free(&text);
  if (rc == MOTE_OK && !*n)
    return mote_fail(MOTE_ERR_NOTFOUND,
                     "espeak-ng has no voices for \"%s\"; see espeak-ng "
                     "--voices",
                     language);
  return rc;
}

/* ---- speech -------------------------------------------------------------------------
 */

static int parse(const mote_buf_t *wav, mote_arena_t *a, float **x, size_t *n,
                 double *hz) {
  mote_parse_options_t opt = {.path = "output of espeak-ng"};
  mote_recordings_t all;
  const mote_format_t *f = mote_format_find(wav->p, wav->n, "x.wav");
  if (!f)
    return mote_fail(MOTE_ERR_FORMAT, "espeak-ng wrote no WAV but %zu bytes", wav->n);
  MOTE_TRY(f->parse(wav->p, wav->n, &opt, a, &all));
  *x = all.item[0].values;
  *n = (size_t)all.item[0].n;
  *hz = all.item[0].hz;
  return MOTE_OK;
}

int mote_espeak_say(const char *text, const mote_espeak_how_t *how, mote_arena_t *a,
                    float **x, size_t *n, double *hz) {
  char speed[16], pitch[16];
  snprintf(speed, sizeof speed, "%d", how->speed);
  snprintf(pitch, sizeof pitch, "%d", how->pitch);
  const char *const argv[] = {"espeak-ng", "--stdout", "-v", how->voice, "-s", speed,
                              "-p",        pitch,      "--", text,       NULL};
  mote_buf_t wav = {0};
  int rc = run(argv, &wav);
  if (rc == MOTE_OK) rc = parse(&wav, a, x, n, hz);
  mote_buf_free(&wav);
  return rc < 0 ? mote_context(rc, "\"%s\" by %s", text, how->voice) : rc;
}
