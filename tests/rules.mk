# Building and running the tests; each folder below adds its own programs.

TEST_PROGRAMS :=

# What the tests link: everything but the programs' main.
$(BUILD)/libsync.a: $(filter-out $(BUILD)/sync/main.o,$(SYNC_OBJECTS))
	@rm -f $@
	$(Q)$(AR) rcsP $@ $^
$(BUILD)/libfs.a: $(filter-out $(BUILD)/fs/main.o,$(FS_OBJECTS))
	@rm -f $@
	$(Q)$(AR) rcsP $@ $^

UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
HELPERS := $(patsubst tests/helpers/%.c,$(BUILD)/tests/%,$(wildcard tests/helpers/*.c))
UNIT_LIBRARIES := $(LIBRARIES_SYNC) $(LIBRARIES_FS) cmocka
TEST_PROGRAMS += $(UNIT_TESTS) $(HELPERS)
E2E_TESTS := $(sort $(wildcard tests/e2e/*.sh))

$(BUILD)/tests/%: tests/unit/%.c $(BUILD)/libsync.a $(BUILD)/libfs.a
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(CC) $(CPPFLAGS_ALL) -Isync -Ifs $(call pkg,--cflags,$(UNIT_LIBRARIES)) $(CFLAGS_ALL) -Wno-missing-prototypes \
		-MMD -MP $(LDFLAGS_ALL) -o $@ $< $(BUILD)/libsync.a $(BUILD)/libfs.a $(call pkg,--libs,$(UNIT_LIBRARIES)) -lpthread
-include $(UNIT_TESTS:=.d)

$(HELPERS): $(BUILD)/tests/%: tests/helpers/%.c
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $<

include tests/lint.mk $(sort $(wildcard tests/*/rules.mk))

# With the sanitizers a program that leaks or races ends with an exit status of its own, which the tests see;
# what nobody waits for, such as a driver, leaves a report that tests/run finds.
ifdef SANITIZE
SANITIZER_REPORTS := $(abspath $(BUILD))/reports
test: export SANITIZER_REPORTS := $(SANITIZER_REPORTS)
test: export ASAN_OPTIONS := detect_leaks=1:exitcode=99:log_path=$(SANITIZER_REPORTS)/report
test: export UBSAN_OPTIONS := print_stacktrace=1:exitcode=99:log_path=$(SANITIZER_REPORTS)/report
test: export TSAN_OPTIONS := exitcode=99:log_path=$(SANITIZER_REPORTS)/report
endif
test: export BUILD := $(BUILD)
.PHONY: test check deps deps-check
test: all $(TEST_PROGRAMS) ## every test, installing nothing (LONG=1: for minutes where that finds more)
	@tests/run tests/directions.sh $(UNIT_TESTS) $(E2E_TESTS)

.PHONY: test-units check-deb check-rpm check-boot check-others
check-deb: deb ## the Debian packages: reproducible, clean, installed and purged in a chroot
	@BUILD=$(BUILD) TEST_TIME_LIMIT=3600 tests/run tests/deb.sh

check-rpm: deb rpm ## the RPM packages: built here, compared with the Debian ones
	@BUILD=$(BUILD) tests/run tests/rpm.sh

check-boot: all ## the packages on Debian 12 and 13 of their own, booted in a container: takes root and a while
	@tests/deps.sh boot
	@BUILD=$(BUILD) TEST_TIME_LIMIT=7200 tests/run tests/boot.sh

check-others: all ## with rsync, restic, nginx, Samba, mc …: whatever is installed here
	@BUILD=$(BUILD) tests/run tests/others.sh

test-units: $(UNIT_TESTS)
	@tests/run $(UNIT_TESTS)

# Each step is a make of its own: what the first installs decides how the second builds.
check: ## install what the tests need, build, run every test
	@tests/deps.sh check
	@$(MAKE) --no-print-directory all
	@$(MAKE) --no-print-directory test

.PHONY: check-report
check-report: ## the report in Chromium, which it installs (300 MB), with axe-core from npm
	@tests/deps.sh check
	@$(MAKE) --no-print-directory all
	@AXE=$$(tests/report-deps.sh $(abspath $(BUILD))/npm) BUILD=$(BUILD) tests/run $(wildcard tests/e2e/report*.sh)

deps: ## install what building and mounting needs
	@tests/deps.sh build
deps-check:
	@tests/deps.sh check
