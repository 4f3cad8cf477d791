/* block.h - the Python objects that own what the glue hands out. Part of the generated module.
 *
 * Handles of assemblers, fragments and heaps are capsules; a published code is a Block, which
 * holds its heap's capsule. None of them takes part in garbage collection: they go away by
 * reference count alone, after every finalizer of a cycle has run, so that no order in which
 * Python drops things can free code before its last user.
 */
#include <structmember.h>

static void asm_destroy(PyObject *capsule)
{
  glue_free(PyCapsule_GetPointer(capsule, "glue_Asm"));
}

static void heap_destroy(PyObject *capsule)
{
  glue_heap_free(PyCapsule_GetPointer(capsule, "glue_Heap"));
}

static void fragment_destroy(PyObject *capsule)
{
  glue_release(PyCapsule_GetPointer(capsule, "glue_Fragment"));
}

/* A new capsule for p, or None for NULL. */
static PyObject *handle_new(void *p, const char *name, PyCapsule_Destructor destroy)
{
  if (!p)
    Py_RETURN_NONE;
  return PyCapsule_New(p, name, destroy);
}

/* ---- Block ------------------------------------------------------------------- */

typedef struct {
  PyObject_HEAD
  glue_Code *code;
  PyObject *heap;
} Block;

static void block_dealloc(PyObject *self)
{
  Block *b = (Block *)self;
  glue_Heap *heap = PyCapsule_GetPointer(b->heap, "glue_Heap");

  if (heap)
    glue_code_free(heap, b->code);
  Py_DECREF(b->heap);
  Py_TYPE(self)->tp_free(self);
}

/* The code's bytes, read-only; a view keeps the block. */
static int block_buffer(PyObject *self, Py_buffer *view, int flags)
{
  glue_Code *code = ((Block *)self)->code;

  return PyBuffer_FillInfo(view, self, (void *)(uintptr_t)glue_code_address(code),
                           (Py_ssize_t)glue_code_size(code), 1, flags);
}

static PyBufferProcs block_buffer_procs = {block_buffer, NULL};

static PyTypeObject BlockType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "dasm._lowlevel.Block",
    .tp_basicsize = sizeof(Block),
    .tp_dealloc = block_dealloc,
    .tp_as_buffer = &block_buffer_procs,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "Published code.",
};

static PyObject *block_new(glue_Code *code, PyObject *heap)
{
  Block *b;

  if (!code)
    Py_RETURN_NONE;
  b = PyObject_New(Block, &BlockType);
  if (!b) {
    glue_code_free(PyCapsule_GetPointer(heap, "glue_Heap"), code);
    return NULL;
  }
  b->code = code;
  b->heap = Py_NewRef(heap);
  return (PyObject *)b;
}

static glue_Code *block_code(PyObject *o)
{
  if (!PyObject_TypeCheck(o, &BlockType)) {
    PyErr_Format(PyExc_TypeError, "a Block is needed, not %.100s", Py_TYPE(o)->tp_name);
    return NULL;
  }
  return ((Block *)o)->code;
}

/* ---- Exporter: the base class of Code, which gives it the buffer protocol -------- */

typedef struct {
  PyObject_HEAD
  PyObject *block;
} Exporter;

static void exporter_dealloc(PyObject *self)
{
  PyTypeObject *type = Py_TYPE(self);
  Py_CLEAR(((Exporter *)self)->block);
  type->tp_free(self);
}

static int exporter_buffer(PyObject *self, Py_buffer *view, int flags)
{
  PyObject *block = ((Exporter *)self)->block;

  view->obj = NULL;
  if (!block || block == Py_None) {
    PyErr_SetString(PyExc_BufferError, "the code was freed");
    return -1;
  }
  if (!block_code(block)) /* anything can be stored in the attribute, the object itself as well */
    return -1;
  return PyObject_GetBuffer(block, view, flags);
}

static PyBufferProcs exporter_buffer_procs = {exporter_buffer, NULL};

static PyMemberDef exporter_members[] = {
    {"_block", T_OBJECT, offsetof(Exporter, block), 0, "the Block, or None"},
    {NULL, 0, 0, 0, NULL},
};

static PyTypeObject ExporterType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "dasm._lowlevel.Exporter",
    .tp_basicsize = sizeof(Exporter),
    .tp_dealloc = exporter_dealloc,
    .tp_as_buffer = &exporter_buffer_procs,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_members = exporter_members,
    .tp_new = PyType_GenericNew,
    .tp_doc = "Has the bytes of a Block as its buffer.",
};

static int add_types(PyObject *module)
{
  if (PyType_Ready(&BlockType) < 0 || PyType_Ready(&ExporterType) < 0)
    return -1;
  if (PyModule_AddObject(module, "Block", Py_NewRef((PyObject *)&BlockType)) < 0)
    return -1;
  return PyModule_AddObject(module, "Exporter", Py_NewRef((PyObject *)&ExporterType));
}
