/* evidence: what a list said of services on a day, as a signed pack that others can check. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "cli/command.h"
#include "cli/sandbox.h"
#include "common/log.h"
#include "evidence/facts/record.h"
#include "evidence/pack/make.h"
#include "evidence/pack/proofs.h"
#include "mirror/minisign/minisign_key.h"
#include "query/claims.h"
#include "render/output.h"
#include "util/clock.h"
#include "util/json.h"
#include "util/memory.h"
#include "util/print.h"
#include "util/table/sheet.h"
#include "util/text/text.h"

/* The longest name that somebody may call themselves. */
#define NAME_SIZE_MAX 200

struct options {
	const char *path, *at, *key, *out, *only, *by, *verify, *public_key;
	struct command_texts services;
	bool whole;
	int fd; /* of the file of --only; -1: there is none */
};

static int read_services(const struct options *options, const struct list *list,
			 struct evidence *evidence)
{
	_cleanup_claims_ struct claims claims = {0};
	_cleanup_names_ struct names names = {0};
	struct reason reason = {.about = options->only};
	int r = 0;

	for (size_t i = 0; i < options->services.count; i++)
		claims_add(&claims, i + 1, options->services.texts[i]);
	if (options->fd >= 0)
		r = claims_read(options->fd, NULL, &reason, &claims);
	reason_say(&reason);
	if (r < 0)
		return EXIT_USAGE;
	if (names_read(list->database, &names) < 0)
		return EXIT_STORE;
	for (size_t i = 0; r == 0 && i < claims.count; i++)
		r = evidence_add_service(evidence, &names, claims.claims[i].text);
	if (r < 0)
		return r == -EINVAL ? EXIT_USAGE : EXIT_STORE;
	return 0;
}

static int write_pack(const struct options *options, struct evidence *evidence,
		      const struct minisign_secret *secret)
{
	_cleanup_pack_ struct pack pack = {0};
	int r = pack_make(evidence, options->whole, &pack);

	if (r == 0)
		r = pack_seal(&pack, secret, clock_read(0).now);
	if (r == 0)
		r = pack_write(&pack, options->out);
	if (r < 0)
		return EXIT_STORE;
	print_line("%s: what is known on %s, services: %zu, signed with the key %s", options->out,
		   options->at, evidence->service_count, evidence->signer);
	return EXIT_DONE;
}

static int make(const struct options *options)
{
	_cleanup_list_ struct list list = LIST_CLOSED;
	_cleanup_evidence_ struct evidence evidence = {0};
	_cleanup_minisign_secret_ struct minisign_secret secret;
	struct minisign_public public;
	int r;

	if (minisign_read_secret(options->key, &secret) < 0)
		return EXIT_USAGE;
	if (list_open(&list, options->path) < 0 ||
	    output_check_outside(&list.store, options->out) < 0)
		return EXIT_STORE;
	r = evidence_read_day(&evidence, &list, options->at);
	if (r == -ENOENT)
		return EXIT_ANSWER;
	if (r < 0)
		return r == -EINVAL ? EXIT_USAGE : EXIT_STORE;
	public = minisign_public_of(&secret);
	minisign_public_text(&public, evidence.signer);
	evidence.by = options->by;
	r = read_services(options, &list, &evidence);
	return r != 0 ? r : write_pack(options, &evidence, &secret);
}

/* Reads the record of a pack. Refused unless it names the key that signed the pack: somebody could
 * sign another's pack again. */
static int read_record(const struct pack *pack, const char *signer, struct reason *reason,
		       cJSON **record)
{
	const struct pack_file *file = pack_find(pack, PACK_RECORD);
	_cleanup_free_ char *copy = NULL;
	int r;

	if (!file)
		return reason_refuse(reason, "it has no " PACK_RECORD);
	copy = xstrndup(file->bytes.bytes ? file->bytes.bytes : "", file->bytes.length);
	r = json_parse((unsigned char *)copy, file->bytes.length, reason, record);
	if (r < 0)
		return r;
	if (strcmp(json_text(*record, "format"), RECORD_FORMAT) != 0)
		return reason_refuse(reason, PACK_RECORD " is no record of a pack");
	if (strcmp(json_text(*record, "signer"), signer) != 0)
		return reason_refuse(reason,
				     "it is signed with the key %s, but says that another one did",
				     signer);
	return 0;
}

/* What a checked pack's record says, as far as a line can. */
static void print_record(const cJSON *record)
{
	const cJSON *service;

	print_line("list      %s", json_text(json_member(record, "list"), "title"));
	print_line("day       %s, %s", json_text(json_member(record, "day"), "day"),
		   json_text(json_member(record, "day"), "basis"));
	cJSON_ArrayForEach(service, json_member(record, "services"))
	{
		print_line("service   %s, %s", json_text(service, "number"),
			   cJSON_IsTrue(json_member(service, "listed")) ? "listed" : "not listed");
	}
}

