/* SPDX-License-Identifier: Apache-2.0
 * `mote new`: a project folder from a template. */
#include <stdio.h>
#include <string.h>

#include "dataset/project.h"
#include "verb.h"

static int choose_template(const char *name, const mote_template_t **out) {
  char known[200] = "";
  size_t used = 0;
  *out = mote_template_find(name);
  if (*out) return MOTE_OK;
  for (size_t i = 0; mote_templates[i] && used < sizeof known; i++)
    used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                             mote_templates[i]->name);
  return mote_fail(MOTE_ERR_USAGE, "there is no template \"%s\"; choose %s", name, known);
}

static int run(const mote_args_t *args) {
  const char *dir = mote_arg(args, 0), *name = mote_flag(args, "template");
  const mote_template_t *t;
  if (mote_arg_count(args) != 1)
    return mote_fail(MOTE_ERR_USAGE, "name one folder: mote new DIR");
  MOTE_TRY(choose_template(name ? name : "motion", &t));
  MOTE_TRY(mote_project_create(dir, t));
  if (mote_json_wanted(args))
    return mote_print_json(json_pack("{s:s, s:s}", "project", dir, "template", t->name));
  mote_say(args,
           "%s: new project from the template \"%s\" (%s)\n"
           "  impulse.json holds the design; change it with any editor\n"
           "next:\n"
           "  mote add -C %s PATH...     bring recordings in\n"
           "  mote train -C %s           train on them\n",
           dir, t->name, t->summary, dir, dir);
  return MOTE_OK;
}

static const mote_flag_t flags[] = {
    {"template", 't', "NAME",
     "Design to start from: motion (default), audio, vibration or "
     "tabular.",
     0},
    {NULL, 0, NULL, NULL, 0}};

const mote_verb_t mote_verb_new = {
    .name = "new",
    .usage = "DIR",
    .summary = "Make a project folder from a template.",
    .details =
        "Creates DIR with impulse.json, data/ and runs/. DIR must be new or empty.\n\n"
        "Templates: motion (accelerometers and gyroscopes: movements, and K-means for "
        "movements that were never trained), audio (words and sounds), vibration (a "
        "Gaussian mixture of normal running), tabular (one row of numbers per sample). "
        "`mote help templates NAME` prints one.\n\n"
        "impulse.json is the truth: `mote train` reads it, runs/<n> keeps a copy.",
    .flags = flags,
    .run = run};
