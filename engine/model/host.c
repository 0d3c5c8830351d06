/* SPDX-License-Identifier: Apache-2.0
 * What this processor can run. On x86-64 the vector kernels are built for instructions
 * that not every processor has; elsewhere they are plain C or what every one has. */
#include "model/fast.h"

const char *mote_host_isa(void) {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx2")) return "";
  if (!__builtin_cpu_supports("avx512vnni") || !__builtin_cpu_supports("avx512vbmi") ||
      !__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512vl"))
    return "simd";
  return "vnni simd";
#else
  return "vnni simd";
#endif
}

int mote_isa_runs_here(const char *word) {
  return !mote_isa_has("vnni simd", word) || mote_isa_has(mote_host_isa(), word);
}

int mote_select_host(mote_program_t *prog) {
  mote_choice_t choice = {mote_host_isa(), MOTE_PREFER_SPEED, 0};
  return mote_select(prog, &choice);
}
