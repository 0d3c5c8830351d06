/* SPDX-License-Identifier: Apache-2.0
 * Time of one training step (forward, loss, backward, Adam) for the three networks that
 * tools/bench_train.sh compares with PyTorch. Prints "model threads microseconds" lines:
 * the least of several rounds, as other programs disturb the clock only upwards.
 *   bench_train [seconds per model] [threads] */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/par.h"
#include "base/progress.h"
#include "base/rng.h"
#include "train/train.h"

typedef struct {
  const char *name, *layers;
  mote_input_shape_t in;
  uint32_t classes, batch;
} model_t;

static const model_t models[] = {
    {"mlp",
     "[{'type':'dense','units':20,'activation':'relu'},"
     "{'type':'dense','units':10,'activation':'relu'},{'type':'dense'}]",
     {1, 1, 33}, 4, 32},
    {"cnn1d",
     "[{'type':'conv1d','filters':8,'activation':'relu'},{'type':'max_pool1d'},"
     "{'type':'dropout','rate':0.25},{'type':'conv1d','filters':16,'activation':'relu'},"
     "{'type':'max_pool1d'},{'type':'dropout','rate':0.25},{'type':'dense'}]",
     {1, 49, 13}, 4, 32},
    {"dscnn",
     "[{'type':'conv2d','filters':64,'kernel':[10,4],'stride':2,'batch_norm':true,"
     "'activation':'relu'},"
     "{'type':'separable_conv2d','filters':64,'batch_norm':true,'activation':'relu'},"
     "{'type':'separable_conv2d','filters':64,'batch_norm':true,'activation':'relu'},"
     "{'type':'separable_conv2d','filters':64,'batch_norm':true,'activation':'relu'},"
     "{'type':'separable_conv2d','filters':64,'batch_norm':true,'activation':'relu'},"
     "{'type':'global_avg_pool'},{'type':'dense'}]",
     {49, 10, 1}, 12, 100},
};
#define N_MODELS (sizeof models / sizeof models[0])

static void must(int rc) {
  if (rc >= 0) return;
  fprintf(stderr, "bench_train: %s\n", mote_errmsg());
  exit(1);
}

static mote_net_t *build(const model_t *m) {
  char text[2048];
  mote_net_t *net;
  json_error_t err;
  mote_net_spec_t spec = {m->in, m->classes, MOTE_TASK_CLASSIFY, 1, m->name};
  size_t n = 0;
  for (; m->layers[n]; n++) text[n] = m->layers[n] == '\'' ? '"' : m->layers[n];
  json_t *layers = json_loadb(text, n, 0, &err);
  must(mote_net_from_json(layers, &spec, &net));
  json_decref(layers);
  return net;
}

/* One thread: processor time, as other programs take the core away for whole rounds. */
static double clock_now(void) {
  struct timespec t;
  int wall = mote_threads() > 1 || getenv("MOTE_BENCH_WALL");
  clock_gettime(wall ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Microseconds of the fastest round; a round is a few milliseconds of steps. */
static double measure(mote_stepper_t *s, const mote_train_data_t *data, double seconds) {
  double best = 1e30, end = mote_now() + seconds, guess = 1e-3;
  float loss;
  for (int i = 0; i < 3; i++) must(mote_stepper_step(s, data, 1e-3f, &loss));
  while (mote_now() < end) {
    int steps = guess > 5e-3 ? 1 : (int)(5e-3 / guess) + 1;
    double from = clock_now();
    for (int i = 0; i < steps; i++) must(mote_stepper_step(s, data, 1e-3f, &loss));
    guess = (clock_now() - from) / steps;
    if (guess < best) best = guess;
  }
  return best * 1e6;
}

static void bench(const model_t *m, double seconds) {
  mote_net_t *net = build(m);
  size_t d = mote_net_inputs(net);
  float *x = mote_alloc(m->batch * d, sizeof *x);
  int32_t *label = mote_alloc(m->batch, sizeof *label);
  mote_rng_t rng = mote_rng(1, 1);
  for (size_t i = 0; x && i < m->batch * d; i++) x[i] = mote_rng_range(&rng, -1.0f, 1.0f);
  for (size_t i = 0; label && i < m->batch; i++)
    label[i] = (int32_t)mote_rng_below(&rng, m->classes);
  mote_train_data_t data = {.x = x, .n = m->batch, .d = d, .label = label};
  mote_train_config_t cfg;
  mote_stepper_t *s;
  mote_train_config_default(&cfg);
  must(mote_stepper_new(net, &cfg, m->batch, &s));
  printf("%s %d %.2f\n", m->name, mote_threads(), measure(s, &data, seconds));
  fflush(stdout);
  mote_stepper_free(s);
  mote_net_free(net);
  mote_free(x);
  mote_free(label);
}

int main(int argc, char **argv) {
  double seconds = argc > 1 ? strtod(argv[1], NULL) : 1.0;
  mote_threads_set(argc > 2 ? atoi(argv[2]) : 1);
  fprintf(stderr, "kernels: %s\n", mote_train_isa());
  for (size_t i = 0; i < N_MODELS; i++) bench(&models[i], seconds);
  return 0;
}
