#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The DSP blocks keep their instruction targets, whatever flags this build has.
set -u
exec bash "$(dirname "$0")/../tools/dsp_instructions.sh"
