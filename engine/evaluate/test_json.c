/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <string.h>

#include "evaluate/test.h"

static const char *const variant_name[2] = {"float32", "int8"};

static void set_real(json_t *o, const char *key, double v) {
  json_object_set_new(o, key, isfinite(v) ? json_real(v) : json_null());
}

static json_t *class_rows(const mote_class_report_t *r, const char **labels) {
  json_t *all = json_object();
  for (size_t c = 0; c < r->k; c++) {
    json_t *one = json_pack("{s:I}", "support", (json_int_t)r->cls[c].support);
    set_real(one, "precision", r->cls[c].precision);
    set_real(one, "recall", r->cls[c].recall);
    set_real(one, "f1", r->cls[c].f1);
    set_real(one, "auc", r->cls[c].auc);
    json_object_set_new(all, labels[c], one);
  }
  return all;
}

static json_t *confusion(const mote_class_report_t *r, const char **labels) {
  json_t *names = json_array(), *rows = json_array();
  for (size_t c = 0; c < r->k; c++) {
    json_t *row = json_array();
    json_array_append_new(names, json_string(labels[c]));
    for (size_t p = 0; p <= r->k; p++)
      json_array_append_new(row,
                            json_integer((json_int_t)r->confusion[c * (r->k + 1) + p]));
    json_array_append_new(rows, row);
  }
  json_array_append_new(names, json_string("uncertain"));
  return json_pack("{s:o, s:o}", "columns", names, "rows", rows);
}

static json_t *classes_json(const mote_learner_test_t *o, int v, const char **labels) {
  const mote_class_report_t *r = &o->cls[v], *rec = &o->recording[v];
  json_t *j = json_pack("{s:f, s:i, s:f, s:f, s:f}", "accuracy", r->accuracy, "windows",
                        (int)r->n, "macro_f1", r->macro_f1, "weighted_f1", r->weighted_f1,
                        "log_loss", r->log_loss);
  set_real(j, "auc", r->auc);
  set_real(j, "uncertain", r->uncertain);
  set_real(j, "confidence", r->threshold);
  if (rec->n) {
    set_real(j, "accuracy_recordings", rec->accuracy);
    json_object_set_new(j, "recordings", json_integer((json_int_t)rec->n));
  }
  json_object_set_new(j, "per_class", class_rows(r, labels));
  json_object_set_new(j, "confusion", confusion(r, labels));
  return j;
}

static json_t *regress_json(const mote_regress_report_t *r) {
  json_t *j = json_pack("{s:i}", "windows", (int)r->n);
  set_real(j, "mae", r->mae);
  set_real(j, "rmse", r->rmse);
  set_real(j, "mse", r->mse);
  set_real(j, "r2", r->r2);
  set_real(j, "max_error", r->max_error);
  set_real(j, "bias", r->bias);
  return j;
}

static json_t *anomaly_json(const mote_anomaly_report_t *r) {
  json_t *j =
      json_pack("{s:i, s:i}", "windows", (int)r->n, "anomalies", (int)r->positives);
  json_t *fpr = json_array(), *tpr = json_array();
  set_real(j, "auc", r->auc);
  set_real(j, "threshold", r->threshold);
  set_real(j, "precision", r->precision);
  set_real(j, "recall", r->recall);
  set_real(j, "f1", r->f1);
  set_real(j, "false_alarm", r->false_alarm);
  set_real(j, "best_f1", r->best_f1);
  set_real(j, "best_threshold", r->best_threshold);
  for (size_t i = 0; i < r->n_curve; i++) {
    json_array_append_new(fpr, json_real(r->fpr[i]));
    json_array_append_new(tpr, json_real(r->tpr[i]));
  }
  json_object_set_new(j, "roc", json_pack("{s:o, s:o}", "fpr", fpr, "tpr", tpr));
  return j;
}

static json_t *learner_json(const mote_test_t *t, int i) {
  const mote_learner_test_t *o = &t->learn[i];
  const char *type = o->learner->type;
  json_t *j = json_pack("{s:s}", "type", type);
  int is_class = !strcmp(type, "classifier"), is_regress = !strcmp(type, "regression");
  if (!is_class && !is_regress)
    json_object_set_new(j, "float32", anomaly_json(&o->anomaly));
  for (int v = 0; v < 2 && (is_class || is_regress); v++)
    if (o->score[v])
      json_object_set_new(j, variant_name[v],
                          is_class ? classes_json(o, v, t->trained->learn[i].labels)
                                   : regress_json(&o->regress[v]));
  if (is_class && o->score[1])
    set_real(j, "int8_drop_points", 100 * (o->cls[0].accuracy - o->cls[1].accuracy));
  json_object_set_new(j, "prefer_float32", json_boolean(t->trained->learn[i].prefer_f32));
  json_object_set_new(j, "left_out", json_integer((json_int_t)(t->set->n - o->n_rows)));
  return j;
}

/* The figures of the first learner that has them also stand at the top, for scripts. */
static void lift(json_t *top, json_t *one) {
  static const char *const keys[] = {"float32", "int8", "int8_drop_points"};
  for (size_t i = 0; i < 3; i++)
    if (!json_object_get(top, keys[i]) && json_object_get(one, keys[i]))
      json_object_set(top, keys[i], json_object_get(one, keys[i]));
}

json_t *mote_test_json(const mote_test_t *t) {
  json_t *top = json_object(), *all = json_object();
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < t->trained->impulse->n_learn; i++) {
      const mote_learner_t *l = &t->trained->impulse->learn[i];
      int network = !strcmp(l->type, "classifier") || !strcmp(l->type, "regression");
      if (network == pass) continue; /* networks first, then anomaly scores */
      json_t *one = learner_json(t, i);
      lift(top, one);
      json_object_set_new(all, l->name, one);
    }
  json_object_set_new(top, "learners", all);
  json_object_set_new(top, "run", json_integer(t->run));
  json_object_set_new(top, "windows", json_integer((json_int_t)t->set->n));
  return top;
}
