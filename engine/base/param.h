/* SPDX-License-Identifier: Apache-2.0
 * A parameter is a row: name, type, range, default, unit, help, and where it lives in the
 * configuration struct. JSON reading and writing, schema, forms and docs derive from
 * rows. */
#ifndef MOTE_ENGINE_PARAM_H
#define MOTE_ENGINE_PARAM_H

#include <stddef.h>
#include <jansson.h>
#include "base/mem.h"

typedef enum {
  MOTE_P_INT,    /* int32_t */
  MOTE_P_FLOAT,  /* float */
  MOTE_P_BOOL,   /* int32_t 0/1 */
  MOTE_P_CHOICE, /* int32_t: index into `choices` */
  MOTE_P_TEXT,   /* char[MOTE_P_TEXT_MAX] */
  MOTE_P_INTS    /* mote_ints_t; min and max hold for each, the default is none */
} mote_param_kind_t;

#define MOTE_P_TEXT_MAX 128
#define MOTE_INTS_MAX   32
typedef struct { int32_t n, v[MOTE_INTS_MAX]; } mote_ints_t;

typedef struct {
  const char *name; /* as in impulse.json: snake_case */
  mote_param_kind_t kind;
  size_t offset;
  double min, max, dflt; /* CHOICE: dflt is an index */
  const char *choices;   /* CHOICE: "low|high|none"; TEXT: the default text */
  const char *unit;      /* "Hz", "s", "" */
  const char *help;      /* one sentence */
} mote_param_t;

/* Fills cfg with the defaults. */
void mote_params_default(const mote_param_t *rows, size_t n, void *cfg);
/* Takes the members of `obj` (may be NULL) over what cfg holds. '-' in a name counts as
 * '_'. Unknown names, wrong types and values out of range are refused; `where` goes into
 * the message ("dsp block 2 (mfcc)"), with the nearest known name as remedy. */
int mote_params_read(const mote_param_t *rows, size_t n, json_t *obj, void *cfg,
                     const char *where);
json_t *mote_params_write(const mote_param_t *rows, size_t n, const void *cfg);
/* JSON schema of the rows (type, minimum, maximum, default, enum, description). */
json_t *mote_params_schema(const mote_param_t *rows, size_t n);
/* Markdown table of the rows. */
int mote_params_docs(const mote_param_t *rows, size_t n, mote_buf_t *out);

#endif
