/* SPDX-License-Identifier: Apache-2.0
 * Damaged models: whatever the bytes, they are refused with a reason or run inside their
 * plan (fuzz/plan_run.h). The seeds are the operators of tests/vectors/nn, the networks
 * of tests/vectors/onnx and fuzz/seeds. A child does the work, so that a crash or a hang
 * is one finding and not the end:
 *
 *     build-asan/test_hostile_models                     4,000 mutants
 *     MOTE_LONG=1 build-asan/test_hostile_models         1,000,000
 *     MOTE_MUTANTS=500000:1000 build-asan/test_hostile_models   1,000 from number 500,000
 */
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../fuzz/plan_run.h"
#include "base/file.h"
#include "mutate.h"
#include "nn_vectors.h"

#define SEEDS_MAX 2048
#define SEED_BYTES 65536u
#define SECONDS 20 /* of the processor, for one mutant: a busy machine is no hang */
#define FINDINGS_MAX 20

static struct { char name[64]; const uint8_t *p; size_t n; } seeds[SEEDS_MAX];
static size_t n_seeds;
static mote_arena_t *files;

typedef struct { volatile long at; plan_counts_t count; } progress_t;

static void add_seed(const char *name, const uint8_t *p, size_t n) {
  if (n > SEED_BYTES || n_seeds == SEEDS_MAX) return;
  snprintf(seeds[n_seeds].name, sizeof seeds[0].name, "%s", name);
  seeds[n_seeds].p = p;
  seeds[n_seeds++].n = n;
}

static int has_end(const char *path, const char *end) {
  size_t n = strlen(path), k = strlen(end);
  return n > k && !strcmp(path + n - k, end);
}

static int collect(void *ctx, const char *path) {
  mote_buf_t file = {0};
  size_t n, at = 0;
  case_t c;
  (void)ctx;
  if (!has_end(path, ".vec") && !has_end(path, ".onnx") && !has_end(path, ".tflite") &&
      !has_end(path, ".mote"))
    return MOTE_OK;
  MOTE_TRY(mote_file_read(path, 1u << 24, &file));
  n = file.n;
  mote_buf_t kept = {mote_buf_keep(&file, files), n, n};
  if (!kept.p) return MOTE_ERR_NOMEM;
  if (!has_end(path, ".vec")) add_seed(mote_path_name(path), kept.p, kept.n);
  else while (next_case(&kept, &at, &c)) add_seed(c.name, c.model, c.model_bytes);
  return MOTE_OK;
}

static void one_mutant(const plan_memory_t memory[2], long i, plan_counts_t *count) {
  size_t k = (size_t)i % n_seeds, other = (size_t)(i / 7) % n_seeds;
  mote_buf_t b = {0};
  if (mote_buf_add(&b, seeds[k].p, seeds[k].n) < 0) plan_die("no memory");
  mutant_t m = {&b, seeds[other].p, seeds[other].n, 0};
  mutate(&m, (uint64_t)i);
  uint8_t *exact = malloc(b.n ? b.n : 1); /* its end is the end of a block */
  if (!exact) plan_die("no memory");
  memcpy(exact, b.p, b.n);
  plan_bytes(memory, exact, b.n, (uint32_t)i, count);
  free(exact);
  mote_buf_free(&b);
}

static void limit(time_t seconds) {
  struct itimerval t = {.it_value = {seconds, 0}};
  if (setitimer(ITIMER_PROF, &t, NULL) < 0) plan_die("no timer");
}

static void child(progress_t *shared, long end) {
  plan_memory_t memory[2] = {plan_memory(), plan_memory()};
  for (; shared->at < end; shared->at++) {
    limit(SECONDS);
    one_mutant(memory, shared->at, &shared->count);
  }
  limit(0);
  mote_arena_free(files);
  exit(0);
}

/* Runs shared->at .. end; 1 when the child came through. */
static int run_child(progress_t *shared, long end) {
  int status = 0;
  fflush(NULL);
  pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid == 0) child(shared, end);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 1;
  fprintf(stderr, "FAILED mutant %ld, of %s: %s %d\n", shared->at,
          shared->at < end ? seeds[(size_t)shared->at % n_seeds].name : "(memory leaked)",
          WIFSIGNALED(status) ? "signal" : "exit",
          WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
  return 0;
}

static void mutants(void **state) {
  (void)state;
  const char *range = getenv("MOTE_MUTANTS");
  long first = 0, n = getenv("MOTE_LONG") ? 1000000 : 4000, findings = 0;
  if (range && sscanf(range, "%ld:%ld", &first, &n) != 2)
    fail_msg("MOTE_MUTANTS: FIRST:COUNT");
  progress_t *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  assert_true(shared != MAP_FAILED);
  time_t begin = time(NULL);
  for (shared->at = first; shared->at < first + n && findings < FINDINGS_MAX;
       shared->at++)
    if (run_child(shared, first + n)) break;
    else findings++;
  double seconds = difftime(time(NULL), begin);
  printf("%ld mutants of %zu seeds in %.0f s: %ld refused, %ld run, %ld too large "
         "to be run here, %ld findings\n", shared->at - first, n_seeds, seconds,
         shared->count.refused, shared->count.run, shared->count.large, findings);
  if (!range) assert_true(shared->count.refused > n / 20 && shared->count.run > n / 20);
  munmap(shared, sizeof *shared);
  if (findings) fail_msg("%ld findings", findings);
}

/* Without damage every seed that is read runs in its plan. */
static void seeds_run(void **state) {
  (void)state;
  plan_memory_t memory[2] = {plan_memory(), plan_memory()};
  plan_counts_t count = {0};
  for (size_t i = 0; i < n_seeds; i++)
    plan_bytes(memory, seeds[i].p, seeds[i].n, (uint32_t)i, &count);
  printf("%zu seeds: %ld not read, %ld run, %ld too large\n", n_seeds, count.refused,
         count.run, count.large);
  assert_true(count.run > (long)n_seeds / 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(seeds_run),
                                     cmocka_unit_test(mutants)};
  files = mote_arena_new();
  if (!files || mote_walk(MOTE_SOURCE "/tests/vectors/nn", collect, NULL) < 0 ||
      mote_walk(MOTE_SOURCE "/tests/vectors/onnx", collect, NULL) < 0 ||
      mote_walk(MOTE_SOURCE "/fuzz/seeds", collect, NULL) < 0) {
    fprintf(stderr, "no seeds: %s\n", mote_errmsg());
    return 1;
  }
  int rc = cmocka_run_group_tests(tests, NULL, NULL);
  mote_arena_free(files);
  return rc;
}
