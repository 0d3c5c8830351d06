/* SPDX-License-Identifier: Apache-2.0
 * Signatures of acquisition messages: HMAC-SHA256 over the bytes as they were received,
 * the 64 signature characters replaced by '0'. Nothing is ever written anew to be
 * verified. */
#ifndef MOTE_FORMATS_ACQ_SIGN_H
#define MOTE_FORMATS_ACQ_SIGN_H

#include "formats/recording.h"

#define MOTE_ACQ_SIGNATURE 64 /* characters */

/* Checks `signature` (as it was read from the message p) against every key, as ASCII and,
 * when it looks like that, as hexadecimal bytes. alg "none", no signature and one of
 * zeros only (a client without cryptography) are MOTE_SIGNATURE_NONE. Never fails but for
 * memory. */
int mote_acq_verify(const uint8_t *p, size_t n, int cbor, const char *alg,
                    const char *signature, const mote_parse_options_t *opt,
                    mote_signature_t *out);
/* Signs p in place: the 64 characters at `at` must be '0' and become the signature. */
void mote_acq_sign(uint8_t *p, size_t n, size_t at, const char *key);

#endif
