/* view.c - what ISAs and drivers, for whom a translation is opaque, ask about it. */
#include "front_private.h"

void *front_user(struct front *F)
{
  return F->user;
}

struct isa_state *isa_data(struct front *F)
{
  return F->isa_data;
}

const struct isa *front_isa(struct front *F)
{
  return F->isa;
}

const char *front_isa_name(struct front *F)
{
  return F->isa_name;
}

const struct front_options *front_options(struct front *F)
{
  return F->options;
}

bool front_makes_c(const struct front *F)
{
  return F->driver->compiled;
}

unsigned front_errors(const struct front *F)
{
  return F->nerrors;
}

unsigned front_warnings(const struct front *F)
{
  return F->nwarnings;
}

struct span front_file_name(const struct front *F)
{
  return F->input ? F->input->src->name : SPAN("");
}

uint32_t front_line(const struct front *F)
{
  return F->input ? F->input->number : 0;
}

bool front_in_macro(const struct front *F)
{
  return F->defining != NULL;
}

struct build_names front_names(const struct front *F)
{
  return (struct build_names){F->global_names.item, F->extern_names.item, F->file_names.item,
                              F->global_names.n,    F->extern_names.n,    F->file_names.n};
}

const struct file_read *front_files_read(const struct front *F)
{
  return F->files_read;
}
