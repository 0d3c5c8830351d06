/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MESSAGE_MAX 2048

static _Thread_local char message[MESSAGE_MAX];

int mote_fail(int code, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(message, sizeof message, fmt, ap);
  va_end(ap);
  return code;
}

int mote_context(int code, const char *fmt, ...) {
  char old[MESSAGE_MAX];
  memcpy(old, message, sizeof old);
  va_list ap;
  va_start(ap, fmt);
  int n = vsnprintf(message, sizeof message, fmt, ap);
  va_end(ap);
  if (n < 0 || (size_t)n >= sizeof message) return code;
  (void)snprintf(message + n, sizeof message - (size_t)n, "%s%.*s", old[0] ? ": " : "",
                 MESSAGE_MAX - 3, old);
  return code;
}

const char *mote_errmsg(void) { return message; }

const char *mote_errname(int code) {
  switch (code) {
#define NAME(x)                                                                          \
  case x:                                                                                \
    return #x;
    NAME(MOTE_OK) NAME(MOTE_ERR_PARAM) NAME(MOTE_ERR_SIZE) NAME(MOTE_ERR_SPACE)
    NAME(MOTE_ERR_UNSUPPORTED) NAME(MOTE_ERR_SELFTEST) NAME(MOTE_ERR_NOMEM)
    NAME(MOTE_ERR_IO) NAME(MOTE_ERR_FORMAT) NAME(MOTE_ERR_NOTFOUND) NAME(MOTE_ERR_EXISTS)
    NAME(MOTE_ERR_LIMIT) NAME(MOTE_ERR_INTERRUPTED) NAME(MOTE_ERR_USAGE)
    NAME(MOTE_ERR_GATE) NAME(MOTE_ERR_CORRUPT) NAME(MOTE_ERR_NUMERIC) NAME(MOTE_ERR_FIT)
#undef NAME
  }
  return "MOTE_ERR_UNKNOWN";
}
