/* SPDX-License-Identifier: Apache-2.0
 * Shapes of damage that made other runtimes crash, by name. Each is refused with a
 * reason that names what is wrong, or (no word given) runs inside its plan. Numbers are
 * issues of tensorflow/tflite-micro (T) and tensorflow/tensorflow (F). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <math.h>
#include <cmocka.h>

#include "../fuzz/plan_run.h"
#include "hostile_tflite.h"

#define BIG 0x7FFFFFFF

static plan_memory_t memory[2];

/* ---- what is done to [1,6,6,2] * [3,3,3,2] -> [1,4,4,3] ---- */

typedef void change_t(hostile_t *h);
typedef struct { const char *name; change_t *change; const char *word; } row_t;

static void input_buffer(hostile_t *h) { h->t[0].buffer = 9999; }
static void weights_buffer(hostile_t *h) { h->t[1].buffer = 9999; }
static void output_buffer(hostile_t *h) { h->t[3].buffer = 0xFFFFFFFF; }
static void op_input(hostile_t *h) { h->op[0].in[0] = 77; }
static void op_input_low(hostile_t *h) { h->op[0].in[1] = -2; }
static void op_input_left_out(hostile_t *h) { h->op[0].in[0] = -1; }
static void weights_left_out(hostile_t *h) { h->op[0].in[1] = -1; }
static void op_output(hostile_t *h) { h->op[0].out[0] = 4; }
static void op_output_left_out(hostile_t *h) { h->op[0].out[0] = -1; }
static void graph_input(hostile_t *h) { h->in[0] = 1 << 30; }
static void graph_output(hostile_t *h) { h->out[0] = BIG; }
static void graph_output_left_out(hostile_t *h) { h->out[0] = -1; }
static void many_dims(hostile_t *h) { h->t[0].rank = 12; }
static void long_dim(hostile_t *h) { h->t[0].dims[1] = BIG; }
static void negative_dim(hostile_t *h) { h->t[0].dims[1] = -6; }
static void zero_dim(hostile_t *h) { h->t[0].dims[3] = 0; }
static void product(hostile_t *h) { h->t[0].dims[1] = h->t[0].dims[2] = 65536; }
static void no_dims(hostile_t *h) { h->t[0].rank = 0; }
static void opcode_index(hostile_t *h) { h->opcode_shift = 1000; }
static void opcode(hostile_t *h) { h->op[0].code = 9999; }
static void opcode_negative(hostile_t *h) { h->op[0].code = -7; }
static void element_type(hostile_t *h) { h->t[0].type = 99; }
static void element_type_weights(hostile_t *h) { h->t[1].type = 0; }
static void zero_scale(hostile_t *h) { h->t[0].scale[0] = 0; }
static void negative_scale(hostile_t *h) { h->t[3].scale[0] = -1; }
static void nan_scale(hostile_t *h) { h->t[1].scale[0] = NAN; }
static void infinite_scale(hostile_t *h) { h->t[3].scale[0] = INFINITY; }
static void tiny_scale(hostile_t *h) { h->t[3].scale[0] = 1e-45f; }
static void huge_scale(hostile_t *h) { h->t[0].scale[0] = h->t[1].scale[0] = 3e38f; }
static void no_scale(hostile_t *h) { h->t[0].n_scale = h->t[0].n_zero = 0; }
static void zero_point(hostile_t *h) { h->t[0].zero[0] = (int64_t)1 << 40; }
static void zero_point_i8(hostile_t *h) { h->t[0].zero[0] = 128; }
static void weights_zero_point(hostile_t *h) { h->t[1].zero[0] = 5; }
static void few_zeros(hostile_t *h) { h->t[1].n_scale = 3; }
static void two_scales(hostile_t *h) {
  h->t[1].n_scale = h->t[1].n_zero = 2;
  h->t[1].scale[1] = 0.1f;
}
static void quant_axis(hostile_t *h) {
  h->t[1].n_scale = h->t[1].n_zero = 3;
  h->t[1].scale[1] = h->t[1].scale[2] = 0.1f;
  h->t[1].axis = -3;
}
static void few_weights(hostile_t *h) { h->buffer[1].n = 53; }
static void no_weights(hostile_t *h) { h->buffer[1].n = 0; }
static void long_bias(hostile_t *h) { h->t[2].dims[0] = 2, h->buffer[2].n = 8; }
static void outside(hostile_t *h) {
  h->buffer[1].n = 0, h->buffer[1].offset = BIG, h->buffer[1].size = 54;
}
static void outside_size(hostile_t *h) {
  h->buffer[1].n = 0, h->buffer[1].offset = 16, h->buffer[1].size = BIG;
}
static void no_graph(hostile_t *h) { h->no_graph = 1; }
static void no_tensors(hostile_t *h) { h->n_t = 0; }
static void no_operators(hostile_t *h) { h->n_op = 0; }
static void no_inputs(hostile_t *h) { h->n_in = 0; }
static void no_outputs(hostile_t *h) { h->n_out = 0; }
static void no_options(hostile_t *h) { h->op[0].options_type = 0; }
static void empty_options(hostile_t *h) { h->op[0].n_options = 0; }
static void input_is_output(hostile_t *h) { h->in[0] = 3; }
static void reads_itself(hostile_t *h) { h->op[0].in[0] = 3; }
static void input_twice(hostile_t *h) { h->in[1] = 0, h->n_in = 2; }
static void writes_constant(hostile_t *h) { h->op[0].out[0] = 1; }
static void writes_input(hostile_t *h) { h->op[0].out[0] = 0; }
static void written_twice(hostile_t *h) { h->op[1] = h->op[0], h->n_op = 2; }
static void constant_variable(hostile_t *h) { h->t[1].variable = 1; }
static void variable_input(hostile_t *h) { h->t[0].variable = 1; }
static void stride(hostile_t *h) { hostile_option(h, 1, 0); }
static void stride_negative(hostile_t *h) { hostile_option(h, 2, 0xFFFFFFFF); }
static void stride_huge(hostile_t *h) {
  hostile_option(h, 0, 0), hostile_option(h, 1, BIG), hostile_option(h, 2, BIG);
  h->t[3].dims[1] = h->t[3].dims[2] = 1;
}
static void dilation(hostile_t *h) { hostile_option(h, 4, 0); }
static void dilation_huge(hostile_t *h) { hostile_option(h, 5, BIG); }
static void dilation_same(hostile_t *h) {
  hostile_option(h, 0, 0), hostile_option(h, 5, 1 << 26);
  h->t[3].dims[1] = h->t[3].dims[2] = 6;
}
static void padding_code(hostile_t *h) { hostile_option(h, 0, 200); }
static void activation(hostile_t *h) { hostile_option(h, 3, 200); }
static void channels(hostile_t *h) { h->t[0].dims[3] = 1; }
static void kernel_too_large(hostile_t *h) { h->t[0].dims[1] = h->t[0].dims[2] = 2; }
static void other_output(hostile_t *h) { h->t[3].dims[1] = 5; }
static void rank_three(hostile_t *h) { h->t[0].rank = 3; }
static void batch(hostile_t *h) { h->t[0].dims[0] = 2; }

