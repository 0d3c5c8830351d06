/* SPDX-License-Identifier: Apache-2.0
 * QEMU plugin: instructions executed between two calls of a marker function.
 *   qemu-system-arm ... -plugin libqemu_icount.so,mark=0x1234 -d plugin
 * Each time the guest reaches the address `mark`, it prints "ICOUNT n", the instructions
 * since the last time. The plugin interface, version 1, is declared here: distributions
 * ship QEMU without the header. */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef struct qemu_info_t qemu_info_t;
typedef uint64_t plugin_id_t;

__attribute__((visibility("default"))) extern int qemu_plugin_version;
int qemu_plugin_version = 1;
int qemu_plugin_install(plugin_id_t id, const qemu_info_t *info, int argc, char **argv);
void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id_t id,
                                           void (*fn)(plugin_id_t,
                                                      struct qemu_plugin_tb *));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb,
                                                 size_t i);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
                                            void (*fn)(unsigned, void *), int flags,
                                            void *data);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn, int op,
                                                void *count, uint64_t add);

static uint64_t executed, last, mark;

static void at_mark(unsigned cpu, void *data) {
  (void)cpu, (void)data;
  fprintf(stderr, "ICOUNT %" PRIu64 "\n", executed - last);
  last = executed;
}

static void on_block(plugin_id_t id, struct qemu_plugin_tb *tb) {
  (void)id;
  for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
    struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
    if (qemu_plugin_insn_vaddr(insn) == mark)
      qemu_plugin_register_vcpu_insn_exec_cb(insn, at_mark, 0, NULL);
    qemu_plugin_register_vcpu_insn_exec_inline(insn, 0, &executed, 1);
  }
}

int qemu_plugin_install(plugin_id_t id, const qemu_info_t *info, int argc, char **argv) {
  (void)info;
  for (int i = 0; i < argc; i++)
    if (!strncmp(argv[i], "mark=", 5))
      mark = strtoull(argv[i] + 5, NULL, 0) & ~(uint64_t)1;
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_block);
  return 0;
}
