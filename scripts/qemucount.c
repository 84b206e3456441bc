// qemucount: a plugin of QEMU's TCG that counts the guest instructions of a process and prints them when it ends.
// scripts/armcount builds and uses it:
//
//   gcc -O2 -shared -fPIC -o qemucount.so scripts/qemucount.c
//   qemu-aarch64 -cpu cortex-a53 -plugin ./qemucount.so -d plugin PROGRAM
//
// Debian's qemu-user takes plugins but ships no header: the few declarations of the plugin API, version 1, that are needed
// stand here. The plain adds lose counts where several guest threads run at once: use one.
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef uint64_t plugin_id;
struct qemu_plugin_tb; // a block of instructions that is translated at once
void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id, void (*)(plugin_id, struct qemu_plugin_tb *));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *, int op, void *ptr, uint64_t imm);
void qemu_plugin_register_atexit_cb(plugin_id, void (*)(plugin_id, void *), void *);
void qemu_plugin_outs(const char *);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

enum { ADD_U64 = 0 };
static uint64_t instructions;

static void translated(plugin_id id, struct qemu_plugin_tb *tb) {
  (void)id;
  qemu_plugin_register_vcpu_tb_exec_inline(tb, ADD_U64, &instructions, qemu_plugin_tb_n_insns(tb));
}

static void at_exit(plugin_id id, void *user) {
  (void)id, (void)user;
  char line[64];
  snprintf(line, sizeof line, "instructions: %llu\n", (unsigned long long)instructions);
  qemu_plugin_outs(line);
}

__attribute__((visibility("default"))) int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv) {
  (void)info, (void)argc, (void)argv;
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  qemu_plugin_register_atexit_cb(id, at_exit, NULL);
  return 0;
}
