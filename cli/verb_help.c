/* SPDX-License-Identifier: Apache-2.0
 * `mote help`, the man page and the shell completion, all printed from the verb table;
 * the topics come from cli/help_topics.c. */
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "help.h"
#include "version.h"

static void print_flags(const mote_flag_t *row, FILE *to) {
  for (; row && row->flag; row++) {
    char left[64];
    snprintf(left, sizeof left, "%s%c%s--%s%s%s", row->letter ? "-" : "",
             row->letter ? row->letter : ' ', row->letter ? ", " : "   ", row->flag,
             row->value ? " " : "", row->value ? row->value : "");
    fprintf(to, "  %-28s %s\n", left, row->help);
  }
}

int mote_help_print(const mote_verb_t *verb, FILE *to) {
  fprintf(to, "usage: mote %s %s%s[flags]\n\n%s\n", verb->name, verb->usage,
          verb->usage[0] ? " " : "", verb->summary);
  if (verb->details) {
    fputc('\n', to);
    mote_help_wrap(verb->details, to);
  }
  if (verb->flags && verb->flags->flag) fprintf(to, "\nflags\n");
  print_flags(verb->flags, to);
  fprintf(to, "\nflags of every verb\n");
  print_flags(mote_common_flags, to);
  return MOTE_OK;
}

/* roff: a leading '.' or '\'' would be a request, '-' must be escaped to stay a minus. */
static void man_text(const char *s) {
  for (const char *p = s; *p; p++) {
    if ((p == s || p[-1] == '\n') && (*p == '.' || *p == '\'')) fputs("\\&", stdout);
    if (*p == '-' || *p == '\\') putchar('\\');
    putchar(*p);
  }
}

/* Wrapped here: man must not fill what is laid out as a table. */
static void man_details(const char *text) {
  char *wrapped = NULL;
  size_t n;
  FILE *to = open_memstream(&wrapped, &n);
  if (!to) return;
  mote_help_wrap(text, to);
  fclose(to);
  printf(".PP\n.nf\n");
  man_text(wrapped);
  printf(".fi\n");
  free(wrapped);
}

static void man_flags(const mote_flag_t *row) {
  for (; row && row->flag; row++) {
    printf(".TP\n\\fB\\-\\-%s\\fR%s\\fI%s\\fR\n", row->flag, row->value ? " " : "",
           row->value ? row->value : "");
    man_text(row->help);
    putchar('\n');
  }
}

static const char *const environment[][2] = {
    {"MOTE_THREADS", "Threads to use, as --threads."},
    {"MOTE_TRAIN_ISA",
     "Kernels of the trainer: generic, avx2, avx512, neon or auto. Speed depends on "
     "it, results do not."},
    {"MOTE_RUNTIME", "Folder of the device sources that `mote compile` copies from."},
    {"MOTE_TARGETS", "Folder of the chip files."},
};

static int man_page(void) {
  printf(".TH MOTE 1 \"\" \"mote %s\" \"User Commands\"\n.SH NAME\nmote \\- sensor "
         "recordings in, firmware out\n"
         ".SH SYNOPSIS\n"
         ".B mote\n"
         ".I VERB\n"
         "[arguments] [flags]\n"
         ".SH FLAGS OF EVERY VERB\n",
         MOTE_VERSION);
  man_flags(mote_common_flags);
  printf(".SH VERBS\n");
  for (size_t i = 0; mote_verbs[i]; i++) {
    const mote_verb_t *v = mote_verbs[i];
    printf(".SS mote %s ", v->name);
    man_text(v->usage);
    printf("\n");
    man_text(v->summary);
    printf("\n");
    if (v->details) man_details(v->details);
    man_flags(v->flags);
  }
  printf(".SH EXIT STATUS\n0 ok, 1 failed, 2 wrong usage, 3 part of a batch was refused, "
         "4 a gate broke, 130 interrupted.\n"
         ".SH ENVIRONMENT\n");
  for (size_t i = 0; i < sizeof environment / sizeof *environment; i++) {
    printf(".TP\n.B %s\n", environment[i][0]);
    man_text(environment[i][1]);
    putchar('\n');
  }
  return MOTE_OK;
}

static void completion_words(const mote_flag_t *row) {
  for (; row && row->flag; row++) printf(" --%s", row->flag);
}

static void completion_topics(void) {
  for (size_t i = 0; mote_help_topics[i]; i++) printf(" %s", mote_help_topics[i]->name);
  for (size_t i = 0; mote_verbs[i]; i++) printf(" %s", mote_verbs[i]->name);
}

static int completion(void) {
  printf("# bash completion for mote: source <(mote help --completion)\n_mote() {\n"
         "  local cur=${COMP_WORDS[COMP_CWORD]} words=\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then words='");
  for (size_t i = 0; mote_verbs[i]; i++)
    printf("%s%s", i ? " " : "", mote_verbs[i]->name);
  printf("'\n  else case ${COMP_WORDS[1]} in\n");
  for (size_t i = 0; mote_verbs[i]; i++) {
    printf("    %s) words='", mote_verbs[i]->name);
    if (!strcmp(mote_verbs[i]->name, "help")) completion_topics();
    completion_words(mote_verbs[i]->flags);
    completion_words(mote_common_flags);
    printf("' ;;\n");
  }
  printf("  esac; fi\n  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\n"
         "complete -o default -F _mote mote\n");
  return MOTE_OK;
}

