/* SPDX-License-Identifier: Apache-2.0
 * Whole nets against PyTorch: losses of five steps, final weights and running statistics
 * (tests/vectors/train/ *.json, where each file says how it was made). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <math.h>

#include "train/net.h"
#include "train_util.h"

static float *floats(json_t *list) {
  float *v = mote_alloc(json_array_size(list) + 1, sizeof *v);
  for (size_t i = 0; i < json_array_size(list); i++)
    v[i] = (float)json_number_value(json_array_get(list, i));
  return v;
}

static mote_net_t *net_from(json_t *doc) {
  json_t *shape = json_object_get(doc, "shape");
  uint32_t d[3];
  for (size_t i = 0; i < 3; i++)
    d[i] = (uint32_t)json_integer_value(json_array_get(shape, i));
  mote_net_spec_t spec = {.in = {d[0], d[1], d[2]}, .task = MOTE_TASK_CLASSIFY};
  spec.outputs = (uint32_t)json_integer_value(json_object_get(doc, "classes"));
  mote_net_t *net;
  if (mote_net_from_json(json_object_get(doc, "layers"), &spec, &net) < 0)
    fail_msg("%s", mote_errmsg());
  json_t *weights = json_object_get(doc, "weights");
  assert_int_equal(json_array_size(weights), mote_net_params(net));
  float *w = floats(weights);
  memcpy(mote_net_weights(net), w, mote_net_params(net) * sizeof *w);
  mote_free(w);
  return net;
}

static void compare(const char *name, const char *what, const float *got, json_t *want,
                    double tolerance) {
  for (size_t i = 0; i < json_array_size(want); i++) {
    double w = json_number_value(json_array_get(want, i));
    if (!(fabs((double)got[i] - w) <= tolerance * (1.0 + fabs(w))))
      fail_msg("%s: %s %zu is %.7g, PyTorch has %.7g", name, what, i, (double)got[i], w);
  }
}

static void check_run(const char *name, json_t *doc, json_t *run,
                      const mote_train_data_t *data) {
  mote_net_t *net = net_from(doc);
  mote_train_config_t cfg;
  mote_stepper_t *s;
  json_t *losses = json_object_get(run, "losses"), *state = json_object_get(run, "state");
  float loss[16];
  mote_train_config_default(&cfg);
  assert_int_equal(mote_train_config_read(json_object_get(run, "train"), &cfg, name), 0);
  assert_int_equal(mote_stepper_new(net, &cfg, (uint32_t)data->n, &s), 0);
  for (size_t i = 0; i < json_array_size(losses); i++)
    assert_int_equal(mote_stepper_step(s, data, cfg.learning_rate, &loss[i]), 0);
  compare(name, "loss", loss, losses, 2e-5);
  compare(name, "weight", mote_net_weights(net), json_object_get(run, "final"), 2e-4);
  if (state) compare(name, "statistic", net->state, state, 2e-4);
  mote_stepper_free(s);
  mote_net_free(net);
}

static void check_file(const char *name) {
  char path[4096];
  json_error_t err;
  snprintf(path, sizeof path, "%s/tests/vectors/train/%s.json", MOTE_SOURCE, name);
  json_t *doc = json_load_file(path, 0, &err), *runs, *labels;
  if (!doc) fail_msg("%s: %s", path, err.text);
  float *x = floats(json_object_get(doc, "x"));
  labels = json_object_get(doc, "labels");
  int32_t *label = mote_alloc(json_array_size(labels), sizeof *label);
  for (size_t i = 0; i < json_array_size(labels); i++)
    label[i] = (int32_t)json_integer_value(json_array_get(labels, i));
  mote_train_data_t data = {.x = x, .n = json_array_size(labels), .label = label};
  data.d = json_array_size(json_object_get(doc, "x")) / data.n;
  runs = json_object_get(doc, "runs");
  for (size_t i = 0; i < json_array_size(runs); i++)
    check_run(name, doc, json_array_get(runs, i), &data);
  mote_free(x);
  mote_free(label);
  json_decref(doc);
}

static void mlp(void **state) { (void)state, check_file("mlp"); }
static void cnn1d(void **state) { (void)state, check_file("cnn1d"); }
static void dscnn(void **state) { (void)state, check_file("dscnn"); }
static void residual(void **state) { (void)state, check_file("residual"); }

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(mlp), cmocka_unit_test(cnn1d),
                                     cmocka_unit_test(dscnn), cmocka_unit_test(residual)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
