/* SPDX-License-Identifier: Apache-2.0
 * Prints constant structs as C99 designated initialisers, from their field tables
 * (engine/base/reflect.h), and the tables they point to. Numbers are printed so that a C
 * compiler reads back the same bits. */
#ifndef MOTE_EMIT_STRUCTS_H
#define MOTE_EMIT_STRUCTS_H

#include "base/mem.h"
#include "base/reflect.h"

typedef struct {
  mote_buf_t out;
  mote_arena_t *arena;
  struct mote_emitted_table *tables; /* printed ones: equal tables are printed once */
  size_t table_bytes;                /* constant bytes so far: tables and structs */
  int in_ram;                        /* what comes next lies in RAM */
  size_t ram_bytes;                  /* of table_bytes */
} mote_emit_t;

/* `static const T <name>[n] = {...};` (in RAM: not const) unless an equal table was
 * printed: then its name.
 * NULL when out of memory or a value is not finite where it must be. */
const char *mote_emit_table(mote_emit_t *e, mote_field_kind_t element, const void *p,
                            uint32_t n, const char *name);
/* The struct's tables, then `static const <c_name> <name> = {...};`. Tables are called
 * <name>_<member>. */
int mote_emit_struct(mote_emit_t *e, const mote_struct_t *s, const void *value,
                     const char *name);
/* Shortest decimal that reads back as the same float, with suffix f, into text[32]. */
void mote_emit_float(float v, char *text);
/* Letters, digits and '_', lower case, not starting with a digit; never empty. */
char *mote_emit_name(mote_arena_t *a, const char *text);
char *mote_emit_upper(mote_arena_t *a, const char *text);
/* The text as it may stand in a comment or a table: no control characters, no comment
 * end. */
const char *mote_emit_plain(mote_arena_t *a, const char *text);
/* A comment of whole lines within the columns of the house, indented by two. */
int mote_emit_comment(mote_buf_t *out, const char *text);

#endif