static const row_t conv_rows[] = {
    {"T3077 buffer of an input", input_buffer, "buffer index"},
    {"T3076 T3389 buffer of an intermediate tensor", weights_buffer, "buffer index"},
    {"T3075 buffer of an output", output_buffer, "buffer index"},
    {"T3074 tensor that an operator reads", op_input, "tensor index"},
    {"below -1", op_input_low, "tensor index"},
    {"F62163 input left out", op_input_left_out, "no input"},
    {"weights left out", weights_left_out, "inputs"},
    {"T3073 tensor that an operator writes", op_output, "tensor index"},
    {"output left out", op_output_left_out, "left out"},
    {"input of the graph", graph_input, "tensor index"},
    {"output of the graph", graph_output, "tensor index"},
    {"T3600 output of the graph -1", graph_output_left_out, "outputs"},
    {"T3071 number of dimensions", many_dims, "12 dimensions"},
    {"T3072 size of a dimension", long_dim, "size out of range"},
    {"negative dimension", negative_dim, "size out of range"},
    {"dimension 0", zero_dim, "size out of range"},
    {"T3588 product of dimensions overflows", product, "size out of range"},
    {"no dimensions", no_dims, "must be"},
    {"operator code index", opcode_index, "no code"},
    {"unknown operator", opcode, "operator 9999"},
    {"negative operator", opcode_negative, "operator"},
    {"unknown element type", element_type, "element type"},
    {"float weights of int8", element_type_weights, "bytes of values"},
    {"scale 0", zero_scale, "scale"},
    {"negative scale", negative_scale, "scale"},
    {"scale is no number", nan_scale, "scale"},
    {"infinite scale", infinite_scale, "scale"},
    {"scale of 1e-45", tiny_scale, "scales"},
    {"scales whose product is infinite", huge_scale, "scales"},
    {"no scale", no_scale, "scale"},
    {"zero point of 2^40", zero_point, "zero point"},
    {"zero point of 128", zero_point_i8, "zero point"},
    {"zero point of weights", weights_zero_point, "zero point"},
    {"fewer zero points than scales", few_zeros, "zero points"},
    {"two scales for three channels", two_scales, "one scale"},
    {"axis of the scales", quant_axis, "one scale"},
    {"a byte of weights is missing", few_weights, "53 bytes"},
    {"no weights", no_weights, "constants"},
    {"short bias", long_bias, "bias"},
    {"buffer behind the file", outside, "outside the file"},
    {"buffer longer than the file", outside_size, "outside the file"},
    {"no subgraph", no_graph, "no graph"},
    {"no tensors", no_tensors, "tensor index"},
    {"no operators", no_operators, "never written"},
    {"no inputs", no_inputs, "inputs and outputs"},
    {"no outputs", no_outputs, "inputs and outputs"},
    {"options are missing", no_options, "at least 1"},
    {"options are empty", empty_options, "at least 1"},
    {"the output as input", input_is_output, "before it is written"},
    {"an operator reads its own output", reads_itself, ""},
    {"an input listed twice", input_twice, "listed twice"},
    {"an operator writes a constant", writes_constant, "outputs"},
    {"an operator writes the input", writes_input, ""},
    {"a tensor written twice", written_twice, "written twice"},
    {"a constant that is a variable", constant_variable, NULL},
    {"an input that is a variable", variable_input, "listed twice or is a constant"},
    {"stride 0", stride, "at least 1"},
    {"negative stride", stride_negative, "at least 1"},
    {"stride of 2^31 - 1", stride_huge, NULL},
    {"dilation 0", dilation, "at least 1"},
    {"dilation of 2^31 - 1", dilation_huge, "reaches"},
    {"dilation of 2^26, padded", dilation_same, NULL},
    {"unknown padding", padding_code, NULL},
    {"unknown activation", activation, "activation"},
    {"channels of input and kernel", channels, ""},
    {"kernel larger than the image", kernel_too_large, "kernel"},
    {"output of another size", other_output, "another size"},
    {"input of rank 3", rank_three, "must be"},
    {"batch of 2", batch, "must have dimensions"}};

