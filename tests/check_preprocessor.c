/* check_preprocessor.c - the preprocessor: lines, defines, macros, conditions, captures; how deep and how large they get.
 *
 * Expected values follow from DynASM's documentation and behaviour.
 */
#include "seen.h"
#include "suite.h"

/* ---- conditions ------------------------------------------------------------------------------------ */

/* '1' true, '0' false, '!' an error. What Lua 5.1 says, but any zero is false. */
static const struct { const char *condition; char result; } conditions[] = {
  {"1", '1'}, {"0", '0'}, {"0.0", '0'}, {"-0", '0'}, {"nil", '0'}, {"false", '0'}, {"true", '1'},
  {"X", '0'}, {"not X", '1'}, {"\"\"", '1'}, {"\"0\"", '1'}, {"'a'", '1'}, {"0x10 == 16", '1'},
  {"1e1 == 10", '1'}, {"1.5 > 1", '1'}, {".5 == 0.5", '1'},
  {"not X == 16", '0'}, /* (not X) == 16 */
  {"not (X == 16)", '1'}, {"not not 0", '1'}, /* 0 is true for the operators */
  {"0 and 1", '1'}, {"1 and 0", '0'}, {"nil and 1", '0'}, {"nil or 1", '1'}, {"0 or 1", '0'},
  {"1 or X + 1", '1'}, {"nil and X + 1", '0'}, {"1 == 1 and 2 == 2", '1'},
  {"nil or false and 1 or 1", '1'}, /* and before or */
  {"1 < 2", '1'}, {"2 <= 2", '1'}, {"2 < 2", '0'}, {"3 > 2", '1'}, {"2 >= 3", '0'}, {"1 ~= 2", '1'},
  {"'a' < 'b'", '1'}, {"'b' < 'abc'", '0'}, {"'ab' >= 'a'", '1'}, {"'a' == \"a\"", '1'}, {"'1' == 1", '0'},
  {"nil == X", '1'}, {"nil == false", '0'}, {"1 == 1 == true", '1'}, {"true == not false", '1'},
  {"1 + 2 * 3 == 7", '1'}, {"(1 + 2) * 3 == 9", '1'}, {"7 - 2 - 1 == 4", '1'}, {"8 / 2 / 2 == 2", '1'},
  {"7 % 3 == 1", '1'}, {"-7 % 3 == 2", '1'}, {"7 % -3 == -2", '1'}, {"1 / 2 == 0.5", '1'},
  {"- - 1 == 1", '1'}, {"2 - -1 == 3", '1'}, {"1 < 2 + 3", '1'}, {"'10' + 1 == 11", '1'},
  {"1/0 > 1", '1'}, {"0/0 == 0/0", '0'}, {"1 -- a comment", '1'}, {"( ( 1 ) )", '1'},
  {"X + 1", '!'}, {"1 + nil", '!'}, {"-X", '!'}, {"true + 1", '!'}, {"'a' + 1", '!'}, {"X < 1", '!'},
  {"1 < 'a'", '!'}, {"true < false", '!'}, {"X and", '!'}, {"1 2", '!'}, {")", '!'}, {"()", '!'}, {"1 = 1", '!'},
  {"1 != 2", '!'}, {"'a", '!'}, {"f(1)", '!'}, {"1 +", '!'}, {"and 1", '!'}, {"1x", '!'}, {"#X", '!'},
  {"nil and X +", '!'}, /* the syntax is checked all the same */
};

START_TEST(condition)
{
  static struct seen seen;
  char text[256];
  bool ok;

  snprintf(text, sizeof(text), "|.arch x64\n|.if %s\n||1\n|.else\n||0\n|.endif\n", conditions[_i].condition);
  ok = translate(&seen, text);
  ck_assert_msg(ok == (conditions[_i].result != '!'), "%s", conditions[_i].condition);
  if (ok)
    ck_assert_msg(strcmp(seen.text, conditions[_i].result == '1' ? "C:1;" : "C:0;") == 0, "%s: %s",
                  conditions[_i].condition, seen.text);
}
END_TEST

/* ---- the preprocessor ----------------------------------------------------------------------------------- */

