# ismapfs: a file system view of public lists of assessed cloud services.
#
#   make run      build, load the bundled lists, mount them, show a short tour
#   make stop     unmount them
#   make check    install what the tests need, build, run every test
#   make          build only; programs in build/
#   make help     everything else

.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

VERSION := 0.1.0
PREFIX ?= /usr/local
# Where systemd looks for units, and for the users that they need.
SYSTEMD_DIR ?= $(PREFIX)/lib/systemd/system
SYSUSERS_DIR ?= $(PREFIX)/lib/sysusers.d
TMPFILES_DIR ?= $(PREFIX)/lib/tmpfiles.d
# Where the documents of ismap-sync go, which packages keep apart.
SYNC_DOC ?= $(PREFIX)/share/doc/ismapfs
DESTDIR ?=
BUILD ?= build
ifeq ($(origin CC),default)
CC := gcc
endif

CFLAGS ?= -O2 -g
HARDENING := -fstack-protector-strong -fstack-clash-protection -fPIE -D_FORTIFY_SOURCE=2
WARNINGS := -Wall -Wextra -Wshadow -Wvla -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef -Wnull-dereference \
	-Wimplicit-fallthrough
# CI sets it: a warning is an error there, and a reader's compiler may know more than ours.
ifeq ($(CI),true)
WARNINGS += -Werror
endif
comma := ,
# SANITIZE=address,undefined or SANITIZE=thread: a build of its own beside the plain one.
ifdef SANITIZE
BUILD := build/sanitize-$(subst $(comma),-,$(SANITIZE))
SANITIZER := -fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all
HARDENING := -fPIE
# They make system calls and open files that the programs themselves have no need of.
SANDBOX := off
endif
# SANDBOX=off: for valgrind, coverage and others that work inside the process.
ifeq ($(SANDBOX),off)
UNCONFINED := -DISMAPFS_UNCONFINED
endif

LIBRARIES_FS := fuse3 sqlite3 libzstd libseccomp libcrypto
LIBRARIES_SYNC := sqlite3 libcurl libcjson libarchive libssl libcrypto libutf8proc libzstd zlib inih libxml-2.0 \
	libseccomp libsodium xlsxwriter
pkg = $(shell pkg-config $(1) $(2) 2>/dev/null)

CPPFLAGS_ALL := -D_GNU_SOURCE -Iinclude -DISMAPFS_VERSION='"$(VERSION)"' -DFUSE_USE_VERSION=314 \
	$(UNCONFINED)
CFLAGS_ALL := -std=gnu17 $(WARNINGS) $(HARDENING) $(SANITIZER) $(CFLAGS)
LDFLAGS_ALL := -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(SANITIZER) $(LDFLAGS)

# A program's folders, to any depth.
files = $(sort $(shell find $(1) -name '$(2)'))
FS_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(call files,fs,*.c))
SYNC_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(call files,sync,*.c))

# Compiling and linking are shown in a word; V=1 shows the whole command.
Q := $(if $(filter 1,$(V)),,@)
say = @$(if $(filter 1,$(V)),:,echo '  $(1)')

.PHONY: all
all: $(BUILD)/ismapfs $(BUILD)/ismap-sync manuals

