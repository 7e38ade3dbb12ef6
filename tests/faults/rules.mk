# Preloaded by the tests of faults.
FAULTS := $(patsubst tests/faults/%.c,$(BUILD)/faults/%.so,$(wildcard tests/faults/*.c))
$(BUILD)/faults/%.so: tests/faults/%.c
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(CC) -D_GNU_SOURCE -std=gnu17 $(WARNINGS) -Wno-missing-prototypes $(CFLAGS) -fPIC -shared -o $@ $< -ldl
TEST_PROGRAMS += $(FAULTS)

.PHONY: check-faults
check-faults: all $(FAULTS) ## each write and each allocation fails in turn, 500 kills at random moments: takes long
	@BUILD=$(BUILD) tests/faults/run --every 1 --kills 500 --commands 1 --pull 1 --mount 1 --walk 1
