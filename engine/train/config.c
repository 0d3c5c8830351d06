/* SPDX-License-Identifier: Apache-2.0
 * "train": {...} of a learn block: the rows and their reading. */
#include "train/train.h"

#define AT(m) offsetof(mote_train_config_t, m)
#define AUG(m) offsetof(mote_augment_t, m)

const mote_param_t mote_train_params[] = {
    {"epochs", MOTE_P_INT, AT(epochs), 1, 100000, 60, NULL, "",
     "passes over the training data"},
    {"min_steps", MOTE_P_INT, AT(min_steps), 0, 10000000, 0, NULL, "",
     "epochs are added until so many updates are made, for small data sets"},
    {"batch_size", MOTE_P_INT, AT(batch_size), 1, 65536, 32, NULL, "",
     "samples per update of the weights"},
    {"learning_rate", MOTE_P_FLOAT, AT(learning_rate), 1e-8, 10, 0.002, NULL, "",
     "largest step size of the schedule"},
    {"optimizer", MOTE_P_CHOICE, AT(optimizer), 0, 2, MOTE_OPT_ADAM, "adam|adamw|sgd", "",
     "how gradients become updates"},
    {"schedule", MOTE_P_CHOICE, AT(schedule), 0, 3, MOTE_LR_COSINE,
     "constant|cosine|step|plateau", "", "how the learning rate falls"},
    {"loss", MOTE_P_CHOICE, AT(loss), 0, 5, MOTE_LOSS_AUTO,
     "auto|cross_entropy|bce|mse|mae|huber", "", "what is made small"},
    {"best", MOTE_P_CHOICE, AT(best), 0, 4, MOTE_BEST_VAL_LOSS,
     "val_loss|val_accuracy|val_f1|val_mae|last", "", "which epoch's weights are kept"},
    {"momentum", MOTE_P_FLOAT, AT(momentum), 0, 0.9999, 0.9, NULL, "", "of sgd"},
    {"nesterov", MOTE_P_BOOL, AT(nesterov), 0, 1, 0, NULL, "",
     "sgd looks ahead along its momentum"},
    {"beta1", MOTE_P_FLOAT, AT(beta1), 0, 0.9999, 0.9, NULL, "", "of adam: mean"},
    {"beta2", MOTE_P_FLOAT, AT(beta2), 0, 0.999999, 0.999, NULL, "", "of adam: square"},
    {"epsilon", MOTE_P_FLOAT, AT(epsilon), 1e-12, 1, 1e-7, NULL, "", "of adam"},
    {"weight_decay", MOTE_P_FLOAT, AT(weight_decay), 0, 1, 0, NULL, "",
     "pulls weights to zero: decoupled with adamw, else as an L2 term"},
    {"clip_norm", MOTE_P_FLOAT, AT(clip_norm), 0, 1e6, 0, NULL, "",
     "longest gradient, 0: no limit"},
    {"warmup", MOTE_P_INT, AT(warmup), 0, 10000, 0, NULL, "epochs",
     "the learning rate rises from 0 so long"},
    {"step_epochs", MOTE_P_INT, AT(step_epochs), 1, 100000, 20, NULL, "epochs",
     "step schedule: length of a step"},
    {"step_factor", MOTE_P_FLOAT, AT(step_factor), 0.001, 1, 0.3, NULL, "",
     "step and plateau: the rate is multiplied by this"},
    {"final_rate", MOTE_P_FLOAT, AT(final_rate), 0, 1, 0.01, NULL, "",
     "cosine: where the rate ends, as a share of learning_rate"},
    {"plateau_patience", MOTE_P_INT, AT(plateau_patience), 1, 10000, 8, NULL, "epochs",
     "plateau: wait so long for a better epoch"},
    {"patience", MOTE_P_INT, AT(patience), 0, 100000, 0, NULL, "epochs",
     "stop after so many epochs without a better one, 0: never"},
    {"min_delta", MOTE_P_FLOAT, AT(min_delta), 0, 1e6, 0, NULL, "",
     "what counts as better, for patience and plateau"},
    {"label_smoothing", MOTE_P_FLOAT, AT(label_smoothing), 0, 0.5, 0, NULL, "",
     "share of the wanted probability spread over all classes"},
    {"huber_delta", MOTE_P_FLOAT, AT(huber_delta), 1e-6, 1e6, 1, NULL, "",
     "huber: where the square becomes a line"},
    {"class_weights", MOTE_P_BOOL, AT(class_weights), 0, 1, 0, NULL, "",
     "rare classes count more: samples / (classes x samples of the class)"},
    {"seed", MOTE_P_INT, AT(seed), 0, 2147483647, 1, NULL, "",
     "initial weights, order of the samples, random masks"},
};
const size_t mote_train_n_params = sizeof mote_train_params / sizeof mote_train_params[0];

const mote_param_t mote_augment_params[] = {
    {"time_masks", MOTE_P_INT, AUG(time_masks), 0, 20, 0, NULL, "",
     "stretches of frames set to zero (the mean)"},
    {"time_mask_frames", MOTE_P_INT, AUG(time_mask_frames), 1, 1000, 2, NULL, "frames",
     "longest time mask"},
    {"freq_masks", MOTE_P_INT, AUG(freq_masks), 0, 20, 0, NULL, "",
     "bands of bins set to zero"},
    {"freq_mask_bins", MOTE_P_INT, AUG(freq_mask_bins), 1, 1000, 4, NULL, "bins",
     "widest frequency mask"},
    {"time_warp", MOTE_P_INT, AUG(time_warp), 0, 1000, 0, NULL, "frames",
     "a point in time moves by at most so much, the rest is stretched"},
    {"time_shift", MOTE_P_INT, AUG(time_shift), 0, 1000, 0, NULL, "frames",
     "all frames move by at most so much; edges repeat"},
    {"noise", MOTE_P_FLOAT, AUG(noise), 0, 10, 0, NULL, "",
     "deviation of the noise added to normalised features"},
    {"mixup", MOTE_P_FLOAT, AUG(mixup), 0, 10, 0, NULL, "",
     "samples are mixed in pairs, shares from Beta(mixup, mixup)"},
};
const size_t mote_augment_n_params =
    sizeof mote_augment_params / sizeof mote_augment_params[0];

void mote_train_config_default(mote_train_config_t *cfg) {
  mote_params_default(mote_train_params, mote_train_n_params, cfg);
  mote_params_default(mote_augment_params, mote_augment_n_params, &cfg->augment);
}

int mote_train_config_read(json_t *obj, mote_train_config_t *cfg, const char *where) {
  if (!obj || json_is_null(obj)) return MOTE_OK;
  if (!json_is_object(obj))
    return mote_fail(MOTE_ERR_USAGE, "%s: train must be a JSON object", where);
  json_t *plain = json_copy(obj);
  if (!plain) return mote_fail(MOTE_ERR_NOMEM, "%s: out of memory", where);
  json_object_del(plain, "augment");
  int rc = mote_params_read(mote_train_params, mote_train_n_params, plain, cfg, where);
  json_decref(plain);
  MOTE_TRY(rc);
  rc = mote_params_read(mote_augment_params, mote_augment_n_params,
                        json_object_get(obj, "augment"), &cfg->augment, where);
  return rc < 0 ? mote_context(rc, "augment") : rc;
}
