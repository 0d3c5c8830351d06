/* SPDX-License-Identifier: Apache-2.0
 * The training engine: a list of layers in JSON becomes a network, a feature matrix
 * trains it, a graph comes out. Same data, seed and version give the same weight bytes
 * with any number of threads, any vector width and any compiler (see train/isa/isa.h for
 * the rules).
 *
 *   mote_net_from_json(layers, &spec, &net);
 *   mote_train_config_default(&cfg); mote_train_config_read(json, &cfg, "learn block 1");
 *   mote_train(net, &train, &valid, &cfg, &hooks, &result);
 *   mote_net_to_graph(net, &graph); mote_net_free(net); */
#ifndef MOTE_TRAIN_TRAIN_H
#define MOTE_TRAIN_TRAIN_H

#include <stddef.h>
#include <stdint.h>
#include <jansson.h>

#include "base/param.h"
#include "model/graph.h"

/* ---- The network ------------------------------------------------------------------- */

/* One sample, row-major: flat features {1, 1, d}; `rows` frames of `cols` values
 * (spectrogram, cepstrum) {1, rows, cols}, a sequence; images {h, w, c}. The first layer
 * may see it its own way: a 2-D convolution or pooling takes a sequence as an image of
 * rows x cols with one channel, a 1-D one takes an image {h, w, c} as h frames of w*c
 * values. */
typedef struct { uint32_t h, w, c; } mote_input_shape_t;

typedef enum { MOTE_TASK_CLASSIFY, MOTE_TASK_REGRESS } mote_task_t;

typedef struct {
  mote_input_shape_t in;
  uint32_t outputs; /* classes, or regression values */
  mote_task_t task;
  uint64_t seed;     /* initial weights */
  const char *where; /* goes before messages: "learn block 1 (keywords)"; may be NULL */
} mote_net_spec_t;

typedef struct mote_net mote_net_t;

/* Layers as in impulse.json:
 * [{"type":"conv2d","filters":8,"kernel":3,"activation":"relu"},
 * {"type":"dropout","rate":0.25}, {"type":"dense"}]. Every layer may have "name" and
 * "from" (a name, or an array of names for add / concat; without it: the layer before,
 * "input" is the network's input). The last dense layer may leave out "units":
 * spec->outputs is used. Classifiers get a softmax at the end when the list does not name
 * an activation there. Errors name the layer, its type and a remedy. */
int mote_net_from_json(json_t *layers, const mote_net_spec_t *spec, mote_net_t **out);
void mote_net_free(mote_net_t *net);
/* A copy with its own weights. */
int mote_net_clone(const mote_net_t *net, mote_net_t **out);

uint32_t mote_net_inputs(const mote_net_t *net);  /* values per sample: h*w*c */
uint32_t mote_net_outputs(const mote_net_t *net); /* values per prediction */
size_t mote_net_params(const mote_net_t *net);    /* trainable weights */
int64_t mote_net_macs(const mote_net_t *net);     /* multiply-accumulates per sample */
/* [{"name","type","shape":[h,w,c],"params","macs"}...]; new reference, NULL without
 * memory. */
json_t *mote_net_describe(const mote_net_t *net);

/* x [n][inputs] -> out [n][outputs]: probabilities, or regression values. Inference mode:
 * no dropout, batch norm with its running statistics. Thread-safe. */
int mote_net_predict(const mote_net_t *net, const float *x, size_t n, float *out);

/* float32 inference graph: batch norm folded into the convolution or dense layer before
 * it, dropout removed, softmax / sigmoid as the last node. Tensors bear the layers'
 * names. */
int mote_net_to_graph(const mote_net_t *net, mote_graph_t **out);

/* Checkpoint: all weights and running statistics as bytes (little-endian, CRC-32).
 * Loading refuses bytes of another architecture. */
int mote_net_save(const mote_net_t *net, mote_buf_t *out);
int mote_net_load(mote_net_t *net, const uint8_t *p, size_t n);
/* SHA-256 of the checkpoint: equal hashes, equal models. hex[65]. */
int mote_net_hash(const mote_net_t *net, char *hex);

/* Direct access, for tests and tuners: [mote_net_params], order of the layers. */
float *mote_net_weights(mote_net_t *net);

/* Layer kinds as rows, for schema, docs and the editor. */
typedef struct {
  const char *type, *help;
  const mote_param_t *params;
  size_t n_params;
} mote_layer_info_t;
size_t mote_layer_kinds(void);
mote_layer_info_t mote_layer_kind(size_t i);

/* ---- Data -------------------------------------------------------------------------- */

typedef struct {
  const float *x;       /* [n][d], d == mote_net_inputs */
  size_t n, d;
  const int32_t *label; /* [n] in [0, outputs): classification; else NULL */
  const float *target;  /* [n][outputs]: regression, or multi-label 0/1; else NULL */
  const float *weight;  /* [n] sample weights, or NULL: all 1 */
} mote_train_data_t;

/* ---- How to train ------------------------------------------------------------------ */

typedef enum {
  MOTE_LOSS_AUTO, /* cross_entropy after a softmax, bce after a sigmoid, else mse */
  MOTE_LOSS_CROSS_ENTROPY, MOTE_LOSS_BCE, MOTE_LOSS_MSE, MOTE_LOSS_MAE, MOTE_LOSS_HUBER
} mote_loss_t;
typedef enum { MOTE_OPT_ADAM, MOTE_OPT_ADAMW, MOTE_OPT_SGD } mote_optimizer_t;
typedef enum {
  MOTE_LR_CONSTANT, MOTE_LR_COSINE, MOTE_LR_STEP, MOTE_LR_PLATEAU
} mote_schedule_t;
typedef enum {
  MOTE_BEST_VAL_LOSS, MOTE_BEST_VAL_ACCURACY, MOTE_BEST_VAL_F1, MOTE_BEST_VAL_MAE,
  MOTE_BEST_LAST /* keep the weights of the last epoch */
} mote_best_t;

