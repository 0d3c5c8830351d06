/* SPDX-License-Identifier: Apache-2.0
 * Which runtime files an export needs. Starting from the functions it calls, the
 * definitions of every mote_ symbol are followed through the sources; headers follow the
 * includes. No list is kept by hand, so none can go stale. */
#ifndef MOTE_EMIT_CLOSURE_H
#define MOTE_EMIT_CLOSURE_H

#include "base/mem.h"

typedef struct mote_closure mote_closure_t;

/* Reads the runtime folder. `isa` is a list of folders of fast kernels below nn/ that the
 * chip can run, best first ("mve armv7em", may be ""): a symbol defined there wins. */
int mote_closure_new(const char *runtime, const char *isa, mote_closure_t **out);
void mote_closure_free(mote_closure_t *c);
/* Adds the file that defines the symbol, and all that it needs. */
int mote_closure_symbol(mote_closure_t *c, const char *symbol);
/* Adds a file by its path below runtime/, and all that it needs. */
int mote_closure_file(mote_closure_t *c, const char *path);
/* Where a file of the runtime lies in an export: "nn/mve/x.h" at "mve/x.h". */
const char *mote_closure_place(const char *path);
/* Copies the needed files below `dir`; their includes are rewritten to be relative, so
 * that the export needs no include path. */
int mote_closure_write(const mote_closure_t *c, const char *dir);

#endif
