/* arm64_pattern.h - the operands column of a row of AArch64, read: pieces, registers, choices. For arm64_lines.c. */
#ifndef ORACLE_ARM64_PATTERN_H
#define ORACLE_ARM64_PATTERN_H

#include "dasmc/isa/isa.h"
#include "dasmc/isa/word.h"
#include "words.h"

enum { MOST_PIECES = 64, MOST_TEXTS = 32, MOST_CHOICES = 5, MOST_REGISTERS = 8, WORD = 24 };

enum kind { PIECE_TEXT, PIECE_REGISTER, PIECE_TILE, PIECE_VALUES, PIECE_CHOICE, PIECE_OPEN, PIECE_CLOSE };

struct piece {
  enum kind kind;
  char text[WORD];           /* PIECE_TEXT; of registers: the class or the name of its choice */
  char arrangement[WORD];    /* behind the dot: text or the name of a choice; empty: none */
  char mode;                 /* /M, /Z */
  bool sp, element;
  unsigned reg, plus, count, stride;
  unsigned close;            /* of PIECE_OPEN */
  unsigned n;                /* texts of PIECE_VALUES */
  char value[MOST_TEXTS][WORD];
};

struct reg {
  char field[16];
  unsigned first, low, limit;
};

struct choice {
  char name[WORD], fields[WORD], table[400];
  bool letters;
};

struct pattern {
  const char *mnemonic;
  const struct word *word;
  struct piece piece[MOST_PIECES];
  unsigned npiece;
  struct reg reg[MOST_REGISTERS];
  unsigned nreg;
  struct choice choice[MOST_CHOICES];
  unsigned nchoice;
  bool has_q;
};

/* The column into P, whose mnemonic and word are set: text is the whole column. */
void arm64_pattern(struct pattern *P, const char *text);
/* The number of a choice; -1: there is none. */
int arm64_choice(const struct pattern *P, const char *name);
/* Text of a place; false: there is none. */
bool arm64_choice_text(const struct choice *c, int place, char out[WORD]);
const struct word_field *arm64_field(const struct pattern *P, const char *name);
/* The letters at p, a word. Returns how many. */
unsigned arm64_word(const char *p, char out[WORD]);

#endif
