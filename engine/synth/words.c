/* SPDX-License-Identifier: Apache-2.0
 * Words that are no commands, some of them close to usual ones. */
#include "synth/synth.h"

const char *const mote_synth_words[] = {
    "bed",    "bird",   "cat",   "dog",    "eight",  "five",   "four",   "happy", "house",
    "marvin", "nine",   "one",   "seven",  "sheila", "six",    "three",  "tree",  "two",
    "wow",    "zero",   "stock", "stone",  "step",   "shop",   "top",    "goat",  "gold",
    "girl",   "door",   "snow",  "know",   "note",   "nose",   "yet",    "yesterday", "less",
    "guess",  "water",  "apple", "music",  "paper",  "window", "garden", "orange", "morning",
    "coffee", "button", "light", "people", "number", "summer", "table",  "river", "simple",
    "thunder", "market", "yellow", "purple", "monkey", "doctor", NULL};
