/* SPDX-License-Identifier: Apache-2.0
 * Streams samples.bin through an export named "model" and prints CRC-32s of the features,
 * of every layer and of the results over all windows. The lines must be the same on every
 * board, compiler and optimisation. Then, board by board: bytes of stack really used by
 * feed and poll, for comparison with the bound in model.h. */
#include "model.h"

#include "mote/base/crc.h"
#include "port.h"
#include "trace.h"

#define CALLS 64
#define GUARD 0x6D6F7465u
#define PAINT 0xA5u
#define PAINTED_WINDOWS 4 /* painting is slow: first windows only */

static struct {
  uint32_t before[8];
  model_t model; /* the arena is its last member: `after` stands right behind it */
  uint32_t after[8];
} world;
static uint32_t crc[CALLS], result_crc, windows;

void trace_call(int call, const void *data, size_t bytes) {
  if (call < CALLS) crc[call] = mote_crc32_of(crc[call], data, bytes);
}

/* ---- printing without stdio ---------------------------------------------------------
 */

static void print_number(uint32_t v, uint32_t base) {
  char text[12], *p = text + sizeof text;
  *--p = 0;
  do *--p = "0123456789abcdef"[v % base];
  while (v /= base);
  port_print(p);
}

static void print_line(const char *name, uint32_t index, uint32_t v, uint32_t base) {
  port_print(name);
  print_number(index, 10);
  port_print(" ");
  print_number(v, base);
  port_print("\n");
}

/* ---- stack --------------------------------------------------------------------------
 */

#if defined(__arm__)
#define STACK_POINTER(p) __asm__ volatile("mov %0, sp" : "=r"(p))
#elif defined(__riscv)
#define STACK_POINTER(p) __asm__ volatile("mv %0, sp" : "=r"(p))
#else
#define STACK_POINTER(p) ((p) = NULL)
#endif

static uint32_t deepest(uint8_t *low, uint8_t *sp) {
  while (low < sp && *(volatile uint8_t *)low == PAINT) low++;
  return (uint32_t)(sp - low);
}

static volatile uint32_t feed_stack, poll_stack;

/* The stack pointer at the call is exact: everything below it belongs to the callee. */
__attribute__((noinline)) static size_t painted_feed(const model_sample_t *s, size_t n) {
  uint8_t *volatile low = port_stack_low(), *volatile sp;
  size_t used;
  STACK_POINTER(sp);
  for (uint8_t *p = low; p < sp; p++) *(volatile uint8_t *)p = PAINT;
  used = model_feed(&world.model, s, n);
  if (deepest(low, sp) > feed_stack) feed_stack = deepest(low, sp);
  return used;
}

__attribute__((noinline)) static int painted_poll(model_result_t *r) {
  uint8_t *volatile low = port_stack_low(), *volatile sp;
  int rc;
  STACK_POINTER(sp);
  for (uint8_t *p = low; p < sp; p++) *(volatile uint8_t *)p = PAINT;
  rc = model_poll(&world.model, r);
  if (rc && deepest(low, sp) > poll_stack) poll_stack = deepest(low, sp);
  return rc;
}

/* ---- the run ------------------------------------------------------------------------
 */

static void feed_block(const model_sample_t *s, size_t n) {
  model_result_t r;
  while (n) {
    int paint = port_stack_low() && windows < PAINTED_WINDOWS;
    size_t used = paint ? painted_feed(s, n) : model_feed(&world.model, s, n);
    s += used * MODEL_AXES, n -= used;
    if (!(paint ? painted_poll(&r) : model_poll(&world.model, &r))) continue;
    windows++;
    result_crc = mote_crc32_of(result_crc, &r, sizeof r);
  }
}

static void print_all(void) {
  print_line("windows", 0, windows, 10);
  for (uint32_t i = 0; i < CALLS; i++)
    if (crc[i]) print_line("call ", i, crc[i], 16);
  print_line("result", 0, result_crc, 16);
  if (!port_stack_low()) return;
  print_line("#stack feed", 0, feed_stack, 10);
  print_line("#stack poll", 0, poll_stack, 10);
}

static int guards_hold(void) {
  for (int i = 0; i < 8; i++)
    if (world.before[i] != GUARD || world.after[i] != GUARD) return 0;
  return 1;
}

int harness(void) {
  static model_sample_t block[37 * MODEL_AXES]; /* a size that divides nothing */
  size_t bytes;
  for (int i = 0; i < 8; i++) world.before[i] = world.after[i] = GUARD;
  int same = model_selftest(&world.model) == MOTE_OK;
  for (int i = 0; i < CALLS; i++) crc[i] = 0;
  model_init(&world.model);
  while ((bytes = port_read(block, sizeof block)) > 0)
    feed_block(block, bytes / sizeof *block / MODEL_AXES);
  print_all();
  port_print(same ? "selftest ok\n" : "selftest FAILED\n");
  port_print(guards_hold() ? "guards ok\n" : "guards BROKEN\n");
  return same && guards_hold() ? 0 : 1;
}
