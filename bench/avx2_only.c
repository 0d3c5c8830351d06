/* SPDX-License-Identifier: Apache-2.0
 * Preloaded into a program, hides every extension above AVX2 and FMA from it, so that a
 * library that asks the processor takes the kernels of a machine with AVX2. CPUID is made
 * to fault (arch_prctl(2), ARCH_CPUID) and answered with those bits cleared.
 *   gcc -shared -fPIC avx2_only.c -o avx2_only.so; LD_PRELOAD=./avx2_only.so PROGRAM
 * Ends the program with 77 where the processor or the kernel cannot do that. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

enum { ARCH_CPUID = 0x1012 };

static long allow_cpuid(unsigned long on) {
  return syscall(SYS_arch_prctl, ARCH_CPUID, on);
}

/* Leaf 7: AVX-512 in all its parts, AMX, VNNI, IFMA; of subleaf 1 their VEX forms. */
static void hide(uint32_t leaf, uint32_t part, uint32_t *r) {
  if (leaf != 7) return;
  if (part == 0) {
    r[1] &= ~0xDC230000u; /* F, DQ, IFMA, PF, ER, CD, BW, VL */
    r[2] &= ~0x00005842u; /* VBMI, VBMI2, VNNI, BITALG, VPOPCNTDQ */
    r[3] &= ~0x03C0010Cu; /* 4VNNIW, 4FMAPS, VP2INTERSECT, AMX, FP16 */
  } else if (part == 1) {
    r[0] &= ~0x00A00030u; /* AVX-VNNI, BF16, AMX-FP16, AVX-IFMA */
    r[3] &= ~0x00080530u; /* AVX-VNNI-INT8, NE-CONVERT, AMX-COMPLEX, INT16, AVX10 */
  }
}

static void on_fault(int number, siginfo_t *info, void *context) {
  greg_t *g = ((ucontext_t *)context)->uc_mcontext.gregs;
  const uint8_t *code = (const uint8_t *)g[REG_RIP];
  (void)info;
  if (code[0] != 0x0F || code[1] != 0xA2) { /* not CPUID: a fault of the program's own */
    signal(number, SIG_DFL);
    return;
  }
  uint32_t leaf = (uint32_t)g[REG_RAX], part = (uint32_t)g[REG_RCX];
  uint32_t r[4] = {leaf, 0, part, 0};
  allow_cpuid(1);
  __asm__ volatile("cpuid" : "+a"(r[0]), "=b"(r[1]), "+c"(r[2]), "=d"(r[3]));
  allow_cpuid(0);
  hide(leaf, part, r);
  g[REG_RAX] = r[0], g[REG_RBX] = r[1], g[REG_RCX] = r[2], g[REG_RDX] = r[3];
  g[REG_RIP] += 2;
}

/* Programs that reset all signals at their start (node does) leave ours alone. */
int sigaction(int number, const struct sigaction *to, struct sigaction *from) {
  typedef int (*sigaction_t)(int, const struct sigaction *, struct sigaction *);
  static sigaction_t real;
  int mine = to && to->sa_flags & SA_SIGINFO && to->sa_sigaction == on_fault;
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, "sigaction");
  if (number == SIGSEGV && to && !mine) return 0;
  return real(number, to, from);
}

__attribute__((constructor)) static void begin(void) {
  struct sigaction act;
  memset(&act, 0, sizeof act);
  act.sa_sigaction = on_fault;
  act.sa_flags = SA_SIGINFO | SA_NODEFER;
  if (!sigaction(SIGSEGV, &act, NULL) && !allow_cpuid(0)) return;
  fprintf(stderr, "SKIPPED: CPUID cannot be made to fault here\n");
  _exit(77);
}
