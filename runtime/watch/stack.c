/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "watch/stack.h"

/* volatile: the compiler must not see these writes as dead. */
void mote_stack_paint(uint8_t *low, uint8_t *top) {
  for (volatile uint8_t *p = low; p < top; p++) *p = MOTE_STACK_PAINT;
}

size_t mote_stack_used(const uint8_t *low, const uint8_t *top) {
  const volatile uint8_t *p = low;
  while (p < top && *p == MOTE_STACK_PAINT) p++;
  return (size_t)(top - (const uint8_t *)p);
}
