/* SPDX-License-Identifier: Apache-2.0 */
#include "features/block.h"

#define BLOCK(t) extern const mote_block_t mote_block_##t;
#include "features/blocks.def"
#undef BLOCK

const mote_block_t *const mote_blocks[] = {
#define BLOCK(t) &mote_block_##t,
#include "features/blocks.def"
#undef BLOCK
    NULL};

static char folded(char c) { return c == '-' ? '_' : c; }

const mote_block_t *mote_block_find(const char *type) {
  for (size_t i = 0; mote_blocks[i]; i++) {
    const char *a = mote_blocks[i]->type, *b = type;
    while (*a && folded(*a) == folded(*b)) a++, b++;
    if (!*a && !*b) return mote_blocks[i];
  }
  return NULL;
}
