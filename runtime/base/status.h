/* SPDX-License-Identifier: Apache-2.0
 * Status codes of every runtime function: 0 is ok, positive is a useful value, negative
 * is an error. The engine adds codes below -100 (engine/base/err.h) and a message. */
#ifndef MOTE_BASE_STATUS_H
#define MOTE_BASE_STATUS_H

enum mote_status {
  MOTE_OK = 0,
  MOTE_ERR_PARAM = -1,       /* a parameter is outside its documented range */
  MOTE_ERR_SIZE = -2,        /* a length or shape does not fit what was planned */
  MOTE_ERR_SPACE = -3,       /* the caller's buffer is too small */
  MOTE_ERR_UNSUPPORTED = -4, /* the combination is legal but not provided */
  MOTE_ERR_SELFTEST = -5 /* the golden self-test gave other bits: check the toolchain */
};

#if defined(__GNUC__)
#define MOTE_USE_RESULT __attribute__((warn_unused_result))
#else
#define MOTE_USE_RESULT
#endif

#endif
