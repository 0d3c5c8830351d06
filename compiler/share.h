/* SPDX-License-Identifier: Apache-2.0
 * Files that travel with the program: the device sources and the chip files. */
#ifndef MOTE_SHARE_H
#define MOTE_SHARE_H

/* The folder that the environment variable `env` names, else ../share/mote/<name> seen
 * from the program (an installed mote), else `source` (the tree it was built from). Valid
 * until this thread asks again. */
const char *mote_share_folder(const char *env, const char *name, const char *source);

#endif
