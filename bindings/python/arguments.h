/* arguments.h - do the arguments of a call fit their C types? Part of the generated module.
 *
 * ctypes cuts integers to the size of the parameter without a word, and takes anything for a bool. An
 * integer has to fit its type, as signed or as unsigned: 255 and -1 are the same int8. Pointers
 * are not looked at here.
 */
#include <float.h>

/* What a parameter is: as _type_ of ctypes, with the size told apart from the name. */
struct parameter {
  char code;       /* 'i' an integer, '?' a bool, 'f' a float, 'd' a double, 0: ctypes decides */
  unsigned bits;
  const char *name;
};

static struct parameter parameter_of(char code)
{
#define INTEGER_OF(type, is_signed) \
  (struct parameter){'i', 8 * sizeof(type), sizeof(type) == 1 ? (is_signed) ? "int8" : "uint8" \
                     : sizeof(type) == 2 ? (is_signed) ? "int16" : "uint16" \
                     : sizeof(type) == 4 ? (is_signed) ? "int32" : "uint32" \
                     : (is_signed) ? "int64" : "uint64"}
  switch (code) {
  case 'b': return INTEGER_OF(signed char, 1);
  case 'B': return INTEGER_OF(unsigned char, 0);
  case 'h': return INTEGER_OF(short, 1);
  case 'H': return INTEGER_OF(short, 0);
  case 'i': return INTEGER_OF(int, 1);
  case 'I': return INTEGER_OF(int, 0);
  case 'l': return INTEGER_OF(long, 1);
  case 'L': return INTEGER_OF(long, 0);
  case 'q': return INTEGER_OF(long long, 1);
  case 'Q': return INTEGER_OF(long long, 0);
  case '?': return (struct parameter){'?', 1, "bool"};
  case 'f': return (struct parameter){'f', 32, "float"};
  case 'd': return (struct parameter){'d', 64, "double"};
  default: return (struct parameter){0, 0, ""};
  }
#undef INTEGER_OF
}

static PyObject *argument_error(PyObject *type, Py_ssize_t index, PyObject *value, const char *what, const char *name)
{
  PyErr_Format(type, "argument %zd: %.100R %s %s", index + 1, value, what, name);
  return NULL;
}

static PyObject *argument_type_error(Py_ssize_t index, PyObject *value, const char *needed, const char *name)
{
  PyErr_Format(PyExc_TypeError, "argument %zd: %s is needed for %s, not %.100s", index + 1, needed, name,
               Py_TYPE(value)->tp_name);
  return NULL;
}

/* Is -2^(bits-1) <= n < 2^bits? */
static int integer_fits(PyObject *n, unsigned bits)
{
  int overflow;
  long long v = PyLong_AsLongLongAndOverflow(n, &overflow);

  if (overflow < 0)
    return 0;
  if (overflow > 0) {
    (void)PyLong_AsUnsignedLongLong(n); /* above 2^63: does it have 64 bits? */
    if (!PyErr_Occurred())
      return bits == 64;
    PyErr_Clear();
    return 0;
  }
  return bits == 64 || (v >= -(1LL << (bits - 1)) && v < 1LL << bits);
}

static PyObject *integer_argument(struct parameter p, Py_ssize_t index, PyObject *value)
{
  PyObject *n;

  if (!PyIndex_Check(value))
    return argument_type_error(index, value, "an integer", p.name);
  n = PyNumber_Index(value);
  if (n && !integer_fits(n, p.bits)) {
    argument_error(PyExc_OverflowError, index, n, "does not fit in", p.name);
    Py_CLEAR(n);
  }
  return n;
}

static PyObject *float_argument(struct parameter p, Py_ssize_t index, PyObject *value)
{
  double d;

  if (!PyFloat_Check(value) && !PyIndex_Check(value) && !PyObject_HasAttrString(value, "__float__"))
    return argument_type_error(index, value, "a number", p.name);
  d = PyFloat_AsDouble(value);
  if (d == -1 && PyErr_Occurred()) {
    if (PyErr_ExceptionMatches(PyExc_OverflowError))
      argument_error(PyExc_OverflowError, index, value, "does not fit in", p.name);
    return NULL;
  }
  /* (Halfway between FLT_MAX and the next power of two it would become infinite; no need to be so exact.) */
  if (p.code == 'f' && d - d == 0 && (d > FLT_MAX || d < -FLT_MAX))
    return argument_error(PyExc_OverflowError, index, value, "does not fit in", p.name);
  return PyFloat_FromDouble(d);
}

/* A new reference to what ctypes may take, or NULL with an exception that names the argument. */
static PyObject *argument(char code, Py_ssize_t index, PyObject *value)
{
  struct parameter p = parameter_of(code);

  if (p.code == 0)
    return Py_NewRef(value);
  if (!PyIndex_Check(value) && PyObject_HasAttrString(value, "_b_base_"))
    return Py_NewRef(value); /* an object of ctypes, whose type ctypes compares */
  if (p.code == 'i')
    return integer_argument(p, index, value);
  if (p.code == '?') {
    int truth;

    if (!PyIndex_Check(value))
      return argument_type_error(index, value, "True, False or an integer", p.name);
    truth = PyObject_IsTrue(value);
    return truth < 0 ? NULL : PyBool_FromLong(truth);
  }
  return float_argument(p, index, value);
}

/* arguments(codes, args): the tuple args with what ctypes may take; codes has a letter for each. */
static PyObject *call_arguments(PyObject *codes, PyObject *args)
{
  PyObject *out;
  Py_ssize_t i, n;

  if (!PyBytes_Check(codes) || !PyTuple_Check(args) || PyBytes_GET_SIZE(codes) != PyTuple_GET_SIZE(args)) {
    PyErr_SetString(PyExc_TypeError, "bytes and a tuple of the same length are needed");
    return NULL;
  }
  n = PyTuple_GET_SIZE(args);
  out = PyTuple_New(n);
  for (i = 0; out && i < n; i++) {
    PyObject *value = argument(PyBytes_AS_STRING(codes)[i], i, PyTuple_GET_ITEM(args, i));
    if (!value)
      Py_CLEAR(out);
    else
      PyTuple_SET_ITEM(out, i, value);
  }
  return out;
}
