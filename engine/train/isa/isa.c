/* SPDX-License-Identifier: Apache-2.0
 * Which table of kernels to use: asked of the processor once, or told. */
#include "train/isa/isa.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/err.h"
#include "train/isa/tables.h"
#include "train/train.h"

static _Atomic(const mote_kernels_t *) chosen;

#if defined(__x86_64__)
static int has_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
static int has_avx512(void) {
  return has_avx2() && __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq");
}
#endif
static int always(void) { return 1; }

/* Widest first. */
static const struct { const mote_kernels_t *table; int (*usable)(void); } tables[] = {
#if defined(__x86_64__)
    {&mote_kernels_avx512, has_avx512},
    {&mote_kernels_avx2, has_avx2},
#elif defined(__aarch64__)
    {&mote_kernels_neon, always},
#endif
    {&mote_kernels_generic, always}};
#define N_TABLES (sizeof tables / sizeof tables[0])

int mote_train_isa_set(const char *name) {
  int automatic = !strcmp(name, "auto");
  for (size_t i = 0; i < N_TABLES; i++) {
    if (!automatic && strcmp(name, tables[i].table->name) != 0) continue;
    if (tables[i].usable()) {
      atomic_store(&chosen, tables[i].table);
      return MOTE_OK;
    }
  }
  return mote_fail(MOTE_ERR_UNSUPPORTED,
                   "instruction set \"%s\": not on this processor; use \"auto\"", name);
}

const mote_kernels_t *mote_kernels(void) {
  const mote_kernels_t *k = atomic_load(&chosen);
  if (k) return k;
  const char *wish = getenv("MOTE_TRAIN_ISA");
  if (!wish || mote_train_isa_set(wish) < 0) (void)mote_train_isa_set("auto");
  return atomic_load(&chosen);
}

const char *mote_train_isa(void) { return mote_kernels()->name; }