/* ---- other operators, on [1,6,6,2] -> [1,6,6,2] ---- */

static void pool(hostile_t *h) {
  *h = hostile_unary(17, 5);
  for (int i = 0; i < 5; i++) hostile_option(h, i, i < 3 ? 1 : 2);
}
static void pool_filter(hostile_t *h) { pool(h), hostile_option(h, 3, 0); }
static void pool_filter_negative(hostile_t *h) {
  pool(h), hostile_option(h, 4, 0x80000000);
}
static void pool_stride(hostile_t *h) { pool(h), hostile_option(h, 1, 0); }
static void pool_huge(hostile_t *h) {
  pool(h), hostile_option(h, 0, 0), hostile_option(h, 3, 1 << 20);
}
static void softmax(hostile_t *h, float beta) {
  uint32_t bits;
  memcpy(&bits, &beta, 4);
  *h = hostile_unary(25, 9);
  hostile_option(h, 0, bits);
  h->t[3].scale[0] = 1.0f / 256, h->t[3].zero[0] = -128;
}
static void beta_nan(hostile_t *h) { softmax(h, NAN); }
static void beta_infinite(hostile_t *h) { softmax(h, INFINITY); }
static void beta_negative(hostile_t *h) { softmax(h, -1); }
static void beta_zero(hostile_t *h) { softmax(h, 0); }

static void with_ints(hostile_t *h, int32_t code, int n, const int32_t *v) {
  *h = hostile_unary(code, 0);
  hostile_ints(h, 1, 1, n, v);
  h->op[0].in[1] = 1, h->op[0].n_in = 2;
}
#define INTS(h, code, ...)                                                               \
  with_ints(h, code, (int)(sizeof((int32_t[]){__VA_ARGS__}) / 4),                        \
            (int32_t[]){__VA_ARGS__})
