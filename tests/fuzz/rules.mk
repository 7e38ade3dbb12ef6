# Fuzz targets (tests/fuzz): libFuzzer's with SANITIZE=fuzzer-no-link,…; otherwise programs that are
# fed with files. --wrap: see tests/fuzz/rig.c.
FUZZ_TARGETS := $(patsubst tests/fuzz/fuzz_%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_SHARED := $(addprefix $(BUILD)/fuzz/,rig.o tree.o spoil.o walk.o)
FUZZ_MAIN := $(if $(findstring fuzzer,$(SANITIZE)),-fsanitize=fuzzer,$(BUILD)/fuzz/feed.o)
FUZZ_SECONDS ?= 60
TEST_PROGRAMS += $(FUZZ_TARGETS)

$(BUILD)/fuzz/%.o: tests/fuzz/%.c | packages
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(CC) $(CPPFLAGS_ALL) -Isync -Ifs $(call pkg,--cflags,$(LIBRARIES_SYNC) $(LIBRARIES_FS)) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/libfuzz.a: $(FUZZ_SHARED)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

$(FUZZ_TARGETS): $(BUILD)/fuzz/%: $(BUILD)/fuzz/fuzz_%.o $(BUILD)/libfuzz.a $(BUILD)/libsync.a $(BUILD)/libfs.a $(BUILD)/fuzz/feed.o
	$(call say,LD $@)
	$(Q)$(CC) $(LDFLAGS_ALL) -Wl,--wrap=database_execute,--wrap=registry_stage_catalogue -o $@ $< $(FUZZ_MAIN) \
		-Wl,--start-group $(BUILD)/libfuzz.a $(BUILD)/libsync.a $(BUILD)/libfs.a -Wl,--end-group $(call pkg,--libs,$(LIBRARIES_SYNC) $(LIBRARIES_FS))
-include $(wildcard $(BUILD)/fuzz/*.d)

.PHONY: fuzz fuzz-targets
.SECONDARY:
fuzz-targets: $(FUZZ_TARGETS)
fuzz: ## each parser of foreign bytes for FUZZ_SECONDS (60), with ASan and UBSan
	@tests/deps.sh fuzz
	@$(MAKE) --no-print-directory CC=clang SANITIZE=fuzzer-no-link,address,undefined fuzz-targets
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run build/sanitize-fuzzer-no-link-address-undefined/fuzz
