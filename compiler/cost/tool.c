/* SPDX-License-Identifier: Apache-2.0 */
#include "cost/tool.h"

#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int start(const char *const *argv, int to, pid_t *pid) {
  posix_spawn_file_actions_t io;
  if (posix_spawn_file_actions_init(&io)) return ENOMEM;
  posix_spawn_file_actions_addopen(&io, 0, "/dev/null", 0, 0);
  posix_spawn_file_actions_adddup2(&io, to, 1);
  posix_spawn_file_actions_adddup2(&io, to, 2);
  int e = posix_spawnp(pid, argv[0], &io, NULL, (char *const *)argv, environ);
  posix_spawn_file_actions_destroy(&io);
  return e;
}

static int drain(int from, mote_buf_t *output) {
  char part[4096];
  int rc = MOTE_OK;
  for (;;) {
    ssize_t n = read(from, part, sizeof part);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return rc;
    if (rc == MOTE_OK) rc = mote_buf_add(output, part, (size_t)n);
  }
}

int mote_tool_run(const char *const *argv, mote_buf_t *output) {
  int ends[2], status = 0;
  pid_t pid;
  if (pipe(ends)) return mote_fail(MOTE_ERR_IO, "pipe: %s", strerror(errno));
  int e = start(argv, ends[1], &pid);
  close(ends[1]);
  int rc = e ? MOTE_OK : drain(ends[0], output);
  close(ends[0]);
  if (e)
    return mote_fail(e == ENOENT ? MOTE_ERR_NOTFOUND : MOTE_ERR_IO, "%s: %s", argv[0],
                     strerror(e));
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
  if (rc < 0) return rc;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}