/* text: behind "|.arch x64\n". seen NULL: it has an error, and a message contains `error`. */
static const struct { const char *name, *text, *seen, *error; } rows[] = {
  /* lines and statements */
  {"plain C", "a | b\n  c\n", "C:a | b;C:  c;", NULL},
  {"C in a macro line", "|| x(1, 2); // y; z\n", "C: x(1, 2); // y; z;", NULL},
  {"indent", " \t| .dword x\n", "x;", NULL},
  {"statements", "| .dword x; .dword y;; .dword z ;\n", "x;y;z;", NULL},
  {"; in quotes", "| .dword x+';'; .dword y\n", "x+';';y;", NULL},
  {"open quote", "| .dword x+'y\n", NULL, "this quote is not closed"},
  {"quote in a word", "| .dword 1'000; .dword x // don't\n", "1'000;x;", NULL},
  {"comment", "| .dword x+/* y\n", NULL, "this comment does not end in the operand"},
  {"; in brackets", "| .dword f(a;b)\n", NULL, "unbalanced '('"},
  {"tabs", "\t|\t.dword\tx\t;\t.dword y\t\n", "x;y;", NULL},
  {"comment", "| .dword x // .dword y; .dword z\n", "x;", NULL},
  {"comment in a string", "| .dword \"a//b\"\n", "\"a//b\";", NULL},
  {"C comment is text", "| .dword /* c */ x\n", "/* c */ x;", NULL},
  {"blank", "|\n| \n|;\n|//\n", "", NULL},
  {"no final newline", "| .dword x", "x;", NULL},
  {"CRLF", "| .dword x\r\n|\r\n| .dword y\r\n", "x;y;", NULL},
  {"brackets hold commas", "|.macro m, p, q, r\n|| p q r\n|.endmacro\n| m f(a, b), g[c, d], h{e, i}\n", "C: f(a, b) g[c, d] h{e, i};", NULL},
  {"quotes, too", "| .dword \"a, b\", ',', '\\''\n", "\"a, b\";',';'\\'';", NULL},
  {"open bracket", "| .dword f(a\n", NULL, "unbalanced '('"},
  {"closed bracket", "| .dword a]\n", NULL, "unbalanced ']'"},
  {"wrong bracket", "| .dword (a]\n", NULL, "unbalanced ']'"},
  {"16 operands", "| .dword a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p\n", "a;b;c;d;e;f;g;h;i;j;k;l;m;n;o;p;", NULL},
  {"17 operands", "| .dword a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q\n", NULL, "more than 16"},
  {"case", "| NOP\n", NULL, "unknown statement 'NOP'"},
  {"label", "|=>x+1:\n| .dword y\n", "x+1;y;", NULL},
  {"label with blanks", "| =>x : \n", "x;", NULL},
  {"label before a statement", "|1: .dword x; ->a: .dword y; =>z: .dword w\n", "x;y;z;w;", NULL},
  {"conditional label", "|=>a ? b : c:\n", "a ? b : c;", NULL},
  {"scoped label", "|=>N::x: .dword y\n", "N::x;y;", NULL},
  {"label set to an address", "|.label =>x, &y\n|.label 1, &z\n", "x;y;z;", NULL},
  {"no label", "|10:\n", NULL, "bad label"},
  {"space", "|.space n+1\n|.space 4, 0x90\n", "n+1;", NULL},

  /* defines */
  {"define", "|.define A, x\n| .dword A, AA, A+A\n", "x;AA;x+x;", NULL},
  {"define is 1", "|.define A\n|| A;\n", "C: 1;;", NULL},
  {"define of a list", "|.define A, [a, b]\n|| A\n", "C: [a, b];", NULL},
  {"defines of defines", "|.define A, B\n|.define B, C+C\n|.define C, x\n| .dword A\n", "x+x;", NULL},
  {"not in C", "|.define A, x\nA\n", "C:A;", NULL},
  {"in strings of C lines", "|.define A, x\n|| f(\"A\", \"AB\");\n", "C: f(\"x\", \"AB\");;", NULL},
  {"define of a label", "|.define L, <9\n|9:\n| jmp L\n", "", NULL},
  {"define of a typed register", "|.type TAB, struct tab\n|.define ARG, TAB:rdi\n| mov eax, ARG->x\n", "Dt1(->x);", NULL},
  {"used before", "| .dword A\n|.define A, x\n", "A;", NULL},
  {"again", "|.define A, 1\n|.define A, 2\n", NULL, "'A' is defined already"},
  {"through another name", "|.define A, B\n|.define A, x\n| .dword A\n", "x;", NULL},
  {"a register", "|.define rax, x\n", NULL, "is a register"},
  {"not a name", "|.define 1x, y\n", NULL, "is not a name"},
  {"recursive", "|.define A, A\n| .dword A\n", NULL, "recursive define"},
  {"mutual", "|.define A, B\n|.define B, A\n| .dword A\n", NULL, "recursive define"},
  {"growing", "|.define A, A A A A\n| .dword A\n", NULL, "statement is longer"},
  {"hash", "|.type T, struct t\n| .dword #T, #U, T#T, ##T\n", "sizeof(struct t);#U;Tsizeof(struct t);#sizeof(struct t);", NULL},

  /* macros */
  {"macro", "|.macro m, a, b\n| .dword b, a\n|| c(a);\n|.endmacro\n| m x, y\n", "y;x;C: c(x);;", NULL},
  {"macro without parameters", "|.macro m\n| .dword x\n|.endmacro\n| m\n| m\n", "x;x;", NULL},
  {"end on the same line", "|.macro m, a; .dword a; .endmacro\n| m x\n", "x;", NULL},
  {"overloaded by count", "|.macro m\n| .dword n\n|.endmacro\n|.macro m, a\n| .dword a, one\n|.endmacro\n| m\n| m x\n",
   "n;x;one;", NULL},
  {"no such count", "|.macro m\n|.endmacro\n| m x\n", NULL, "no form with 1 parameter"},
  {"same count twice", "|.macro m\n|.endmacro\n|.macro m\n|.endmacro\n", NULL, "exists already"},
  {"mnemonic, other count", "|.macro mov, a\n| .dword a\n|.endmacro\n| mov x\n| mov eax, y\n", "x;y;", NULL},
  {"mnemonic, same count", "|.macro mov, a, b\n|.endmacro\n", NULL, "exists already"},
  {"names with dots", "|.macro .m.n\n| .dword x\n|.endmacro\n|.macro .\n| .dword y\n|.endmacro\n| .m.n\n| .\n", "x;y;", NULL},
  {"bad name", "|.macro m-n\n|.endmacro\n", NULL, "bad macro name"},
  {"bad parameter", "|.macro m, 1\n|.endmacro\n", NULL, "bad macro parameter"},
  {"15 parameters", "|.macro m,a,b,c,d,e,f,g,h,i,j,k,l,m,n,o\n| .dword a, o\n|.endmacro\n| m A,B,C,D,E,F,G,H,I,J,K,L,M,N,O\n",
   "A;O;", NULL},
  {"mnemonic as argument", "|.macro m, op\n| op x\n|.endmacro\n| m .dword\n", "x;", NULL},
  {"macro as argument", "|.macro in\n| .dword x\n|.endmacro\n|.macro m, op\n| op\n|.endmacro\n| m in\n", "x;", NULL},
  {"argument with commas", "|.macro m, a\n|| a\n|.endmacro\n| m [b, c]\n", "C: [b, c];", NULL},
  {"register as argument of a C line", "|.macro m, r\n|| c(r);\n|.endmacro\n| m eax\n", "C: c(eax);;", NULL},
  {"empty arguments", "|.macro m, a, b\n|| <a|b>\n|.endmacro\n| m , x\n", NULL, "no form with 1 parameter"},
  {"empty second argument", "|.macro m, a, b\n|| <a|b>\n|.endmacro\n| m x,\n", "C: <x|>;", NULL},
  {"parameters before defines", "|.define a, d\n|.macro m, b\n| .dword a, b\n|.endmacro\n| m a\n", "d;d;", NULL},
  {"define after the macro", "|.macro m\n| .dword A\n|.endmacro\n|.define A, x\n| m\n", "x;", NULL},
  {"paste", "|.macro m, a\n| .dword a..1, x .. a .. y\n|->l_..a:\n|| a..b\n|.endmacro\n| m p\n", "p1;xpy;C: pb;", NULL},
  {"pasted define", "|.define xy, z\n|.macro m, a\n| .dword a..y\n|.endmacro\n| m x\n", "z;", NULL},
  {"three dots", "|.macro m\n|| f(a...);\n|.endmacro\n| m\n", "C: f(a.);;", NULL},
  {"no paste outside", "|| a..b\n", "C: a..b;", NULL},
  {"C in a definition", "|.macro m\nx\n|| y\n|.endmacro\nz\n| m\n", "C:x;C:z;C: y;", NULL},
  {"pasted register", "|.macro m, r\n| mov r..cx, n\n|.endmacro\n| m e\n", "n;", NULL},
  {"definitions do not nest", "|.macro o\n|.macro i\n| .dword x\n|.endmacro\n| o\n|.endmacro\n| i\n", "x;", NULL},
  {"recursion", "|.macro m\n| m\n|.endmacro\n| m\n", NULL, "recursive macro"},
  {"mutual recursion", "|.macro m\n| n\n|.endmacro\n|.macro n\n| m\n|.endmacro\n| m\n", NULL, "recursive macro"},
  {"overload is no recursion", "|.macro m, a\n| m\n|.endmacro\n|.macro m\n| .dword x\n|.endmacro\n| m y\n", "x;", NULL},
  {".endmacro alone", "|.endmacro\n", NULL, ".endmacro without .macro"},
  {"unfinished", "|.macro m\n", NULL, "unfinished .macro"},
  {".if in a macro", "|.macro m, a\n|.if a\n| .dword y\n|.else\n| .dword n\n|.endif\n|.endmacro\n| m 1\n| m 0\n", "y;n;", NULL},
  {"macro opens an .if", "|.macro m\n|.if 0\n|.endmacro\n| m\n| .dword x\n|.endif\n| .dword y\n", "y;", NULL},
  {"macro does not close a skipping .if", "|.macro m\n|.endif\n|.endmacro\n|.if 0\n| m\n| .dword x\n|.endif\n| .dword y\n", "y;", NULL},
  {"macro closes a taken .if", "|.macro m\n|.endif\n|.endmacro\n|.if 1\n| m\n| .dword y\n", "y;", NULL},

  /* conditions */
  {"branches", "|.if 0\n|| a\n|.elif 1\n|| b\n|.elif 1\n|| c\n|.else\n|| d\n|.endif\n", "C: b;", NULL},
  {"elif behind a taken branch", "|.if 1\n|.elif 1 + nil\n|.endif\n", "", NULL},
  {"plain C is not skipped", "|.if 0\nx\n|| y\n|.endif\n", "C:x;", NULL},
  {"skipped text is not parsed", "|.if 0\n| ( [ nonsense\n|.if )\n|.endif\n|.endif\n", "", NULL},
  {"nested", "|.if 0\n|.if 1\n|| a\n|.else\n|| b\n|.endif\n|.else\n|| c\n|.endif\n", "C: c;", NULL},
  {"on one line", "|.if 0; .dword x; .else; .dword y; .endif\n", "y;", NULL},
  {"defines in conditions", "|.define A, 2\n|.if A == 2 and not B\n|| a\n|.endif\n", "C: a;", NULL},
  {"no .endif", "|.if 1\n", NULL, ".if without .endif"},
  {"no .if", "|.endif\n", NULL, ".endif without .if"},
  {".else twice", "|.if 1\n|.else\n|.else\n|.endif\n", NULL, ".else after .else"},
  {".elif after .else", "|.if 1\n|.else\n|.elif 1\n|.endif\n", NULL, ".elif after .else"},

  /* captures, sections, the rest */
  {"capture not dumped", "|.capture c\n|.endcapture\n", NULL, "missing .dumpcapture"},
  {"dumped before", "|.dumpcapture c\n|.capture c\n|.endcapture\n", "", NULL},
  {"unknown capture", "|.dumpcapture c\n", "", NULL},
  {"nested captures", "|.capture c\n|.capture d\n|.endcapture\n|.dumpcapture c\n", NULL, "already capturing"},
  {"capture dumped into another", "|.capture c\n|.dumpcapture d\n|.endcapture\n|.capture d\n|.endcapture\n|.dumpcapture c\n", "", NULL},
  {"capture dumped into itself", "|.capture c\n|.dumpcapture c\n|.endcapture\n", NULL, "dumped into itself"},
  {"unfinished capture", "|.dumpcapture c\n|.capture c\n", NULL, "unfinished .capture"},
  {"capture name", "|.capture 1\n", NULL, "bad capture name"},
  {"sections", "|.section a, b\n|.b\n|.dword x\n|.a\n", "x;", NULL},
  {"section twice", "|.section a\n|.section b\n", NULL, "duplicate section"},
  {"section of the same name", "|.section a, a\n", NULL, "duplicate section"},
  {"section like a directive", "|.section if\n", NULL, "bad section name"},
  {"section like data", "|.section byte\n", NULL, "bad section name"},
  {"unknown section", "|.section a\n|.b\n", NULL, "unknown statement '.b'"},
  {"type twice", "|.type T, int\n|.type T, int\n", NULL, "duplicate type"},
  {"type without C type", "|.type T\n", NULL, "wrong number of operands"},
  {"type with a bad register", "|.type T, int, rox\n", NULL, "bad base register"},
  {".nop", "|.nop (a), b, c\n", "", NULL},
  {".error", "|.error a, b\n", NULL, "a, b"},
  {"duplicate .arch", "|.arch x64\n", NULL, "duplicate .arch"},
};

