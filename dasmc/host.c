/* host.c - what libdasmc says of ISAs and of this machine. */
#include "assembler.h"
#include "isa/isa.h"
#include "../lib/host.h"

/* The character at `at` of a text that may be longer than its buffer, and a zero behind it. */
static void put_char(char *buffer, size_t size, size_t at, char c)
{
  if (at + 1 < size) {
    buffer[at] = c;
    buffer[at + 1] = '\0';
  }
}

const char *dasmc_hostisa(void)
{
  const struct isa *isa = isa_with_id((enum list_isa)HOST_ISA);

  return isa ? isa->name : NULL;
}

/* The ISA of a name, or the host's; NULL: it is not known. */
static const struct isa *named_isa(const char *name)
{
  return name ? isa_find((struct span){name, strlen(name)}) : isa_with_id((enum list_isa)HOST_ISA);
}

/* Add a word to a list with a space between; letters in lower case. Returns the length then. */
static size_t put_word(char *buffer, size_t size, size_t length, const char *word)
{
  if (length > 0)
    put_char(buffer, size, length++, ' ');
  for (; *word; word++)
    put_char(buffer, size, length++, *word >= 'A' && *word <= 'Z' ? (char)(*word + 32) : *word);
  return length;
}

size_t dasmc_hostfeatures(char *buffer, size_t size)
{
  enum { MOST = 256 };
  const char *names[MOST];
  const struct isa *isa = named_isa(NULL);
  size_t n = isa && isa->features && isa->features->host ? isa->features->host(names, MOST) : 0, length = 0;

  if (size > 0)
    buffer[0] = '\0';
  for (size_t i = 0; i < n && i < MOST; i++)
    length = put_word(buffer, size, length, names[i]);
  return length;
}

int dasmc_isainfo(const char *name, dasmc_IsaInfo *out)
{
  const struct isa *isa = named_isa(name);
  bool big;

  if (!out || out->size != sizeof(*out))
    return DASM_S_ARG;
  if (!isa)
    return DASM_S_SOURCE;
  if (name)
    name = isa_spelled(isa, (struct span){name, strlen(name)});
  big = isa_order(isa, name, false) == ORDER_BIG;
  *out = (dasmc_IsaInfo){.size = sizeof(*out), .name = name ? name : isa->name, .address_size = isa->address_size,
                         .big_endian = big, .reach = isa->reach, .capstone_arch = isa->capstone,
                         .capstone_mode = isa->capstone_mode | (big ? 1u << 31 : 0)};
  return DASM_S_OK;
}

size_t dasmc_registers(const char *name, char *buffer, size_t size)
{
  const struct isa *isa = named_isa(name);
  struct isa_reg reg;
  size_t length = 0;

  if (size > 0)
    buffer[0] = '\0';
  for (size_t at = 0; isa && isa->reg_at(isa, &at, &reg);)
    length = put_word(buffer, size, length, reg.name);
  return length;
}

enum list_order isa_order(const struct isa *isa, const char *name, bool compiled)
{
  const char *host = dasmc_hostisa();

  for (unsigned order = 0; isa->both_orders && name && order < 2; order++)
    if (name == isa->ordered[order])
      return (enum list_order)order;
  if (isa->both_orders && compiled)
    return ORDER_COMPILED;
  if (isa->both_orders && HOST_ORDER <= ORDER_BIG && host && strcmp(host, isa->name) == 0)
    return (enum list_order)HOST_ORDER;
  return (enum list_order)isa->order;
}
