/* keygen: a key to sign published lists with. */
#include <stdio.h>

#include "cli/command.h"
#include "mirror/minisign/minisign_key.h"

static int run_keygen(const struct command *command, int argc, char **argv)
{
	const char *path = NULL;
	const struct command_option options[] = {
		OPTION("key", &path, "FILE", "the secret key; FILE.pub is the other half",
		       .required = true),
		{0},
	};
	char id[MINISIGN_ID_TEXT_SIZE], text[MINISIGN_PUBLIC_TEXT_SIZE];
	struct minisign_public key;
	int r = command_options(command, argc, argv, options, NULL);

	if (r != 0)
		return r;
	if (minisign_generate(path, &key) < 0)
		return EXIT_STORE;
	minisign_id_text(key.id, id);
	minisign_public_text(&key, text);
	(void)printf(
		"key %s: %s is the secret, for 'ismap-sync publish'; mirrors need %s.pub, or this line:\n%s\n",
		id, path, path, text);
	return EXIT_DONE;
}

const struct command command_keygen = {
	.name = "keygen",
	.synopsis = "--key FILE",
	.summary = N_("make a key that published lists are signed with"),
	.exit_status = N_("5 the key can't be written"),
	.run = run_keygen,
};