/* "augment": {...}; works on normalised features, training only. Masks and warp see a
 * sample as frames x bins: {1, w, c} is w frames of c bins, {h, w, c} h frames of w*c. */
typedef struct {
  int32_t time_masks, time_mask_frames; /* masks, longest mask; zero fill */
  int32_t freq_masks, freq_mask_bins;
  int32_t time_warp; /* largest shift of the warp point in frames, 0 off */
  int32_t time_shift; /* largest shift of all frames, edges repeated, 0 off */
  float noise;       /* deviation of added Gaussian noise */
  float mixup;       /* alpha of Beta(alpha, alpha), 0 off */
} mote_augment_t;

typedef struct {
  int32_t epochs, batch_size;
  int32_t min_steps; /* more epochs when the data are too few for so many updates */
  float learning_rate;
  int32_t optimizer, schedule, loss, best; /* the enums above */
  float momentum, beta1, beta2, epsilon;
  int32_t nesterov;
  float weight_decay; /* decoupled (adamw) or L2 (adam, sgd); not on biases and norms */
  float clip_norm;    /* global gradient norm, 0 off */
  int32_t warmup;     /* epochs of linear rise */
  int32_t step_epochs; /* step: every so many epochs ... */
  float step_factor;   /* step, plateau: ... the rate is multiplied by this */
  float final_rate;    /* cosine ends at learning_rate * final_rate */
  int32_t plateau_patience;
  int32_t patience;   /* early stop after so many epochs without a better `best`, 0 off */
  float min_delta;
  float label_smoothing, huber_delta;
  int32_t class_weights; /* 1: n / (classes * n_class) on top of sample weights */
  int32_t seed;
  mote_augment_t augment;
} mote_train_config_t;

extern const mote_param_t mote_train_params[]; /* rows of mote_train_config_t */
extern const size_t mote_train_n_params;
extern const mote_param_t mote_augment_params[]; /* rows of mote_augment_t */
extern const size_t mote_augment_n_params;
void mote_train_config_default(mote_train_config_t *cfg);
/* Takes the members of "train": {...} (may be NULL), "augment" being an object in it. */
int mote_train_config_read(json_t *obj, mote_train_config_t *cfg, const char *where);

typedef struct {
  int32_t epoch, epochs; /* epoch counts from 1 */
  float lr;
  float loss, accuracy;           /* training set, as seen during the epoch (augmented) */
  float val_loss,
      val_accuracy; /* NaN without validation data; accuracy NaN for regression */
  float val_f1;                   /* macro */
  float val_mae;
  int32_t is_best;
  double seconds; /* since the start */
} mote_epoch_t;

typedef struct {
  void *ctx;
  /* After each epoch; nonzero stops the training (the best weights are kept). May be
   * NULL. Called on the thread that called mote_train. */
  int (*epoch)(void *ctx, const mote_epoch_t *e);
} mote_train_hooks_t;

typedef struct {
  int32_t epochs;     /* run */
  int32_t best_epoch; /* from 1: the one whose weights the net holds now */
  mote_epoch_t best;  /* its numbers */
  int32_t stopped;    /* 1 early stopping, 2 hook, 0 all epochs */
  int64_t steps;
  double seconds;
} mote_train_result_t;

/* Trains in place. `valid` may be NULL: best and plateau then look at the training set.
 * hooks may be NULL. MOTE_ERR_NUMERIC when the loss is not a number (says which epoch),
 * MOTE_ERR_INTERRUPTED on Ctrl-C: the net then holds the best weights so far. */
int mote_train(mote_net_t *net, const mote_train_data_t *train,
               const mote_train_data_t *valid, const mote_train_config_t *cfg,
               const mote_train_hooks_t *hooks, mote_train_result_t *out);

/* Loss and metrics of a data set in inference mode; fills the val_ members of out. */
int mote_net_evaluate(const mote_net_t *net, const mote_train_data_t *data,
                      const mote_train_config_t *cfg, mote_epoch_t *out);

/* ---- Bare steps: benchmarks, gradient tests, own loops -------------------------------
 */

typedef struct mote_stepper mote_stepper_t;
/* Buffers for batches of up to `batch`. Optimiser state starts at zero. */
int mote_stepper_new(mote_net_t *net, const mote_train_config_t *cfg, uint32_t batch,
                     mote_stepper_t **out);
void mote_stepper_free(mote_stepper_t *s);
/* Forward, backward, update with rate lr on data rows [0, n). Returns 0; *loss is the
 * mean before the update. lr 0: gradients only (weights stay). */
int mote_stepper_step(mote_stepper_t *s, const mote_train_data_t *batch, float lr,
                      float *loss);
const float *mote_stepper_gradients(const mote_stepper_t *s); /* [mote_net_params] */

/* ---- Instruction set --------------------------------------------------------------- */

/* "generic", "avx2", "avx512", "neon", or "auto" (default; env MOTE_TRAIN_ISA). Results
 * do not depend on it, speed does. MOTE_ERR_UNSUPPORTED when this processor lacks it. */
int mote_train_isa_set(const char *name);
const char *mote_train_isa(void);

#endif
