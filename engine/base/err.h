/* SPDX-License-Identifier: Apache-2.0
 * Errors of the host library: a negative code with a name, and one message per thread
 * that says file, place and remedy. Innermost function: return mote_fail(code, "...").
 * Callers add what they were doing: return mote_context(rc, "importing %s", path). */
#ifndef MOTE_ENGINE_ERR_H
#define MOTE_ENGINE_ERR_H

#include "base/status.h"

enum mote_engine_status {
  MOTE_ERR_NOMEM = -101,
  MOTE_ERR_IO = -102,          /* the operating system refused: read, write, rename ... */
  MOTE_ERR_FORMAT = -103,      /* the bytes are not what they claim to be */
  MOTE_ERR_NOTFOUND = -104,
  MOTE_ERR_EXISTS = -105,      /* duplicate or would overwrite */
  MOTE_ERR_LIMIT = -106,       /* larger than the stated limit */
  MOTE_ERR_INTERRUPTED = -107, /* Ctrl-C or a caller's stop flag */
  MOTE_ERR_USAGE = -108,       /* command line or impulse.json asks for the impossible */
  MOTE_ERR_GATE = -109,        /* `mote test --gate`: a rule broke */
  MOTE_ERR_CORRUPT = -110,     /* our own files are damaged */
  MOTE_ERR_NUMERIC = -111,     /* NaN or infinity where a number is needed */
  MOTE_ERR_FIT = -112          /* the plan does not fit the chip's budget */
};

#if defined(__GNUC__)
#define MOTE_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define MOTE_PRINTF(f, a)
#endif

/* Sets this thread's message; returns `code` so that it can be returned in one line. */
int mote_fail(int code, const char *fmt, ...) MOTE_PRINTF(2, 3);
/* Puts "<fmt>: " before the present message; returns `code`. */
int mote_context(int code, const char *fmt, ...) MOTE_PRINTF(2, 3);
/* The present message, or "" (never NULL). */
const char *mote_errmsg(void);
/* "MOTE_ERR_IO" for MOTE_ERR_IO. */
const char *mote_errname(int code);

#define MOTE_TRY(expr)                                                                   \
  do {                                                                                   \
    int mote_rc_ = (expr);                                                               \
    if (mote_rc_ < 0) return mote_rc_;                                                   \
  } while (0)

#endif
