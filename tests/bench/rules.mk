# Request handlers without a kernel: what they cost is counted.
TEST_PROGRAMS += $(BUILD)/bench/scale
$(BUILD)/bench/scale: tests/bench/scale.c tests/bench/handlers.c tests/bench/handlers.h $(BUILD)/libfs.a
	@mkdir -p $(@D)
	$(call say,CC $@)
	$(Q)$(CC) $(CPPFLAGS_ALL) -Ifs -Itests/bench $(call pkg,--cflags,$(LIBRARIES_FS)) $(CFLAGS_ALL) $(LDFLAGS_ALL) \
		-o $@ $(filter %.c,$^) $(BUILD)/libfs.a $(call pkg,--libs,$(LIBRARIES_FS)) -lpthread
# Applying a publication without publishing it.
$(BUILD)/bench/apply: tests/bench/apply.c $(BUILD)/libsync.a
	@mkdir -p $(@D)
	$(call say,CC $@)
	$(Q)$(CC) $(CPPFLAGS_ALL) -Isync $(call pkg,--cflags,$(LIBRARIES_SYNC)) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ \
		$(call pkg,--libs,$(LIBRARIES_SYNC))
# What the kernel and libfuse take of a request.
$(BUILD)/bench/arithmetic: tests/bench/arithmetic.c
	@mkdir -p $(@D)
	$(call say,CC $@)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(call pkg,--cflags,fuse3) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $< $(call pkg,--libs,fuse3)
$(BUILD)/bench/calls: tests/bench/calls.c
	@mkdir -p $(@D)
	$(call say,CC $@)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $<

.PHONY: bench bench-page bench-scale bench-mirrors
bench: ## how fast it is beside tmpfs, erofs, squashfs: tests/bench/results.md
	@tests/bench/deps.sh
	@$(MAKE) --no-print-directory all $(BUILD)/bench/calls
	@BUILD=$(BUILD) python3 tests/bench/run.py
bench-scale: ## what requests cost as the list grows to a million services: tests/bench/scale.md
	@$(MAKE) --no-print-directory all $(addprefix $(BUILD)/bench/,scale apply arithmetic)
	@BUILD=$(BUILD) python3 tests/bench/scale.py
bench-page: ## how fast tables/report.html is in Chromium: tests/bench/page.md
	@tests/report-deps.sh $(abspath $(BUILD))/npm >/dev/null
	@$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) /usr/bin/python3 tests/bench/page.py tests/bench/page.md
bench-mirrors: ## who asks whom how often: 200 mirrors, 4 edges, 30 generations: tests/bench/mirrors.md
	@tests/deps.sh check
	@$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) python3 tests/bench/mirrors.py tests/bench/mirrors.md
