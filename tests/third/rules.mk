# ismap-sync with a third registry: one more folder, and its line in each list of sources/list.h.
THIRD := $(BUILD)/third
TEST_PROGRAMS += $(THIRD)/ismap-sync

$(THIRD)/sources/list.h: sync/sources/list.h
	@mkdir -p $(@D)
	$(Q)sed 's/^\tROW(ismap)\( \\\)\?$$/\tROW(ismap) \\\n\tROW(sample)\1/' $< >$@

$(THIRD)/ismap-sync: sync/sources/source.c tests/third/sources/sample/sample.c $(BUILD)/sync/main.o $(BUILD)/libsync.a \
		tests/third/sources/sample/bundled.json $(THIRD)/sources/list.h
	$(call say,CC $@)
	$(Q)$(CC) $(CPPFLAGS_ALL) -I$(THIRD) -Isync -Wa,-Itests/third $(call pkg,--cflags,$(LIBRARIES_SYNC)) $(CFLAGS_ALL) \
		$(LDFLAGS_ALL) -o $@ $(filter-out %.json %.h,$^) $(call pkg,--libs,$(LIBRARIES_SYNC))
