/* SPDX-License-Identifier: Apache-2.0
 * JSON written as JSON in a C file. */
#ifndef MOTE_DATASET_TEMPLATE_H
#define MOTE_DATASET_TEMPLATE_H

#include "dataset/project.h"

#define MOTE_JSON(...) #__VA_ARGS__

#endif