START_TEST(preprocessor)
{
  static struct seen seen;
  char text[1024];
  bool ok;

  snprintf(text, sizeof(text), "|.arch x64\n%s", rows[_i].text);
  ok = translate(&seen, text);
  if (rows[_i].seen) {
    ck_assert_msg(ok, "%s: %s", rows[_i].name, seen.messages);
    ck_assert_msg(strcmp(seen.text, rows[_i].seen) == 0, "%s: \"%s\"", rows[_i].name, seen.text);
  } else {
    ck_assert_msg(!ok, "%s: no error, \"%s\"", rows[_i].name, seen.text);
    ck_assert_msg(strstr(seen.messages, rows[_i].error) != NULL, "%s: \"%s\"", rows[_i].name, seen.messages);
  }
}
END_TEST

START_TEST(before_arch)
{
  static struct seen seen;

  ck_assert(translate(&seen, "int x;\n|| y\n|.if 1\n|.arch x64\n|.endif\n"));
  ck_assert(!translate(&seen, "|.define A\n|.arch x64\n"));
  ck_assert_ptr_nonnull(strstr(seen.messages, "the first statement must be .arch"));
  ck_assert(!translate(&seen, "|.arch none\n"));
  ck_assert_ptr_nonnull(strstr(seen.messages, "unknown architecture 'none'"));
  ck_assert(!translate(&seen, "int x;\n"));
  ck_assert_ptr_nonnull(strstr(seen.messages, "no .arch"));
}
END_TEST

