/* SPDX-License-Identifier: Apache-2.0
 * `mote model`: model files by themselves, without a project. The work is in
 * cli/model_*.c. */
#include "model.h"

#define PART(x) extern const mote_model_part_t mote_model_part_##x;
#include "model.def"
#undef PART

static const mote_model_part_t *const parts[] = {
#define PART(x) &mote_model_part_##x,
#include "model.def"
#undef PART
};

static const char *const names[] = {
#define PART(x) #x,
#include "model.def"
#undef PART
    NULL};

static int run(const mote_args_t *args) {
  int part = mote_part_find("model", mote_arg(args, 0), names);
  return part < 0 ? part : parts[part]->run(args);
}

static const mote_flag_t flags[] = {
    {"in", 'i', "FILE", "Raw little-endian input tensors, run after run.", 0},
    {"out", 'o', "FILE", "run: where the raw outputs go; quantise: the new model.", 0},
    {"number", 'n', "N", "At most N runs (all that --in holds; quantise: 500).", 0},
    {"layers", 0, NULL, "run: print a CRC-32 of every operator's output.", 0},
    {"data", 'd', "DATA",
     "quantise: representative inputs; once for all, or once for each input.", 1},
    {"method", 0, "WHAT", "quantise: ranges by best (default), minmax or percentile.", 0},
    {"per-tensor", 0, NULL, "quantise: one scale for all channels of a filter.", 0},
    {"float-io", 0, NULL, "quantise: inputs and outputs stay float32.", 0},
    {"float", 0, NULL, "convert: as the float32 network that a quantised one stands for.",
     0},
    {"target", 't', "CHIP", "profile: a chip of `mote help chips`.", 0},
    {"prefer", 0, "WHAT", "profile: speed (default), flash or ram, where kernels differ.",
     0},
    {"measure", 0, NULL, "profile: fail when instructions cannot be counted.", 0},
    {"no-measure", 0, NULL, "profile: do not count them on an emulated board.", 0},
    {NULL, 0, NULL, NULL, 0}};

const mote_verb_t mote_verb_model = {
    .name = "model",
    .usage = "PART MODEL ...",
    .summary = "Look at, run, compare, convert, quantise and profile model files.",
    .details =
        "info MODEL             inputs, outputs, layers, and what the compiler will\n"
        "                       make smaller\n"
        "run MODEL              --in FILE --out FILE [-n N] [--layers]: raw tensors in\n"
        "                       and out\n"
        "diff MODEL OTHER       --in FILE: how far two models are apart, per output and\n"
        "                       for each layer whose name both have\n"
        "convert MODEL FILE     write it as .tflite, .onnx or .mote; --float: as the\n"
        "                       float32 network that a quantised one stands for\n"
        "quantise MODEL         --data DATA -o FILE: float32 to int8; DATA is a .npy\n"
        "                       array, a folder of them, raw tensors, or a mote project\n"
        "                       (the features of its training windows)\n"
        "profile MODEL          --target CHIP: cycles, instructions and constants of\n"
        "                       each layer by the cost model; with QEMU and the\n"
        "                       chip's compiler also the instructions as counted\n\n"
        "MODEL is a .tflite, .onnx or .mote file. Raw tensors are little-endian;\n"
        "all inputs of one run stand one behind the other, then come those of the next.",
    .flags = flags,
    .run = run};
