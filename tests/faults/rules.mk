# Preloaded by the tests of faults.
FAULTS := $(patsubst tests/faults/%.c,$(BUILD)/faults/%.so,$(wildcard tests/faults/*.c))
$(BUILD)/faults/%.so: tests/faults/%.c
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(CC) -D_GNU_SOURCE -std=gnu17 $(WARNINGS) -Wno-missing-prototypes $(CFLAGS) -fPIC -shared -o $@ $< -ldl
TEST_PROGRAMS += $(FAULTS)

.PHONY: check-faults
check-faults: all $(FAULTS) ## each write fails in turn, and each 11th allocation or each; 500 kills at random moments: takes two hours
	@BUILD=$(BUILD) tests/faults/run --every 1 --kills 500 --commands 11 --pull 11 --mount 1 --walk 1
