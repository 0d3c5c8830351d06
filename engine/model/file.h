/* SPDX-License-Identifier: Apache-2.0
 * Model files: one row per format in engine/model/file.c. */
#ifndef MOTE_MODEL_FILE_H
#define MOTE_MODEL_FILE_H

#include "model/graph.h"

#define MOTE_MODEL_BYTES_MAX ((size_t)512 << 20)

/* Reads a .mote, .tflite or .onnx file; the content says which it is. Messages begin with
 * the path. */
int mote_model_load(const char *path, mote_graph_t **out);
/* The same for bytes in memory. */
int mote_model_read(const uint8_t *p, size_t n, mote_graph_t **out);
/* Writes the format that the ending of the path names, whole or not at all. */
int mote_model_save(const mote_graph_t *g, const char *path);

#endif
