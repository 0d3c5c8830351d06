/* SPDX-License-Identifier: Apache-2.0 */
#include "model/file.h"

#include <string.h>

#include "base/file.h"
#include "formats/onnx.h"
#include "formats/tflite.h"
#include "model/from_onnx.h"
#include "model/from_tflite.h"
#include "model/to_onnx.h"
#include "model/to_tflite.h"

typedef struct {
  const char *ending; /* ".tflite" */
  int (*sniff)(const uint8_t *p, size_t n);
  int (*read)(const uint8_t *p, size_t n, mote_graph_t **out);
  int (*write)(const mote_graph_t *g, mote_buf_t *out);
} format_t;

/* The container begins with the length of a JSON header. */
static int sniff_container(const uint8_t *p, size_t n) { return n > 8 && p[8] == '{'; }

static const format_t formats[] = {
    {".tflite", mote_tflite_sniff, mote_graph_from_tflite, mote_graph_to_tflite},
    {".mote", sniff_container, mote_graph_read, mote_graph_write},
    /* An .onnx file has no mark: it is what is left. */
    {".onnx", mote_onnx_sniff, mote_graph_from_onnx, mote_graph_to_onnx}};
#define FORMATS (sizeof formats / sizeof formats[0])

int mote_model_read(const uint8_t *p, size_t n, mote_graph_t **out) {
  for (size_t i = 0; i < FORMATS; i++)
    if (formats[i].sniff(p, n)) return formats[i].read(p, n, out);
  return mote_fail(MOTE_ERR_FORMAT,
                   "not a model that mote reads: .tflite, .onnx or .mote");
}

int mote_model_load(const char *path, mote_graph_t **out) {
  mote_buf_t file = {0};
  *out = NULL;
  int rc = mote_file_read(path, MOTE_MODEL_BYTES_MAX, &file);
  if (rc >= 0) {
    rc = mote_model_read(file.p, file.n, out);
    if (rc < 0) rc = mote_context(rc, "%s", path);
  }
  mote_buf_free(&file);
  return rc;
}

static int has_ending(const char *path, const char *ending) {
  size_t n = strlen(path), k = strlen(ending);
  return n > k && !strcmp(path + n - k, ending);
}

int mote_model_save(const mote_graph_t *g, const char *path) {
  for (size_t i = 0; i < FORMATS; i++) {
    if (!has_ending(path, formats[i].ending)) continue;
    mote_buf_t out = {0};
    int rc = formats[i].write(g, &out);
    if (rc >= 0) rc = mote_file_write(path, out.p, out.n);
    mote_buf_free(&out);
    return rc < 0 ? mote_context(rc, "%s", path) : rc;
  }
  return mote_fail(MOTE_ERR_USAGE, "%s: the ending must be .tflite, .onnx or .mote",
                   path);
}
