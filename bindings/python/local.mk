# The Python package dasm: a generated module, _lowlevel, and Python above it.

python_sources = \
	bindings/python/dasm/__init__.py \
	bindings/python/dasm/__main__.py \
	bindings/python/dasm/assembler.py \
	bindings/python/dasm/code.py \
	bindings/python/dasm/ctext.py \
	bindings/python/dasm/errors.py \
	bindings/python/dasm/hook.py \
	bindings/python/dasm/listing.py

python_data = \
	bindings/python/dasm/_lowlevel.pyi \
	bindings/python/dasm/py.typed

EXTRA_DIST += $(python_sources) $(python_data) \
	bindings/python/arguments.h \
	bindings/python/block.h \
	bindings/python/examples \
	bindings/python/pyproject.toml \
	bindings/python/setup.py \
	bindings/python/tests

if PYTHON_MODULE
# pymoddir is from configure.
pymod_PYTHON = $(python_sources)
pymod_DATA = $(python_data)
pymod_LTLIBRARIES = bindings/python/_lowlevel.la
nodist_bindings_python__lowlevel_la_SOURCES = bindings/python/dasm_wrap.c
bindings_python__lowlevel_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/bindings $(PYTHON_CPPFLAGS)
bindings_python__lowlevel_la_CFLAGS = $(SANITIZE_FLAGS) $(HIDE_CFLAGS) -w
bindings_python__lowlevel_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared \
	-export-symbols-regex '^PyInit_'
bindings_python__lowlevel_la_LIBADD = bindings/libglue.la libdasmc.la libdasm.la

bindings/python/dasm_wrap.c: bindings/dasm.i bindings/glue.h bindings/python/arguments.h \
  bindings/python/block.h
	$(AM_V_GEN)$(MKDIR_P) bindings/python/swig && $(SWIG) -python -I$(srcdir)/bindings \
	  -outdir bindings/python/swig -o $@ $(srcdir)/bindings/dasm.i
MOSTLYCLEANFILES += bindings/python/dasm_wrap.c bindings/python/swig/lowlevel.py

# Linked again when it is installed: the libraries have to be there. (By its name, Automake would
# take this rule for a replacement of its own.)
install_pymod = install-pymodLTLIBRARIES
$(install_pymod): install-libLTLIBRARIES

# The package as it will be installed, for tests: PYTHONPATH=bindings/python/run.
python_module = $(abs_top_builddir)/bindings/python/run
noinst_DATA = bindings/python/run/stamp
bindings/python/run/stamp: bindings/python/_lowlevel.la $(python_sources) $(python_data)
	$(AM_V_at)$(MKDIR_P) bindings/python/run/dasm && for file in $(python_sources) $(python_data); \
	  do ln -sf '$(abs_top_srcdir)'/$$file bindings/python/run/dasm; done && \
	ln -sf ../../.libs/_lowlevel.so bindings/python/run/dasm && touch $@

clean_targets += clean-python
clean-python:
	rm -rf bindings/python/run bindings/python/swig
endif
