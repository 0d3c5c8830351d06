/* SPDX-License-Identifier: Apache-2.0
 * English words that are no commands: the first ones unlike usual keywords, the later
 * ones close to them. Words that sound the same as one ("know") have no place here. */
#include "synth/synth.h"

const char *const mote_synth_words[] = {
    "house",  "seven",  "happy",   "water",  "marvin", "bird",  "eight",  "music",
    "window", "nine",   "sheila",  "garden", "three",  "paper", "orange", "dog",
    "coffee", "five",   "morning", "light",  "button", "cat",   "people", "wow",
    "six",    "number", "summer",  "bed",    "zero",   "table", "river",  "apple",
    "market", "yellow", "purple",  "monkey", "doctor", "four",  "tree",   "thunder",
    "simple", "one",    "two",     "top",    "girl",   "door",  "shop",   "step",
    "yet",    "less",   "guess",   "snow",   "note",   "nose",  "stone",  "stock",
    "gold",   "goat",   NULL};
