# What other eyes see in the code.

# A file that passed is not looked at again before it changes. clang-tidy takes one file at a time:
# with several, valist.Uninitialized sees things that aren't there. -fanalyzer sees most without
# optimization; leaks are for LeakSanitizer, as it loses sight of what is stored in a member.
LINT_FLAGS = $(CPPFLAGS_ALL) -I$(firstword $(subst /, ,$<)) $(call pkg,--cflags,$(LIBRARIES_SYNC) $(LIBRARIES_FS)) -std=gnu17
LINT_STAMPS := $(patsubst %.c,$(BUILD)/lint/%.ok,$(call files,fs sync,*.c))
$(BUILD)/lint/%.ok: %.c .clang-tidy
	@mkdir -p $(@D)
	$(call say,LINT $<)
	$(Q)gcc $(LINT_FLAGS) -Wall -Wextra -Werror -O0 -fanalyzer \
		-Wno-analyzer-malloc-leak -MMD -MT $@ -MF $(@:.ok=.d) -c -o /dev/null $<
	$(Q)clang-tidy --quiet --warnings-as-errors='*' $< -- $(LINT_FLAGS) 2>$(@:.ok=.said) || { cat $(@:.ok=.said); false; }
	@touch $@
-include $(LINT_STAMPS:.ok=.d)

.PHONY: lint lint-cppcheck
lint: ## gcc -fanalyzer, clang-tidy and cppcheck; every finding is an error
	@tests/deps.sh lint
	@$(MAKE) --no-print-directory -j$$(nproc) $(LINT_STAMPS) lint-cppcheck

# Left out, and why:
#   resourceLeak, memleak, unreadVariable   it doesn't know __attribute__((cleanup))
#   variableScope                           declarations stand at the beginning of a function
#   shadowFunction                          a variable may be called as a function in another file
#   redundantContinue                       a loop without a body says so with it
#   readdirCalled                           readdir_r is deprecated; each directory stream has one thread
lint-cppcheck:
	$(call say,CPPCHECK)
	$(Q)cppcheck --quiet --error-exitcode=1 --enable=warning,performance,portability,style --std=c11 --library=posix \
		--inline-suppr --suppress=resourceLeak --suppress=memleak --suppress=unreadVariable --suppress=variableScope \
		--suppress=shadowFunction --suppress=readdirCalled --suppress=redundantContinue --suppress=missingIncludeSystem \
		-D_GNU_SOURCE -Iinclude -Isync -Ifs -DFUSE_USE_VERSION=314 -DISMAPFS_VERSION='""' \
		--library=tests/cppcheck.cfg fs sync
