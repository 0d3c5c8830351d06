/* SPDX-License-Identifier: Apache-2.0
 * Stack high-water mark: paint the free stack once, read later how deep it was used.
 * Optional: nothing else in the runtime calls it. Stacks that grow down. */
#ifndef MOTE_WATCH_STACK_H
#define MOTE_WATCH_STACK_H

#include <stddef.h>
#include <stdint.h>

#define MOTE_STACK_PAINT 0xA5u

/* Paints [low, top): `top` must be below the stack pointer of the caller with some
 * distance (256 bytes are enough), `low` the end of the stack. */
void mote_stack_paint(uint8_t *low, uint8_t *top);
/* Bytes between the deepest byte used and `top`. */
size_t mote_stack_used(const uint8_t *low, const uint8_t *top);

#endif
