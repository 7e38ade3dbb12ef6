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
DESTDIR ?=
CC ?= gcc
BUILD ?= build

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
endif

LIBRARIES_FS := fuse3 sqlite3
LIBRARIES_SYNC := sqlite3 libcurl libcjson libarchive libssl libcrypto libutf8proc zlib
pkg = $(shell pkg-config $(1) $(2) 2>/dev/null)

CPPFLAGS_ALL := -D_GNU_SOURCE -Iinclude -DISMAPFS_VERSION='"$(VERSION)"' -DFUSE_USE_VERSION=314
CFLAGS_ALL := -std=gnu17 $(WARNINGS) $(HARDENING) $(SANITIZER) $(CFLAGS)
LDFLAGS_ALL := -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(SANITIZER) $(LDFLAGS)

FS_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard fs/*.c))
SYNC_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard sync/*.c))
BUNDLED := sync/bundled/ismap.json sync/bundled/fedramp.json

.PHONY: all
all: $(BUILD)/ismapfs $(BUILD)/ismap-sync

$(BUILD)/ismapfs: $(FS_OBJECTS)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(call pkg,--libs,$(LIBRARIES_FS)) -lpthread

$(BUILD)/ismap-sync: $(SYNC_OBJECTS)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(call pkg,--libs,$(LIBRARIES_SYNC))

$(BUILD)/fs/%.o: fs/%.c | packages
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(call pkg,--cflags,$(LIBRARIES_FS)) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/sync/%.o: sync/%.c | packages
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(call pkg,--cflags,$(LIBRARIES_SYNC)) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# The schema and the bundled lists are part of the program (embedded.c).
$(BUILD)/sync/embedded.o: include/schema.sql $(BUNDLED)

-include $(FS_OBJECTS:.o=.d) $(SYNC_OBJECTS:.o=.d)

.PHONY: packages
packages:
	@pkg-config --exists $(LIBRARIES_FS) $(LIBRARIES_SYNC) || \
		{ echo "Libraries are missing. 'make deps' installs them:"; \
		  pkg-config --print-errors --exists $(LIBRARIES_FS) $(LIBRARIES_SYNC); exit 1; } >&2

.PHONY: clean
clean:
	rm -rf build