/* ---- depth, size ------------------------------------------------------------------------------------------ */

/* Macros m0 ... each calling the next. */
static bool nest_macros(struct seen *seen, int n)
{
  strcpy(big, "|.arch x64\n");
  for (int i = 0; i < n; i++)
    append("|.macro m%d\n| m%d\n|.endmacro\n", i);
  append("|.macro m%d\n| .dword x\n|.endmacro\n| m0\n", n);
  return translate(seen, big);
}

START_TEST(nesting)
{
  static struct seen seen;

  ck_assert(nest_macros(&seen, 150));
  ck_assert_str_eq(seen.text, "x;");
  ck_assert(!nest_macros(&seen, 2000));
  ck_assert_ptr_nonnull(strstr(seen.messages, "macros nest too deeply"));

  strcpy(big, "|.arch x64\n");
  for (int i = 0; i < 2000; i++)
    append("|.if 1\n", i);
  append("|| x\n", 0);
  for (int i = 0; i < 2000; i++)
    append("|.endif\n", i);
  ck_assert(translate(&seen, big));
  ck_assert_str_eq(seen.text, "C: x;");
}
END_TEST

/* A chain of 99 defines is fine, one of 100 is taken for a recursive one (as in DynASM). */
START_TEST(define_chain)
{
  static struct seen seen;

  for (int n = 99; n <= 100; n++) {
    strcpy(big, "|.arch x64\n");
    for (int i = 0; i < n; i++)
      append("|.define A%d, A%d\n", i);
    append("| .dword A0\n", 0);
    if (n == 99) {
      ck_assert_msg(translate(&seen, big), "%s", seen.messages);
      ck_assert_str_eq(seen.text, "A99;");
    } else {
      ck_assert(!translate(&seen, big));
    }
  }
}
END_TEST

START_TEST(deep_brackets)
{
  static struct seen seen;

  for (int c = 0; c < 3; c++) {
    strcpy(big, c == 2 ? "|.arch x64\n|.if " : "|.arch x64\n| .dword ");
    for (int i = 0; i < 3000; i++)
      append(c == 0 ? "(" : c == 1 ? "([{" : "not ", 0);
    append("\n", 0);
    ck_assert(!translate(&seen, big));
  }
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
  Suite *suite = suite_create("preprocessor");
  TCase *c = tcase_create("preprocessor");

  tcase_set_timeout(c, 60);
  tcase_add_loop_test(c, condition, 0, COUNT(conditions));
  tcase_add_loop_test(c, preprocessor, 0, COUNT(rows));
  tcase_add_test(c, before_arch);
  tcase_add_test(c, nesting);
  tcase_add_test(c, define_chain);
  tcase_add_test(c, deep_brackets);
  suite_add_tcase(suite, c);
  return suite_run(suite);
}
