/* lines.c - which source line each byte of a state's code comes from.
 *
 * Off unless dasm_setlines() asks for it. Then every put notes, per operation,
 * its offset in the section and the line that the list names. After link,
 * notes and events of a section are merged by offset, which gives the final
 * offsets; neither link nor encode knows of them.
 */
#include "internal.h"

int dasm_setlines(dasm_State **Dst, int on)
{
  if (!Dst || !*Dst)
    return DASM_S_NOMEM;
  (*Dst)->noting = on != 0;
  (*Dst)->limit = ready_puts(*Dst);
  return DASM_S_OK;
}

void notes_reset(struct dasm_State *D)
{
  if (D->notes)
    D->notes->n = D->notes->nfiles = 0;
}

void notes_free(struct dasm_State *D)
{
  struct notes *notes = D->notes;

  mem_free(D, notes->note, notes->max * sizeof *notes->note);
  mem_free(D, notes->files, notes->maxfiles * sizeof *notes->files);
  mem_free(D, notes, sizeof *notes);
}

static struct notes *notes_of(struct dasm_State *D)
{
  if (!D->notes && (D->notes = mem_grow(D, NULL, 0, sizeof *D->notes)) != NULL)
    memset(D->notes, 0, sizeof *D->notes);
  return D->notes;
}

/* Number of a file's name; the last one is the likely one. */
static bool file_number(struct dasm_State *D, struct notes *notes, const char *name, uint32_t *number)
{
  uint32_t i;

  for (i = notes->nfiles; i-- > 0;)
    if (notes->files[i] == name || strcmp(notes->files[i], name) == 0) {
      *number = i;
      return true;
    }
  if (notes->nfiles == notes->maxfiles &&
      !grow_array(D, &notes->files, &notes->maxfiles, (size_t)notes->nfiles + 1, sizeof *notes->files))
    return false;
  notes->files[notes->nfiles] = name;
  *number = notes->nfiles++;
  return true;
}

static bool add_note(struct dasm_State *D, struct notes *notes, const struct line_note *note)
{
  const struct line_note *last = notes->n ? &notes->note[notes->n - 1] : NULL;

  if (last && last->section == note->section && last->line == note->line && last->file == note->file &&
      last->text == note->text)
    return true;
  if (notes->n == notes->max && !grow_array(D, &notes->note, &notes->max, (size_t)notes->n + 1, sizeof *notes->note))
    return false;
  notes->note[notes->n++] = *note;
  return true;
}

static bool note_line(struct dasm_State *D, uint32_t section, uint32_t offset, const struct list_line *l)
{
  struct line_note note = {section, offset, l->line, 0, list_text(D->list, l->text)};
  struct notes *notes = notes_of(D);

  return notes && file_number(D, notes, list_file(D->list, l->file), &note.file) && add_note(D, notes, &note);
}

/* What comes is known from here on. */
static void advance(struct noted_lines *n)
{
  n->now = n->cursor.ahead;
  n->known = n->now.line != 0;
  lines_next(&n->cursor);
}

void notes_open(const uint8_t *list, uint32_t place, struct noted_lines *n)
{
  lines_open(list, place, &n->cursor);
  n->known = false;
}

bool notes_add(struct dasm_State *D, struct noted_lines *n, uint32_t section, uint32_t offset, const struct record *r,
               uint32_t place)
{
  const struct line_cursor *c = &n->cursor;
  bool ok = true;

  while (c->more && c->ahead.place <= place)
    advance(n);
  if (n->known)
    ok = note_line(D, section, offset, &n->now);
  while (ok && c->more && c->ahead.place <= place + r->len) {
    advance(n);
    if (n->known)
      ok = note_line(D, section, offset + (n->now.place - place), &n->now);
  }
  return ok;
}

/* Does an event come before what is noted at this offset? The note is of a gap where it begins. */
static bool is_before(const struct event *e, uint32_t offset)
{
  return event_is_gap(e) ? e->offset < offset : e->offset <= offset;
}

size_t notes_resolve(const struct dasm_State *D, dasm_Line *out, size_t max)
{
  const struct notes *notes = D->notes;
  uint32_t i, k, e, count = notes_count(D);
  size_t n = 0;

  for (k = 0; k < D->nsections && n < count; k++) {
    const struct section *s = &D->sections[k];

    for (i = e = 0; i < count; i++) {
      const struct line_note *note = &notes->note[i];

      if (note->section != k)
        continue;
      while (e < s->nevents && is_before(&s->events[e], note->offset))
        e++;
      if (n < max)
        out[n] = (dasm_Line){note->offset + (uint32_t)s->events[e].delta, note->line, notes->files[note->file],
                             note->text};
      n++;
    }
  }
  return n;
}

size_t dasm_getlines(dasm_State **Dst, dasm_Line *lines, size_t max)
{
  if (!Dst || !*Dst || !(*Dst)->linked)
    return 0;
  return notes_resolve(*Dst, lines, lines ? max : 0);
}
