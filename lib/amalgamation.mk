# make amalgamation: the encoder with the code heap, the translator and the drop-in headers in a few files, for
# programs that copy them into their own tree (doc/howto/vendoring.rst). A release contains them.

# $(call amalgamate,OPTIONS FILES); files are named from the top of the sources.
amalgamate = $(AM_V_GEN)mkdir -p amalgamation/dynasm && (cd $(srcdir) && LC_ALL=C $(AWK) \
	-f lib/amalgamate.awk -v out=$(patsubst amalgamation/%,%,$@) -v version=$(PACKAGE_VERSION) $(1)) \
	>amalgamation/new.tmp.$(notdir $@) && mv -f amalgamation/new.tmp.$(notdir $@) $@
amalgamation_sources = $(libdasm_core_la_SOURCES) $(include_HEADERS) $(dynasm_HEADERS) lib/amalgamate.awk LICENSE configure.ac

amalgamation_library = $(filter %.c, $(libdasm_core_la_SOURCES))
amalgamation_translator = $(filter %.c, $(dasmc_dasmc_SOURCES) $(libdasmc_core_la_SOURCES) $(libdasm_core_la_SOURCES))
amalgamation_dynasm = $(filter-out %_arg.h %_common.h %_define.h %_dropin.h, $(dynasm_HEADERS))
amalgamation_headers = $(patsubst include/%, amalgamation/%, $(amalgamation_dynasm))
amalgamation_files = amalgamation/dasm.c amalgamation/dasm.h amalgamation/dasmc.c $(amalgamation_headers)

amalgamation/dasm.c: $(amalgamation_sources)
	$(call amalgamate,-v keep=' dasm.h' $(amalgamation_library))
amalgamation/dasmc.c: $(amalgamation_sources) $(libdasmc_core_la_SOURCES) $(dasmc_dasmc_SOURCES)
	$(call amalgamate,-v needed_by=dasmc/main.c $(amalgamation_translator))
amalgamation/dasm.h: $(amalgamation_sources)
	$(call amalgamate,include/dasm.h)
$(amalgamation_headers): $(amalgamation_sources)
	$(call amalgamate,-v keep=' $(filter-out $(notdir $@), $(notdir $(amalgamation_dynasm)))' $(patsubst amalgamation/%,include/%,$@))

amalgamation: $(amalgamation_files)
.PHONY: amalgamation

EXTRA_DIST += lib/amalgamate.awk $(amalgamation_files)
CLEANFILES += $(amalgamation_files)

# The test copies them.
tests/amalgamation.log: $(amalgamation_files)
