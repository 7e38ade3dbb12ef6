/* keygen: a key to sign published lists with. */
#include <stdio.h>

#include "commands/command.h"
#include "mirror/minisign_key.h"

int command_keygen(const struct command *command, int argc, char **argv)
{
	const char *path = NULL;
	const struct command_option options[] = {
		{.name = "key",
		 .value = &path,
		 .required = true,
		 .argument = "FILE",
		 .help = N_("the secret key; FILE.pub is the other half")},
		{0},
	};
	char id[MINISIGN_ID_TEXT_SIZE], text[MINISIGN_PUBLIC_TEXT_SIZE];
	struct minisign_public key;
	int r = command_options(command, argc, argv, options, NULL);

	if (r != 0)
		return r < 0 ? EXIT_DONE : r;
	if (minisign_generate(path, &key) < 0)
		return EXIT_STORE;
	minisign_id_text(key.id, id);
	minisign_public_text(&key, text);
	(void)printf(
		"key %s: %s is the secret, for 'ismap-sync publish'; whoever mirrors needs %s.pub, or this line:\n%s\n",
		id, path, path, text);
	return EXIT_DONE;
}
