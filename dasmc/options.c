/* options.c - the command line of dasmc: all options of DynASM's translator, and a few more.
 *
 * -MD, -MF FILE and -MT TARGET are spelt as compilers spell them, although -M is --maccomment: for
 * getopt_long() it is an option that may have a value. Words come in their order (the "-" that the
 * short options begin with), so that each is what the one before makes it.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "catalog.h"
#include "options.h"

enum { OPT_DIALECT = 256, OPT_EXPLAIN, OPT_LANGUAGE, OPT_LIST, OPT_MAX_ERRORS, OPT_LINES, OPT_TEXTS };

static const char short_options[] = "-ho:I:cCNM::LFD:U:PA:Vm:";

static const struct option long_options[] = {
  {"help", no_argument, NULL, 'h'},
  {"version", no_argument, NULL, 'V'},
  {"outfile", required_argument, NULL, 'o'},
  {"include", required_argument, NULL, 'I'},
  {"ccomment", no_argument, NULL, 'c'},
  {"cppcomment", no_argument, NULL, 'C'},
  {"nocomment", no_argument, NULL, 'N'},
  {"maccomment", no_argument, NULL, 'M'},
  {"nolineno", no_argument, NULL, 'L'},
  {"flushline", no_argument, NULL, 'F'},
  {"dumpdef", no_argument, NULL, 'P'},
  {"dumparch", required_argument, NULL, 'A'},
  {"list", required_argument, NULL, OPT_LIST},
  {"explain", required_argument, NULL, OPT_EXPLAIN},
  {"features", required_argument, NULL, 'm'},
  {"dialect", required_argument, NULL, OPT_DIALECT},
  {"language", required_argument, NULL, OPT_LANGUAGE},
  {"max-errors", required_argument, NULL, OPT_MAX_ERRORS},
  {"lines", required_argument, NULL, OPT_LINES},
  {"texts", required_argument, NULL, OPT_TEXTS},
  {NULL, 0, NULL, 0},
};

void options_help(FILE *out)
{
  fputs("Usage: dasmc [OPTION]... FILE.dasc\n"
        "Translate C with assembler lines to C. FILE may be -, for standard input.\n"
        "\n"
        "Output:\n"
        "  -o, --outfile FILE       write to FILE (default: standard output)\n"
        "  -c, --ccomment           show assembler lines in /* */ comments\n"
        "  -C, --cppcomment         show assembler lines in // comments (default)\n"
        "  -N, --nocomment          do not show assembler lines\n"
        "  -M, --maccomment         show what macros expand to, too\n"
        "  -L, --nolineno           write no #line\n"
        "  -F, --flushline          one dasm_put() for each line\n"
        "      --lines=no           the list names no source lines (default: yes)\n"
        "      --texts=yes          the list has the statements, for messages (default: no)\n"
        "  -MD                      write a make rule that names all files read to OUT.d\n"
        "  -MF FILE                 write that rule to FILE\n"
        "  -MT TARGET               the rule's target (default: the output file)\n"
        "\n"
        "Input:\n"
        "  -D NAME[=TEXT]           define NAME as TEXT, or as 1\n"
        "  -U NAME                  forget the define NAME\n"
        "  -I, --include DIR        search DIR for included files; the last -I comes first\n"
        "  -m, --features LIST      allow only these features, as in -m sse2,avx;\n"
        "                           native: the features of this machine's processor\n"
        "      --dialect DIALECT    read text as this version of DynASM does (1.0 to 1.5; default 1.5;\n"
        "                           1.5-2021: until the end of 2023); 'libdasm': as the processor's manual says\n"
        "      --language LANGUAGE  FILE is python or lua with assembler lines, instead of C\n"
        "      --max-errors N       stop after N errors (default: report all)\n"
        "\n"
        "Information:\n"
        "  -P, --dumpdef            list defines, macros, types and labels; -PP lists bodies, too\n"
        "  -A, --dumparch ARCH      list the forms of ARCH's instructions, or of those that are named after it\n"
        "      --list WHAT          with -A, list registers, directives or features instead; without it,\n"
        "                           list isas (the names for -A and .arch) or messages\n"
        "      --explain ID         explain the message that ends with [ID]\n"
        "  -h, --help               this text\n"
        "  -V, --version            the version\n"
        "\n"
        "Exit status: 0 no error; 1 errors in the input, no output was written; 2 wrong usage,\n"
        "or a file cannot be written.\n",
        out);
}

/* 1.5: 10500. 0: not one of those in the manual. */
static int parse_dialect(const char *text)
{
  if (strcmp(text, "libdasm") == 0)
    return DIALECT_LIBDASM;
  if (strcmp(text, "1.5-2021") == 0)
    return DIALECT_1_5_2021;
  if (text[0] == '1' && text[1] == '.' && text[2] >= '0' && text[2] <= '5' && text[3] == '\0')
    return DIALECT_1_0 + 100 * (text[2] - '0');
  return 0;
}

static bool parse_number(const char *text, unsigned *out)
{
  char *end;
  unsigned long n = strtoul(text, &end, 10);

  if (text[0] < '0' || text[0] > '9' || *end != '\0' || n > 1000000000)
    return false;
  *out = (unsigned)n;
  return true;
}

static bool parse_choice(const char *text, bool *out)
{
  *out = strcmp(text, "yes") == 0;
  return *out || strcmp(text, "no") == 0;
}

