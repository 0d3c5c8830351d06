/* SPDX-License-Identifier: Apache-2.0 */
#include "version.h"

#include "verb.h"

static int run(const mote_args_t *args) {
  if (mote_json_wanted(args))
    return mote_print_json(json_pack("{s:s}", "version", MOTE_VERSION));
  mote_say(args, "mote %s\n", MOTE_VERSION);
  return MOTE_OK;
}

const mote_verb_t mote_verb_version = {
    .name = "version", .usage = "", .summary = "Print the version.", .run = run};