$(BUILD)/ismapfs: $(FS_OBJECTS)
	$(call say,LD $@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(call pkg,--libs,$(LIBRARIES_FS)) -lpthread

$(BUILD)/ismap-sync: $(SYNC_OBJECTS)
	$(call say,LD $@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(call pkg,--libs,$(LIBRARIES_SYNC))

$(BUILD)/fs/%.o: fs/%.c | packages
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(CC) -I$(BUILD)/sql $(CPPFLAGS_ALL) -Ifs $(call pkg,--cflags,$(LIBRARIES_FS)) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/sync/%.o: sync/%.c | packages
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(CC) -I$(BUILD)/sql $(CPPFLAGS_ALL) -Isync $(call pkg,--cflags,$(LIBRARIES_SYNC)) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# SQL, pages and lists that are part of the program (include/common/embed.h). The words in SQL become numbers.
SQL_FILES := $(call files,sync include,*.sql)
SQL_WITH_NUMBERS := $(patsubst sync/%,$(BUILD)/sql/%,$(SQL_FILES:include/%=sync/%))
$(BUILD)/sql/schema.sql: include/schema.sql
$(filter-out %/schema.sql,$(SQL_WITH_NUMBERS)): $(BUILD)/sql/%: sync/%
$(SQL_WITH_NUMBERS): sync/util/words.awk include/vocabulary.h
	@mkdir -p $(@D)
	$(Q)awk -f sync/util/words.awk include/vocabulary.h $(filter %.sql,$^) >$@
EMBEDDING := $(shell grep -rl --include='*.c' '^EMBED\>' sync fs)
$(EMBEDDING:%.c=$(BUILD)/%.o): $(SQL_WITH_NUMBERS) $(foreach kind,html css js txt schema.json,$(call files,sync,*.$(kind))) \
	$(call files,sync/sources,bundled.json) $(call files,sync/sources,*.map)

-include $(FS_OBJECTS:.o=.d) $(SYNC_OBJECTS:.o=.d)

# Messages in other languages: PROGRAM's catalogue is made from its folder's po/LANGUAGE.po. Without
# gettext's tools everything else is built, and speaks English.
CATALOGUES := $(patsubst fs/po/%.po,$(BUILD)/locale/%/LC_MESSAGES/ismapfs.mo,$(wildcard fs/po/*.po)) \
	$(patsubst sync/po/%.po,$(BUILD)/locale/%/LC_MESSAGES/ismap-sync.mo,$(wildcard sync/po/*.po))
all: $(if $(shell command -v msgfmt),$(CATALOGUES))

$(BUILD)/locale/%/LC_MESSAGES/ismapfs.mo: fs/po/%.po
	@mkdir -p $(@D)
	$(Q)msgfmt --check -o $@ $<
$(BUILD)/locale/%/LC_MESSAGES/ismap-sync.mo: sync/po/%.po
	@mkdir -p $(@D)
	$(Q)msgfmt --check -o $@ $<

# Functions whose formats log.h and others translate. Collected behind the preprocessor, so that a
# message is seen as the program has it: its macros replaced, its pieces joined.
MESSAGE_FUNCTIONS := translate translate_counted:2,3 gettext_noop fail:2 notify_status:2 log_message:2 log_error_errno:2 \
	command_usage:2 reason_fail:3 reason_refuse:2 database_error:2
$(BUILD)/%.pot: FORCE | packages
	@mkdir -p $(@D)
	$(Q)for file in $(call files,$*,*.c); do \
		$(CC) -E -DCOLLECT_MESSAGES $(CPPFLAGS_ALL) -I$* $(call pkg,--cflags,$(LIBRARIES_FS) $(LIBRARIES_SYNC)) $$file || exit; \
	done >$(BUILD)/$*.messages.c
	$(Q)xgettext --language=C --from-code=UTF-8 --keyword $(MESSAGE_FUNCTIONS:%=--keyword=%) --no-location --sort-output \
		--omit-header --force-po -o $@ $(BUILD)/$*.messages.c

.PHONY: messages FORCE
FORCE:
messages: $(BUILD)/fs.pot $(BUILD)/sync.pot ## bring the translations' files up to date with the code
	$(Q)for folder in fs sync; do \
		for file in $$folder/po/*.po; do \
			msgmerge --quiet --update --backup=none --no-fuzzy-matching --sort-output --no-location \
				$$file $(BUILD)/$$folder.pot; \
			msgattrib --no-obsolete --sort-output --no-location -o $$file $$file; \
			printf '%s: ' $$file; msgfmt --check --statistics -o /dev/null $$file; \
		done; \
	done

.PHONY: packages
packages:
	@command -v scdoc >/dev/null || { echo "scdoc is missing. 'make deps' installs it, or says how." >&2; exit 1; }
	@pkg-config --exists $(LIBRARIES_FS) $(LIBRARIES_SYNC) || \
		{ echo "Libraries are missing. 'make deps' installs them, or says how:"; \
		  pkg-config --print-errors --exists $(LIBRARIES_FS) $(LIBRARIES_SYNC); exit 1; } >&2

include tests/rules.mk

.PHONY: run stop
run: ## build, load the bundled lists, mount them, show a short tour
	@tests/deps.sh build
	@$(MAKE) --no-print-directory all
	@fs/install/tour.sh start $(BUILD)

stop: ## unmount them
	@fs/install/tour.sh stop

# The date of a manual is its source's, unless SOURCE_DATE_EPOCH says otherwise.
MANUALS := $(patsubst %.scd,$(BUILD)/%,$(call files,fs sync,*.scd))
.PHONY: manuals
manuals: $(MANUALS)
$(BUILD)/%: %.scd sync/manual/manual.awk | packages
	@mkdir -p $(@D)
	$(call say,MAN $@)
	$(Q)SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(stat -c %Y $<)} scdoc <$< >$@.new
	$(Q)awk -f sync/manual/manual.awk $@.new >$@ && rm $@.new

# Within share/man, of the shell's $$manual: pages in another language are in a folder of its name.
manual_place = $$(case $$manual in */manual/*/*) manual_language=$${manual%/*}; echo $${manual_language\#\#*/}/ ;; esac)man$${manual\#\#*.}/$${manual\#\#*/}
# A completion is installed under the name by which its shell looks for it.
COMPLETIONS := $(DESTDIR)$(PREFIX)/share
UNITS := $(wildcard $(foreach kind,service timer path,sync/install/*.$(kind) fs/install/*.$(kind)))
EXAMPLES := $(wildcard sync/install/*.conf) sync/sources/ismap/ismap.map $(wildcard sync/sources/table/maps/*.map)
# mount(8) looks for them in /sbin; `mount -t fuse.ismapfs` finds the program also without.
MOUNT_HELPERS := mount.ismapfs mount.fuse.ismapfs
.PHONY: install uninstall
install: all ## into $(DESTDIR)$(PREFIX); units into SYSTEMD_DIR
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/doc/ismapfs $(DESTDIR)$(SYNC_DOC)/examples $(DESTDIR)$(SYSTEMD_DIR) \
		$(DESTDIR)$(SYSUSERS_DIR) $(DESTDIR)$(TMPFILES_DIR) $(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(PREFIX)/lib/ismapfs
	install -m 755 $(BUILD)/ismapfs $(BUILD)/ismap-sync $(DESTDIR)$(PREFIX)/bin
	for name in $(MOUNT_HELPERS); do ln -sf ../bin/ismapfs $(DESTDIR)$(PREFIX)/sbin/$$name || exit; done
	for file in $(CATALOGUES:$(BUILD)/locale/%=%); do \
		[ ! -e $(BUILD)/locale/$$file ] || \
			install -D -m 644 $(BUILD)/locale/$$file $(DESTDIR)$(PREFIX)/share/locale/$$file || exit; \
	done
	install -m 644 README.md sync/README.ja.md LICENSE $(DESTDIR)$(PREFIX)/share/doc/ismapfs
	install -m 644 README.md sync/README.ja.md LICENSE sync/sources/interchange/interchange.schema.json $(DESTDIR)$(SYNC_DOC)
	install -m 644 sync/evidence/facts/record.schema.json $(DESTDIR)$(SYNC_DOC)/evidence.schema.json
	install -m 644 $(EXAMPLES) $(DESTDIR)$(SYNC_DOC)/examples
	install -m 755 sync/install/example.changed $(DESTDIR)$(SYNC_DOC)/examples
	for name in hand-over run-changed; do \
		install -m 755 sync/install/$$name.sh $(DESTDIR)$(PREFIX)/lib/ismapfs/$$name || exit; done
	install -m 644 $(UNITS) $(DESTDIR)$(SYSTEMD_DIR)
	install -m 644 fs/install/ismapfs.sysusers $(DESTDIR)$(SYSUSERS_DIR)/ismapfs.conf
	install -m 644 sync/install/ismap-sync.sysusers $(DESTDIR)$(SYSUSERS_DIR)/ismap-sync.conf
	install -m 644 sync/install/ismap-sync.tmpfiles $(DESTDIR)$(TMPFILES_DIR)/ismap-sync.conf
	for manual in $(MANUALS); do \
		install -D -m 644 $$manual $(DESTDIR)$(PREFIX)/share/man/$(manual_place) || exit 1; done
	for program in fs/install/ismapfs sync/install/ismap-sync; do name=$${program##*/}; \
		install -D -m 644 $$program.bash $(COMPLETIONS)/bash-completion/completions/$$name && \
		install -D -m 644 $$program.zsh $(COMPLETIONS)/zsh/site-functions/_$$name && \
		install -D -m 644 $$program.fish $(COMPLETIONS)/fish/vendor_completions.d/$$name.fish || exit 1; done
	cd $(DESTDIR)$(SYSTEMD_DIR) && sed -i 's|/usr/local/share/doc/ismapfs|$(SYNC_DOC)|' $(filter ismap-%,$(notdir $(UNITS)))
	for folder in $(PREFIX)/share/doc/ismapfs $(SYNC_DOC); do \
		sed -i 's|/usr/local/share/doc/ismapfs/examples|$(SYNC_DOC)/examples|' \
			$(DESTDIR)$$folder/README.md $(DESTDIR)$$folder/README.ja.md || exit; done
	for folder in $(PREFIX)/share/doc/ismapfs $(SYNC_DOC); do \
		sed -i 's|(sync/README\.ja\.md)|(README.ja.md)|; s|(\.\./README\.md|(README.md|' \
			$(DESTDIR)$$folder/README.md $(DESTDIR)$$folder/README.ja.md || exit; done
	cd $(DESTDIR)$(SYSTEMD_DIR) && sed -i 's|/usr/local/|$(PREFIX)/|g' $(notdir $(UNITS))

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/ismapfs $(DESTDIR)$(PREFIX)/bin/ismap-sync
	rm -f $(DESTDIR)$(PREFIX)/share/locale/*/LC_MESSAGES/ismapfs.mo $(DESTDIR)$(PREFIX)/share/locale/*/LC_MESSAGES/ismap-sync.mo
	rm -f $(addprefix $(DESTDIR)$(SYSTEMD_DIR)/,$(notdir $(UNITS))) $(addprefix $(DESTDIR)$(PREFIX)/sbin/,$(MOUNT_HELPERS))
	rm -f $(addprefix $(DESTDIR)$(SYSUSERS_DIR)/,ismapfs.conf ismap-sync.conf) $(DESTDIR)$(TMPFILES_DIR)/ismap-sync.conf
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/ismapfs $(DESTDIR)$(SYNC_DOC) $(DESTDIR)$(PREFIX)/lib/ismapfs
	for manual in $(MANUALS); do rm -f $(DESTDIR)$(PREFIX)/share/man/$(manual_place); done
	for name in ismapfs ismap-sync; do rm -f $(COMPLETIONS)/bash-completion/completions/$$name \
		$(COMPLETIONS)/zsh/site-functions/_$$name $(COMPLETIONS)/fish/vendor_completions.d/$$name.fish; done

# A source package is assembled from what is in the tree; whatever else lies about stays out.
define assemble
	rm -rf $(1)
	install -d $(2)
	tar -c --sort=name --mtime="$$(sed -n 's/^ -- .*>  //p' fs/debian/changelog | head -n 1)" --owner=0 --group=0 --exclude=__pycache__ \
		.ci .clang-format .clang-tidy fs sync include tests Makefile README.md LICENSE | tar -x -C $(2)
endef
DEB := $(BUILD)/deb
DEB_SOURCE := $(DEB)/ismapfs-$(VERSION)
RPM := $(BUILD)/rpm
RPM_SOURCE := $(RPM)/SOURCES/ismapfs-$(VERSION)
UNTOUCHED := env -u MAKEFLAGS -u MAKELEVEL -u BUILD -u CI
.PHONY: deb rpm
deb: ## Debian packages, into $(BUILD)/deb
	@tests/deps.sh deb
	$(call assemble,$(DEB),$(DEB_SOURCE))
	mv $(DEB_SOURCE)/fs/debian $(DEB_SOURCE)/debian
	cd $(DEB_SOURCE) && $(UNTOUCHED) dpkg-buildpackage --unsigned-source --unsigned-changes

# On Debian, too, for a look at them: there its rpm knows of no installed packages.
rpm: ## RPM packages, into $(BUILD)/rpm
	@tests/deps.sh rpm
	$(call assemble,$(RPM),$(RPM_SOURCE))
	tar -cz -C $(RPM)/SOURCES -f $(RPM_SOURCE).tar.gz ismapfs-$(VERSION)
	$(UNTOUCHED) rpmbuild -bb $(if $(wildcard /etc/debian_version),--nodeps) --define "_topdir $(abspath $(RPM))" fs/rpm/ismapfs.spec

C_FILES = $(call files,fs sync include tests,*.[ch])
.PHONY: format check-format help
format: ## clang-format everything
	clang-format -i $(C_FILES)
check-format: ## whether clang-format would change anything, or a rule of the layout is broken
	$(Q)clang-format --dry-run -Werror $(C_FILES)
	@tests/directions.sh

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(filter %akefile %.mk,$(MAKEFILE_LIST)) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: clean
clean: ## remove what was built
	rm -rf build