static json_t *flags_json(const mote_flag_t *row) {
  json_t *all = json_array();
  for (; row && row->flag; row++)
    json_array_append_new(all, json_pack("{s:s, s:s?, s:s}", "flag", row->flag, "value",
                                         row->value, "help", row->help));
  return all;
}

static json_t *table_json(void) {
  json_t *all = json_array(), *topics = json_array();
  for (size_t i = 0; mote_verbs[i]; i++) {
    const mote_verb_t *v = mote_verbs[i];
    json_array_append_new(all,
                          json_pack("{s:s, s:s, s:s, s:s?, s:o}", "verb", v->name,
                                    "usage", v->usage, "summary", v->summary, "details",
                                    v->details, "flags", flags_json(v->flags)));
  }
  for (size_t i = 0; mote_help_topics[i]; i++)
    json_array_append_new(topics, json_string(mote_help_topics[i]->name));
  return json_pack("{s:o, s:o, s:o}", "verbs", all, "common_flags",
                   flags_json(mote_common_flags), "topics", topics);
}

static int overview(void) {
  printf("verbs, in the order of the work\n");
  for (size_t i = 0; mote_verbs[i]; i++)
    printf("  %-10s %s\n", mote_verbs[i]->name, mote_verbs[i]->summary);
  printf("\ntopics\n");
  for (size_t i = 0; mote_help_topics[i]; i++)
    printf("  %-10s %s\n", mote_help_topics[i]->name, mote_help_topics[i]->title);
  printf("\n`mote help VERB` and `mote help TOPIC [NAME]` explain one.\n");
  return MOTE_OK;
}

/* ---- docs/reference/verbs.md ---- */

static void markdown_flags(const mote_flag_t *row) {
  if (row && row->flag) printf("\n| flag | meaning |\n|---|---|\n");
  for (; row && row->flag; row++) {
    printf("| ");
    if (row->letter) printf("`-%c`, ", row->letter);
    printf("`--%s%s%s` | %s%s |\n", row->flag, row->value ? " " : "",
           row->value ? row->value : "", row->help,
           row->repeat ? " May be given more than once." : "");
  }
}

static int markdown_verbs(void) {
  printf(
      "# Verbs\n\n"
      "Printed by `mote help --markdown`; do not edit.\n\n"
      "The verbs of `mote` stand in the order of the work. Flags of every verb:\n");
  markdown_flags(mote_common_flags);
  printf("\nExit codes: 0 ok, 1 failed, 2 wrong usage, 3 part of a batch was refused, 4 "
         "a gate broke, 130 interrupted.\n");
  for (size_t i = 0; mote_verbs[i]; i++) {
    const mote_verb_t *v = mote_verbs[i];
    printf("\n## mote %s %s\n\n%s\n", v->name, v->usage, v->summary);
    if (v->details) {
      printf("\n```text\n");
      mote_help_wrap(v->details, stdout);
      printf("```\n");
    }
    markdown_flags(v->flags);
  }
  return MOTE_OK;
}

static int topic_help(const mote_args_t *args, const mote_help_topic_t *t) {
  if (mote_flag(args, "markdown")) return mote_help_markdown(t, stdout);
  if (!mote_json_wanted(args)) return mote_help_text(t, mote_arg(args, 1), stdout);
  json_t *j = NULL;
  MOTE_TRY(mote_help_json(t, &j));
  return mote_print_json(j);
}

static int run(const mote_args_t *args) {
  const char *name = mote_arg(args, 0);
  const mote_help_topic_t *topic = mote_help_topic(name);
  if (mote_flag(args, "man")) return man_page();
  if (mote_flag(args, "completion")) return completion();
  if (topic) return topic_help(args, topic);
  if (mote_flag(args, "markdown") && !name) return markdown_verbs();
  if (mote_json_wanted(args) && !name) return mote_print_json(table_json());
  for (size_t i = 0; name && mote_verbs[i]; i++)
    if (!strcmp(mote_verbs[i]->name, name)) return mote_help_print(mote_verbs[i], stdout);
  return name ? mote_fail(MOTE_ERR_USAGE,
                          "\"%s\" is neither a verb nor a topic; `mote help` lists both",
                          name)
              : overview();
}

static const mote_flag_t flags[] = {
    {"man", 0, NULL, "Print the man page (roff): mote help --man | man -l -", 0},
    {"completion", 0, NULL, "Print bash completion: source <(mote help --completion)", 0},
    {"markdown", 0, NULL, "Print the verbs or the topic as a page of docs/reference.", 0},
    {NULL, 0, NULL, NULL, 0},
};

const mote_verb_t mote_verb_help = {
    .name = "help",
    .usage = "[VERB | TOPIC [NAME]]",
    .summary = "Explain the verbs, and what can stand in impulse.json.",
    .details =
        "Topics: blocks, layers, learners, training, operators, formats, templates,\n"
        "chips. `mote help blocks mfcc` tells the parameters of one block.",
    .flags = flags,
    .run = run};
