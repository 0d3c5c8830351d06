/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOTE_CLI_VERSION_H
#define MOTE_CLI_VERSION_H
#define MOTE_VERSION "0.1.0"
#endif