static int check_pack(const struct options *options, const struct minisign_keys *keys,
		      struct reason *reason)
{
	_cleanup_pack_ struct pack pack = {0};
	_cleanup_json_ cJSON *record = NULL;
	struct minisign_signature signature;
	char signer[MINISIGN_PUBLIC_TEXT_SIZE] = "";
	size_t texts = 0;
	int r = pack_read(options->verify, reason, &pack);

	if (r == 0)
		r = pack_check(&pack, keys, reason, &signature);
	if (r == 0)
		r = proofs_check_chain(&pack, reason, &texts);
	if (r == 0) {
		minisign_public_text(minisign_find(keys, signature.id), signer);
		r = read_record(&pack, signer, reason, &record);
	}
	if (r < 0)
		return r;
	print_line("signed    with the key %s, which says: %s", signer, signature.comment);
	print_line("files     %zu, as they were signed", pack.count);
	print_line("chain     %zu generations computed", texts);
	print_record(record);
	return 0;
}

static int verify(const struct command *command, const struct options *options)
{
	struct reason reason = {.about = options->verify};
	struct minisign_keys keys = {.count = 0};
	int r;

	if (!options->public_key)
		return command_usage(command, "--pubkey is missing: the signer's FILE.pub");
	if (options->path || options->out || options->key || options->at || options->only ||
	    options->by || options->services.count > 0 || options->whole)
		return command_usage(command, "--verify goes with --pubkey alone");
	if (command_sandbox(command, &(struct sandbox_needs){
					     .inputs = {options->verify, options->public_key}}) < 0)
		return EXIT_STORE;
	if (minisign_read_public(options->public_key, &keys) < 0)
		return EXIT_USAGE;
	r = check_pack(options, &keys, &reason);
	reason_say(&reason);
	if (r == 0)
		return EXIT_DONE;
	return reason.refused ? EXIT_REFUSED : EXIT_USAGE;
}

static int check_options(const struct command *command, struct options *options)
{
	const struct {
		const char *name, *value;
	} needed[] = {{"store", options->path},
		      {"at", options->at},
		      {"key", options->key},
		      {"out", options->out}};

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!needed[i].value)
			return command_usage(command, "--%s is missing", needed[i].name);
	if (options->public_key)
		return command_usage(command, "--pubkey goes with --verify");
	if (options->services.count == 0 && !options->only)
		return command_usage(command, "--service or --only says which services");
	if (options->by && (strlen(options->by) > NAME_SIZE_MAX ||
			    !text_is_utf8((const unsigned char *)options->by, strlen(options->by))))
		return command_usage(command, "--by is at most %d bytes of UTF-8", NAME_SIZE_MAX);
	if (!options->only)
		return 0;
	options->fd = open(options->only, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (options->fd < 0)
		return command_usage(command, "%s can't be read: %s", options->only,
				     strerror(errno));
	sheet_prepare();
	return 0;
}

static int run_evidence(const struct command *command, int argc, char **argv)
{
	struct options options = {.fd = -1};
	const struct command_option rows[] = {
		OPTION("store", &options.path, "DIR", "the store"),
		OPTIONS("service", &options.services, "NUMBER",
			"of which service; again for each further one"),
		OPTION("only", &options.only, "FILE",
		       "of the services that FILE names, one a line"),
		OPTION("at", &options.at, "DAY", "on which day"),
		OPTION("key", &options.key, "FILE", "the secret key that signs it"),
		OPTION("out", &options.out, "FILE", "a new .tar, a new .zip, or a new folder"),
		OPTION("by", &options.by, "NAME", "what whoever signs it call themselves"),
		FLAG("whole", &options.whole,
		     "whole documents, too, with the personal data in them"),
		OPTION("verify", &options.verify, "PACK", "check a pack: an archive, or a folder"),
		OPTION("pubkey", &options.public_key, "FILE",
		       "public keys that it may be signed with"),
		{0},
	};
	int r = command_options(command, argc, argv, rows, NULL);

	if (r == 0 && options.verify)
		return verify(command, &options);
	if (r == 0)
		r = check_options(command, &options);
	if (r != 0)
		return r;
	if (command_sandbox(command, &(struct sandbox_needs){.store = options.path,
							     .output = options.out,
							     .inputs = {options.key}}) < 0)
		return EXIT_STORE;
	return make(&options);
}

const struct command command_evidence = {
	.name = "evidence",
	.synopsis = "--store DIR --at DAY ... | --verify PACK ...",
	.summary = N_("sign what the list said of a service on a day, or check that"),
	.exit_status = N_(
		"1 nothing is known of that day, 4 --verify refuses the pack,\n5 store unusable"),
	.run = run_evidence,
};