static enum action wrong(const char *what, const char *text)
{
  fprintf(stderr, "dasmc: %s%s%s%s\nTry 'dasmc --help'.\n", what, text ? " '" : "", text ? text : "",
          text ? "'" : "");
  return ACTION_USAGE_ERROR;
}

/* -M, or what begins with it in a word of its own: -MD, -MF FILE, -MT TARGET; `rest` is the word
 * behind -M. Any other rest is more options, which getopt_long() then reads as a word. */
static enum action take_m(struct options *O, int argc, char **argv, char *rest)
{
  const char **value = NULL;

  if (rest && rest == argv[optind - 1] + 2) {
    if (strcmp(rest, "D") == 0) {
      O->dependencies = true;
      return ACTION_TRANSLATE;
    }
    value = rest[0] == 'F' ? &O->dependency_file : rest[0] == 'T' ? &O->dependency_target : NULL;
  }
  if (value) {
    O->dependencies = true;
    *value = rest[1] ? rest + 1 : optind < argc ? argv[optind++] : NULL;
    return *value ? ACTION_TRANSLATE : wrong("-MF and -MT need a value", NULL);
  }
  O->emit.macro_comments = true;
  if (rest) {
    rest[-1] = '-';
    argv[--optind] = rest - 1;
  }
  return ACTION_TRANSLATE;
}

/* A word that is no option. */
static enum action take_name(struct options *O, const char *word)
{
  O->names[O->nnames++] = word;
  return ACTION_TRANSLATE;
}

static enum action take(struct options *O, int c)
{
  switch (c) {
  case 'o': O->output = strcmp(optarg, "-") ? optarg : NULL; break;
  case 'c': O->emit.comment = COMMENT_C; break;
  case 'C': O->emit.comment = COMMENT_CPP; break;
  case 'N': O->emit.comment = COMMENT_NONE; break;
  case 'L': O->emit.no_lines = true; break;
  case 'F': O->front.flush_lines = true; break;
  case 'P': O->dump++; break;
  case 'm': O->front.features = optarg; break;
  case 'D':
  case 'U':
  case 'I': O->setting[O->nsettings++] = (struct setting){(char)c, optarg}; break;
  case 'A': O->arch = optarg; break;
  case 'h': return ACTION_HELP;
  case 'V': return ACTION_VERSION;
  case OPT_DIALECT:
    O->front.dialect = parse_dialect(optarg);
    return O->front.dialect ? ACTION_TRANSLATE : wrong("the dialect is 1.0 to 1.5, 1.5-2021 or libdasm, not", optarg);
  case OPT_LIST:
    O->list = catalog_what(optarg);
    if (O->list < 0)
      return wrong("the lists are isas, forms, registers, directives, features and messages, not", optarg);
    O->lists = true;
    break;
  case OPT_EXPLAIN: O->explain = optarg; break;
  case OPT_LANGUAGE: O->language = optarg; break;
  case OPT_MAX_ERRORS:
    if (!parse_number(optarg, &O->front.max_errors))
      return wrong("bad number of errors", optarg);
    break;
  case OPT_LINES: case OPT_TEXTS:
    if (!parse_choice(optarg, c == OPT_LINES ? &O->front.lines : &O->front.texts))
      return wrong("--lines and --texts are yes or no, not", optarg);
    break;
  default:
    if (optopt == '?')
      return ACTION_HELP; /* -? */
    return wrong("the options are wrong", NULL); /* getopt_long() has said how */
  }
  return ACTION_TRANSLATE;
}

enum action options_parse(struct options *O, int argc, char **argv)
{
  enum action action = ACTION_TRANSLATE;
  int c;

  *O = (struct options){.list = CATALOG_FORMS, .front = {.dialect = 0, .lines = true}, .emit = {.messages = stderr}};
  O->setting = calloc((size_t)argc + 1, sizeof(*O->setting));
  O->names = calloc((size_t)argc + 1, sizeof(*O->names));
  if (!O->setting || !O->names)
    return wrong("out of memory", NULL);
  while (action == ACTION_TRANSLATE && (c = getopt_long(argc, argv, short_options, long_options, NULL)) != -1)
    action = c == 'M' ? take_m(O, argc, argv, optarg) : c == 1 ? take_name(O, optarg) : take(O, c);
  while (action == ACTION_TRANSLATE && optind < argc)
    action = take_name(O, argv[optind++]);
  if (action != ACTION_TRANSLATE)
    return action;
  if (O->explain)
    return ACTION_EXPLAIN;
  if (O->arch || O->lists)
    return ACTION_LIST;
  if (O->nnames > 1)
    return wrong("only one input file is possible, not also", O->names[1]);
  O->input = O->names[0];
  if (!O->input)
    return wrong("an input file is needed", NULL);
  if (O->language && O->front.dialect != 0 && O->front.dialect != DIALECT_LIBDASM)
    return wrong("there is no DynASM for the language", O->language); /* its modules have libdasm's dialect */
  if (O->front.dialect == 0)
    O->front.dialect = O->language ? DIALECT_LIBDASM : DIALECT_1_5;
  if (O->dependencies && !O->dependency_file && !O->output)
    return wrong("-MD needs -o or -MF", NULL);
  return ACTION_TRANSLATE;
}

void options_free(struct options *O)
{
  free(O->setting);
  free(O->names);
}
