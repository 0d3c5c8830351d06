/* SPDX-License-Identifier: Apache-2.0 */
#include "target.h"

#include <string.h>

int mote_target_flag(const mote_args_t *args, const char *designed, mote_target_t **out) {
  const char *chip = mote_flag(args, "target");
  if (!chip) chip = designed;
  return mote_target_load(chip ? chip : "cortex-m4f-80mhz", out);
}

int mote_prefer_flag(const mote_args_t *args, mote_prefer_t *out) {
  const char *s = mote_flag(args, "prefer");
  static const char *const names[] = {"speed", "flash", "ram"};
  *out = MOTE_PREFER_SPEED;
  for (int i = 0; s && i < 3; i++)
    if (!strcmp(s, names[i])) *out = (mote_prefer_t)i, s = NULL;
  return s ? mote_fail(MOTE_ERR_USAGE, "--prefer %s: choose speed, flash or ram", s)
           : MOTE_OK;
}
