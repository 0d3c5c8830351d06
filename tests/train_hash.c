/* SPDX-License-Identifier: Apache-2.0
 * Prints the model hashes of the scenarios: test_determinism_compilers.sh builds this
 * with several compilers and flags and compares what they print. */
#include "train_scenario.h"

int main(void) {
  for (size_t i = 0; i < N_SCENARIOS; i++) {
    char hex[65];
    scenario_hash(&scenarios[i], hex);
    printf("%s %s\n", scenarios[i].name, hex);
  }
  return 0;
}