static void pad_huge(hostile_t *h) { INTS(h, 34, 0, 0, BIG, BIG, 0, 0, 0, 0); }
static void pad_million(hostile_t *h) {
  INTS(h, 34, 0, 0, 1 << 20, 1 << 20, 1 << 20, 1 << 20, 0, 0);
}
static void pad_negative(hostile_t *h) { INTS(h, 34, 0, 0, -3, 0, 0, 0, 0, 0); }
static void pad_axes(hostile_t *h) {
  INTS(h, 34, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
static void pad_odd(hostile_t *h) { INTS(h, 34, 1, 1, 1); }
static void pad_variable(hostile_t *h) {
  INTS(h, 34, 0, 0, 1, 1, 1, 1, 0, 0);
  h->buffer[1].n = 0;
}
static void pad_value_nan(hostile_t *h) {
  INTS(h, 60, 0, 0, 1, 1, 1, 1, 0, 0);
  h->t[2] = hostile_i8(1, 1, 1, 1);
  hostile_constant(h, 2, 2, 1);
  h->t[2].scale[0] = NAN, h->op[0].in[2] = 2, h->op[0].n_in = 3;
  h->t[3] = hostile_i8(1, 8, 8, 2);
}
static void mean_axis(hostile_t *h) { INTS(h, 40, 7); }
static void mean_axis_low(hostile_t *h) { INTS(h, 40, -9); }
static void mean_axes_repeat(hostile_t *h) { INTS(h, 40, 1, 1, 1, 1, 1, 1, 1, 1, 1); }
static void arg_axis(hostile_t *h) {
  INTS(h, 56, 6);
  h->t[3].type = 2, h->t[3].n_scale = h->t[3].n_zero = 0;
}
static void reshape_count(hostile_t *h) {
  INTS(h, 22, -1, -1);
  h->t[3].dims[1] = 7;
}
static void reshape_ranks(hostile_t *h) {
  INTS(h, 22, 1, 1, 1, 1, 1, 1, 1, 1, 72);
}
static void concat_axis(hostile_t *h) {
  *h = hostile_unary(2, 10);
  hostile_option(h, 0, 9);
}
static void concat_sizes(hostile_t *h) {
  *h = hostile_unary(2, 10);
  hostile_option(h, 0, 3);
  h->t[1] = hostile_i8(1, 5, 6, 2), h->t[1].buffer = 0;
  h->in[1] = 1, h->n_in = 2, h->op[0].in[1] = 1, h->op[0].n_in = 2;
}
static void add_sizes(hostile_t *h) {
  concat_sizes(h);
  h->op[0].code = 0, h->op[0].options_type = 11, h->op[0].n_options = 0;
}
static void recursion(hostile_t *h) {
  *h = hostile_unary(119, 93); /* WHILE, both branches are the graph itself */
  hostile_option(h, 0, 0), hostile_option(h, 1, 0);
}
static void call_once(hostile_t *h) {
  *h = hostile_unary(129, 103);
  hostile_option(h, 0, 0);
}
static void gather(hostile_t *h) { INTS(h, 36, 99999, -99999); }
static void gather_variable(hostile_t *h) {
  gather(h);
  h->buffer[1].n = 0, h->in[1] = 1, h->n_in = 2;
}
static void gather_batch(hostile_t *h) {
  gather(h);
  h->op[0].options_type = 23;
  hostile_option(h, 0, 2), hostile_option(h, 1, (uint32_t)-2);
}
static void transpose(hostile_t *h) { INTS(h, 39, 0, 1, 1, 9); }
static void split(hostile_t *h) {
  *h = hostile_unary(49, 35);
  hostile_ints(h, 1, 1, 1, (int32_t[]){3});
  h->op[0].in[0] = 1, h->op[0].in[1] = 0, h->op[0].n_in = 2;
  hostile_option(h, 0, 0);
}
static void block_zero(hostile_t *h) { *h = hostile_unary(5, 94); }
static void block_negative(hostile_t *h) {
  *h = hostile_unary(26, 19);
  hostile_option(h, 0, 0x80000000);
}
static void resize_zero(hostile_t *h) { INTS(h, 23, 0, 0); }
static void resize_huge(hostile_t *h) { INTS(h, 97, BIG, BIG); }
static void slice_outside(hostile_t *h) {
  INTS(h, 65, 0, 5, 5, 0);
  hostile_ints(h, 2, 2, 4, (int32_t[]){1, BIG, -7, 2});
  h->op[0].in[2] = 2, h->op[0].n_in = 3;
}
static void stride_zero(hostile_t *h) {
  INTS(h, 45, 0, 0, 0, 0);
  hostile_ints(h, 2, 2, 4, (int32_t[]){1, 6, 6, 2});
  h->t[4] = h->t[2], h->n_t = 5;
  hostile_ints(h, 4, 3, 4, (int32_t[]){1, 0, 1, 1});
  h->op[0].in[2] = 2, h->op[0].in[3] = 4, h->op[0].n_in = 4;
}

static const row_t other_rows[] = {
    {"pool filter 0", pool_filter, "at least 1"},
    {"negative pool filter", pool_filter_negative, "at least 1"},
    {"pool stride 0", pool_stride, "at least 1"},
    {"pool filter of 2^20", pool_huge, "window"},
    {"beta is no number", beta_nan, "beta"},
    {"infinite beta", beta_infinite, "beta"},
    {"negative beta", beta_negative, "beta"},
    {"beta 0", beta_zero, "beta"},
    {"padding of 2^31 - 1", pad_huge, "padding"},
    {"padding of a million", pad_million, "too large"},
    {"negative padding", pad_negative, "padding"},
    {"padding of eight axes", pad_axes, "input 1"},
    {"three numbers as paddings", pad_odd, ""},
    {"paddings that are no constant", pad_variable, "constant"},
    {"border that is no number", pad_value_nan, NULL},
    {"axis of a mean", mean_axis, "axis"},
    {"axis below the first", mean_axis_low, "axis"},
    {"an axis nine times", mean_axes_repeat, ""},
    {"T3504 axis of ARG_MAX", arg_axis, "axis"},
    {"reshape to another count, -1 twice", reshape_count, "cannot become"},
    {"F124982 shape of a higher rank than the output", reshape_ranks, NULL},
    {"axis of a concatenation", concat_axis, "axis"},
    {"concatenation of other sizes", concat_sizes, "fit"},
    {"addition of other sizes", add_sizes, ""},
    {"recursion of subgraphs", recursion, "WHILE"},
    {"a subgraph that calls itself once", call_once, "CALL_ONCE"},
    {"gather index", gather, NULL},
    {"gather index at run time", gather_variable, NULL},
    {"gather with fewer than no batch axes", gather_batch, "batch_dims"},
    {"an axis twice in a transposition", transpose, ""},
    {"split into 0 parts", split, NULL},
    {"block of 0", block_zero, ""},
    {"negative block", block_negative, ""},
    {"resize to nothing", resize_zero, ""},
    {"resize to 2^31 - 1", resize_huge, ""},
    {"slice outside", slice_outside, ""},
    {"stride 0 of a slice", stride_zero, ""}};

/* ---- SVDF ---- */

static void rank_zero(hostile_t *h) { hostile_option(h, 0, 0); }
static void rank_negative(hostile_t *h) { hostile_option(h, 0, 0x80000000); }
static void rank_odd(hostile_t *h) { hostile_option(h, 0, 3); }
static void svdf_tanh(hostile_t *h) { hostile_option(h, 1, 4); }
static void svdf_input(hostile_t *h) { h->t[0].dims[1] = 5; }
static void svdf_batch(hostile_t *h) { h->t[0].dims[0] = 2; }
static void svdf_feature_rank(hostile_t *h) { h->t[1].rank = 1, h->t[1].dims[0] = 16; }
static void svdf_filters(hostile_t *h) { h->t[2].dims[0] = 3, h->t[2].dims[1] = 4; }
static void svdf_time_scales(hostile_t *h) {
  h->t[2].n_scale = h->t[2].n_zero = 4;
  for (int i = 0; i < 4; i++) h->t[2].scale[i] = 0.1f;
}
static void svdf_time_zero(hostile_t *h) { h->t[2].zero[0] = 1; }
static void svdf_bias_type(hostile_t *h) { h->t[5].type = 0; }
static void svdf_bias_rank(hostile_t *h) { h->t[5].rank = 2, h->t[5].dims[1] = 1; }
static void svdf_no_bias(hostile_t *h) { h->op[0].in[3] = -1; }
static void svdf_output(hostile_t *h) { h->t[3].dims[1] = 4; }
static void svdf_output_state(hostile_t *h) { h->op[0].out[0] = h->out[0] = 4; }
static void svdf_output_variable(hostile_t *h) { h->t[3].variable = 1; }
static void state_left_out(hostile_t *h) { h->op[0].in[4] = -1; }
static void state_missing(hostile_t *h) { h->op[0].n_in = 4; }
static void state_no_variable(hostile_t *h) { h->t[4].variable = 0; }
static void state_constant(hostile_t *h) { h->t[4] = h->t[2], h->t[4].variable = 1; }
static void state_small(hostile_t *h) { h->t[4].dims[1] = 11; }
static void state_type(hostile_t *h) { h->t[4].type = 9; }
static void state_zero(hostile_t *h) { h->t[4].zero[0] = 3; }
static void state_no_scale(hostile_t *h) { h->t[4].n_scale = h->t[4].n_zero = 0; }
static void state_tiny_scale(hostile_t *h) { h->t[4].scale[0] = 1e-45f; }
static void state_is_input(hostile_t *h) { h->op[0].in[4] = 0; }
static void state_of_two(hostile_t *h) {
  h->op[1] = h->op[0], h->n_op = 2;
  h->t[6] = h->t[3], h->n_t = 7, h->op[1].out[0] = 6;
}

static const row_t svdf_rows[] = {
    {"rank 0", rank_zero, "rank 0"},
    {"negative rank", rank_negative, "rank"},
    {"rank that does not divide the filters", rank_odd, "rank 3"},
    {"activation that is no clamp", svdf_tanh, "activation 4"},
    {"longer input", svdf_input, "[4][5]"},
    {"batch of 2", svdf_batch, "24 values"},
    {"weights as a vector", svdf_feature_rank, "matrices"},
    {"fewer filters in time", svdf_filters, "[4][4]"},
    {"scales per filter", svdf_time_scales, "one scale"},
    {"zero point of the weights in time", svdf_time_zero, "zero point 0"},
    {"float bias", svdf_bias_type, "i32"},
    {"bias as a matrix", svdf_bias_rank, "[2]"},
    {"no bias", svdf_no_bias, NULL},
    {"output of another size", svdf_output, "another size"},
    {"the state as the output", svdf_output_state, ""},
    {"an output that is a variable", svdf_output_variable, NULL},
    {"state left out", state_left_out, "inputs"},
    {"no state", state_missing, "no state"},
    {"state that is no variable", state_no_variable, "variable"},
    {"state that is a constant", state_constant, ""},
    {"state too small", state_small, "12 values"},
    {"state of another type", state_type, "i8"},
    {"zero point of an int16 state", state_zero, "zero point 0"},
    {"state without a scale", state_no_scale, "one scale"},
    {"state with a scale of 1e-45", state_tiny_scale, "scales"},
    {"the input as state", state_is_input, ""},
    {"one state for two operators", state_of_two, NULL}};

/* ---- LSTM ---- */

static void lstm_peephole(hostile_t *h) { h->op[0].in[10] = 6; }
static void lstm_projection(hostile_t *h) { h->op[0].in[16] = 2; }
static void lstm_norm(hostile_t *h) { h->op[0].in[23] = 6; }
static void lstm_coupled(hostile_t *h) { h->op[0].in[1] = -1; }
static void lstm_gate_missing(hostile_t *h) { h->op[0].in[7] = -1; }
static void lstm_few_inputs(hostile_t *h) { h->op[0].n_in = 19; }
static void lstm_no_hidden(hostile_t *h) { h->op[0].in[18] = -1; }
static void lstm_no_bias(hostile_t *h) { h->op[0].in[13] = h->op[0].in[15] = -1; }
static void lstm_relu(hostile_t *h) { hostile_option(h, 0, 1); }
static void lstm_diagonal(hostile_t *h) { hostile_option(h, 5, 1); }
static void lstm_swapped(hostile_t *h) { h->op[0].in[18] = 5, h->op[0].in[19] = 4; }
static void lstm_one_state(hostile_t *h) { h->op[0].in[19] = 4; }
static void lstm_state_value(hostile_t *h) { h->t[5].variable = 0; }
static void lstm_cell_scale(hostile_t *h) { h->t[5].scale[0] = 0.001f; }
static void lstm_cell_large(hostile_t *h) { h->t[5].scale[0] = 2; }
static void lstm_cell_small(hostile_t *h) { h->t[5].scale[0] = 1.0f / 65536; }
static void lstm_cell_zero(hostile_t *h) { h->t[5].zero[0] = 1; }
static void lstm_cell_units(hostile_t *h) { h->t[5].dims[1] = 3; }
static void lstm_rank(hostile_t *h) { h->t[0].rank = 2; }
static void lstm_batch(hostile_t *h) { h->t[0].dims[0] = 2; }
static void lstm_major(hostile_t *h) { hostile_option(h, 3, 1); }
static void lstm_weights(hostile_t *h) { h->t[1].dims[0] = 4, h->t[1].dims[1] = 2; }
static void lstm_square(hostile_t *h) { h->t[2].dims[0] = 1, h->t[2].dims[1] = 4; }
static void lstm_weights_zero(hostile_t *h) { h->t[2].zero[0] = -1; }
static void lstm_bias_wide(hostile_t *h) { h->t[6].type = 4, h->t[6].dims[0] = 1; }
static void lstm_scale_tiny(hostile_t *h) { h->t[4].scale[0] = 1e-45f; }
static void lstm_scale_huge(hostile_t *h) { h->t[0].scale[0] = h->t[1].scale[0] = 3e38f; }
static void lstm_clip_nan(hostile_t *h) { hostile_option(h, 1, 0x7FC00000); }
static void lstm_clip_infinite(hostile_t *h) { hostile_option(h, 1, 0x7F800000); }
static void lstm_clip_tiny(hostile_t *h) { hostile_option(h, 1, 1); }
static void lstm_long(hostile_t *h) { h->t[0].dims[1] = h->t[3].dims[1] = 1 << 26; }

static const row_t lstm_rows[] = {
    {"peephole weights", lstm_peephole, "peephole"},
    {"projection", lstm_projection, "projection"},
    {"layer normalisation", lstm_norm, "layer normalisation"},
    {"coupled gates", lstm_coupled, "coupled"},
    {"a gate without weights", lstm_gate_missing, "inputs"},
    {"inputs are missing", lstm_few_inputs, "no states"},
    {"no hidden state", lstm_no_hidden, "no states"},
    {"two gates without bias", lstm_no_bias, NULL},
    {"activation of the cell", lstm_relu, "activation 1"},
    {"diagonal weights", lstm_diagonal, "diagonal"},
    {"states the other way", lstm_swapped, "variable"},
    {"one state as both", lstm_one_state, ""},
    {"cell that is no variable", lstm_state_value, ""},
    {"cell's scale between powers of two", lstm_cell_scale, "power of two"},
    {"cell's scale 2", lstm_cell_large, "power of two"},
    {"cell's scale 2^-16", lstm_cell_small, "power of two"},
    {"cell's zero point", lstm_cell_zero, "zero point 0"},
    {"cell of more units", lstm_cell_units, "2 values"},
    {"input of rank 2", lstm_rank, "must be"},
    {"batch of 2", lstm_batch, "4 values"},
    {"two sequences of one step", lstm_major, "4 values"},
    {"more units in the weights", lstm_weights, "constants [4]"},
    {"recurrent weights that are not square", lstm_square, "[2][2]"},
    {"zero point of weights", lstm_weights_zero, "zero point 0"},
    {"bias of 64 bits", lstm_bias_wide, "i32"},
    {"hidden scale of 1e-45", lstm_scale_tiny, ""},
    {"scales whose product is infinite", lstm_scale_huge, "scales"},
    {"clip that is no number", lstm_clip_nan, NULL},
    {"infinite clip", lstm_clip_infinite, NULL},
    {"clip of 1e-45", lstm_clip_tiny, NULL},
    {"2^26 steps", lstm_long, NULL}};

/* ---- variables: CALL_ONCE, VAR_HANDLE, READ_VARIABLE, ADD, ASSIGN_VARIABLE ---- */

static void once_itself(hostile_t *h) { hostile_option(h, 0, 0); }
static void once_outside(hostile_t *h) { hostile_option(h, 0, 2); }
static void once_negative(hostile_t *h) { hostile_option(h, 0, 0xFFFFFFFF); }
static void once_no_options(hostile_t *h) { h->op[0].options_type = 0; }
static void once_again(hostile_t *h) { h->once[1] = h->op[0]; }
static void once_twice(hostile_t *h) { h->op[5] = h->op[0], h->n_op = 6; }
static void once_late(hostile_t *h) {
  hostile_op_t first = h->op[0];
  memmove(h->op, h->op + 1, 4 * sizeof h->op[0]);
  h->op[4] = first;
}
static void once_computes(hostile_t *h) { h->once[1] = h->op[3]; }
static void once_value(hostile_t *h) { h->once[1].in[1] = 0; }
static void once_nothing(hostile_t *h) { h->once[1].n_in = 1; }
static void once_no_handle(hostile_t *h) { h->n_once = 1, h->once[0] = h->once[1]; }
static void once_ones(hostile_t *h) { h->buffer[2].bytes[71] = 1; }
static void once_few(hostile_t *h) { h->buffer[2].n = 71; }
static void once_zero_point(hostile_t *h) {
  for (int i = 0; i < 4; i++) h->t[i].zero[0] = 5;
}
static void handle_missing(hostile_t *h) { h->op[1] = h->op[0] = h->op[3]; }
static void handle_left_out(hostile_t *h) { h->op[2].in[0] = -1; }
static void handle_no_output(hostile_t *h) { h->op[1].n_out = 0; }
static void handle_value(hostile_t *h) { h->op[2].in[0] = 0; }
static void handle_added(hostile_t *h) { h->op[3].in[1] = 4; }
static void handle_output(hostile_t *h) { h->out[0] = 4; }
static void handle_input(hostile_t *h) { h->in[1] = 4, h->n_in = 2; }
static void read_nothing(hostile_t *h) { h->op[2].n_out = 0; }
static void read_constant(hostile_t *h) { h->op[2].out[0] = 2; }
static void read_input(hostile_t *h) { h->op[2].out[0] = 0; }
static void read_variable(hostile_t *h) { h->t[1].variable = 1; }
static void read_other_size(hostile_t *h) { h->t[1].dims[1] = 1; }
static void read_other_type(hostile_t *h) { h->t[1].type = 2; }
static void assign_other_scale(hostile_t *h) { h->t[3].scale[0] = 0.07f; }
static void assign_nothing(hostile_t *h) { h->op[4].in[1] = -1; }
static void assign_handle(hostile_t *h) { h->op[4].in[1] = 4; }
static void assign_early(hostile_t *h) {
  hostile_op_t read = h->op[2];
  h->op[2] = h->op[4], h->op[4] = read;
}

static const row_t variable_rows[] = {
    {"CALL_ONCE of the network itself", once_itself, "the network"},
    {"CALL_ONCE of a subgraph that is not there", once_outside, "2 subgraphs"},
    {"CALL_ONCE of subgraph -1", once_negative, "subgraph -1"},
    {"CALL_ONCE without options", once_no_options, "the network"},
    {"a subgraph that calls itself", once_again, "only variables"},
    {"CALL_ONCE twice", once_twice, "second CALL_ONCE"},
    {"CALL_ONCE at the end", once_late, "after the first use"},
    {"a subgraph that computes", once_computes, "only variables"},
    {"a variable that begins with a value", once_value, "no constant"},
    {"a variable that begins with nothing", once_nothing, "no constant"},
    {"no handle in the subgraph", once_no_handle, "VAR_HANDLE"},
    {"a variable that begins with ones", once_ones, "other values"},
    {"fewer values at the beginning", once_few, "other values"},
    {"zeros that are no zeros", once_zero_point, "other values"},
    {"no VAR_HANDLE", handle_missing, ""},
    {"handle left out", handle_left_out, "VAR_HANDLE"},
    {"handle that goes nowhere", handle_no_output, "no output"},
    {"a value as handle", handle_value, "VAR_HANDLE"},
    {"sum of a handle", handle_added, "element type 13"},
    {"handle as output of the network", handle_output, "element type 13"},
    {"handle as input of the network", handle_input, "element type 13"},
    {"read to nowhere", read_nothing, "missing"},
    {"read to a constant", read_constant, "outputs"},
    {"read to the input", read_input, ""},
    {"read to a variable", read_variable, "no variable"},
    {"read in another size", read_other_size, ""},
    {"read as another type", read_other_type, ""},
    {"assigned on another scale", assign_other_scale, "same scale"},
    {"nothing is assigned", assign_nothing, "missing"},
    {"a handle is assigned", assign_handle, "element type 13"},
    {"assigned before it is there", assign_early, ""}};

/* ---- the tests ---- */

/* 1 when it is as the row wants it. */
static int judge(const row_t *row, const mote_buf_t *b) {
  plan_counts_t count = {0};
  plan_bytes(memory, b->p, b->n, 1, &count);
  if (!row->word || (count.refused && strstr(mote_errmsg(), row->word))) return 1;
  fprintf(stderr, "FAILED %s: %s\n", row->name,
          count.refused ? mote_errmsg() : "was not refused");
  return 0;
}

static void all_rows(hostile_t net, const row_t *rows, size_t n) {
  size_t failed = 0;
  for (size_t i = 0; i < n; i++) {
    mote_buf_t b = {0};
    hostile_t h = net;
    rows[i].change(&h);
    assert_int_equal(hostile_write(&h, &b), 0);
    failed += !judge(&rows[i], &b);
    mote_buf_free(&b);
  }
  if (failed) fail_msg("%zu cases", failed);
}

static void convolution(void **state) {
  (void)state;
  all_rows(hostile_conv(), conv_rows, sizeof conv_rows / sizeof conv_rows[0]);
}

static void other_operators(void **state) {
  (void)state;
  all_rows(hostile_conv(), other_rows, sizeof other_rows / sizeof other_rows[0]);
}

static void states(void **state) {
  (void)state;
  all_rows(hostile_svdf(), svdf_rows, sizeof svdf_rows / sizeof svdf_rows[0]);
  all_rows(hostile_lstm(), lstm_rows, sizeof lstm_rows / sizeof lstm_rows[0]);
  all_rows(hostile_variable(), variable_rows,
           sizeof variable_rows / sizeof variable_rows[0]);
}

/* The net that is changed is right, or every refusal above would mean nothing. */
static void unchanged_it_runs(void **state) {
  (void)state;
  plan_counts_t count = {0};
  hostile_t nets[5] = {hostile_conv(), hostile_conv(), hostile_svdf(), hostile_lstm(),
                       hostile_variable()};
  pool(&nets[1]);
  nets[1].t[3] = hostile_i8(1, 5, 5, 2);
  nets[1].op[0].options[0].value = 1;
  for (int i = 0; i < 5; i++) {
    mote_buf_t b = {0};
    assert_int_equal(hostile_write(&nets[i], &b), 0);
    plan_bytes(memory, b.p, b.n, 1, &count);
    mote_buf_free(&b);
  }
  if (count.run != 5) fail_msg("%s", mote_errmsg());
}

/* Every operator of the schema without options, with none to three inputs. */
static void bare_operators(void **state) {
  (void)state;
  plan_counts_t count = {0};
  for (int32_t code = 0; code < 220; code++)
    for (int n = 0; n < 16; n++) {
      mote_buf_t b = {0};
      hostile_t h = hostile_conv();
      h.op[0] = (hostile_op_t){.code = code, .n_in = n % 4, .in = {0, 1, 2}, .n_out = 1,
                               .out = {3}};
      if (n & 4) h.t[0].type = h.t[3].type = 0;
      if (n & 8) h.t[3] = h.t[0];
      assert_int_equal(hostile_write(&h, &b), 0);
      plan_bytes(memory, b.p, b.n, (uint32_t)(code + n), &count);
      mote_buf_free(&b);
    }
  assert_true(count.refused > 1000 && count.run > 10);
}

/* Files that are hardly one; F115308 is the first. Every beginning of a right one. */
static void short_files(void **state) {
  (void)state;
  static const uint8_t eight[8] = {8, 0, 0, 0, 'T', 'F', 'L', '3'};
  static const uint8_t far[12] = {255, 255, 255, 127, 'T', 'F', 'L', '3'};
  static const uint8_t self[12] = {8, 0, 0, 0, 'T', 'F', 'L', '3', 0, 0, 0, 0};
  const row_t row = {"short file", NULL, "tflite"};
  mote_buf_t b = {0}, part = {(uint8_t *)eight, 8, 8};
  assert_true(judge(&row, &part));
  assert_true(judge(&row, &(mote_buf_t){(uint8_t *)far, 12, 12}));
  assert_true(judge(&row, &(mote_buf_t){(uint8_t *)self, 12, 12}));
  hostile_t h = hostile_conv();
  assert_int_equal(hostile_write(&h, &b), 0);
  for (size_t n = 0; n < b.n; n++) {
    plan_counts_t count = {0};
    uint8_t *exact = malloc(n ? n : 1);
    memcpy(exact, b.p, n);
    plan_bytes(memory, exact, n, (uint32_t)n, &count);
    free(exact);
  }
  mote_buf_free(&b);
}

/* A small file whose tables name the same long list again and again. */
static void claims(void **state) {
  (void)state;
  enum { OPS = 20000, INDICES = 50000 };
  static const mote_fb_field_t model[] = {{0, 3}, {1, 0}, {2, 0}, {4, 0}};
  static const mote_fb_field_t graph[] = {{0, 0}, {1, 0}, {2, 0}, {3, 0}};
  static const mote_fb_field_t op[] = {{0, 0}, {1, 0}};
  const row_t row = {"one list for all operators", NULL, "claim"};
  size_t at[4], in[4], list;
  mote_buf_t b = {0};
  mote_fb_t fb;
  hostile_t h = hostile_conv();
  mote_fb_begin(&fb, &b, "TFL3");
  mote_fb_table(&fb, model, 4, at);
  list = mote_fb_vector(&fb, at[1], NULL, 1, 4, 4);
  mote_fb_point(&fb, list, mote_fb_table(&fb, model, 1, NULL));
  list = mote_fb_vector(&fb, at[2], NULL, 1, 4, 4);
  mote_fb_point(&fb, list, mote_fb_table(&fb, graph, 4, in));
  list = mote_fb_vector(&fb, at[3], NULL, 1, 4, 4);
  mote_fb_point(&fb, list, mote_fb_table(&fb, model, 0, NULL));
  list = mote_fb_vector(&fb, in[0], NULL, 1, 4, 4);
  hostile_write_tensor(&fb, list, &h.t[0]);
  list = mote_fb_vector(&fb, in[3], NULL, OPS, 4, 4);
  size_t one = mote_fb_table(&fb, op, 2, at);
  for (size_t i = 0; i < OPS; i++) mote_fb_point(&fb, list + 4 * i, one);
  mote_fb_vector(&fb, at[1], NULL, INDICES, 4, 4);
  assert_int_equal(fb.rc, 0);
  assert_true(judge(&row, &b));
  mote_buf_free(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(unchanged_it_runs), cmocka_unit_test(convolution),
      cmocka_unit_test(other_operators), cmocka_unit_test(states),
      cmocka_unit_test(bare_operators), cmocka_unit_test(short_files),
      cmocka_unit_test(claims)};
  for (int i = 0; i < 2; i++) memory[i] = plan_memory();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
