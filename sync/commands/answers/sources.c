/* sources: what can be pulled, of which documents it is made, and where they are. */
#include "cli/command.h"
#include "sources/source.h"
#include "util/print.h"

static void put_shapes(struct buffer *text, const struct document_kind *kind)
{
	for (const char *const *shape = kind->shapes; *shape; shape++)
		buffer_printf(text, "%s%s", shape == kind->shapes ? "" : ",", *shape);
}

static void print_kind(const struct reader *reader, const struct document_kind *kind)
{
	static const struct document_address none[] = {{.text = "-"}, {0}};
	const struct document_address *address = kind->addresses ? kind->addresses : none;

	for (; address->text; address++) {
		_cleanup_buffer_ struct buffer shapes = {0};

		if (address->shape)
			buffer_text(&shapes, address->shape);
		else
			put_shapes(&shapes, kind);
		print_line("%s\t%s\t%s\t%s\t%s", reader->name, kind->role,
			   kind->required ? "required" : "optional", shapes.bytes, address->text);
	}
}

static int run_sources(const struct command *command, int argc, char **argv)
{
	const struct command_option options[] = {{0}};
	int r = command_options(command, argc, argv, options, NULL);

	if (r != 0)
		return r;
	for (size_t i = 0; readers[i]; i++)
		for (const struct document_kind *kind = readers[i]->documents; kind->role; kind++)
			print_kind(readers[i], kind);
	return EXIT_DONE;
}

const struct command command_sources = {
	.name = "sources",
	.synopsis = "",
	.summary = N_("each source, its documents and official addresses"),
	.exit_status = N_("nothing else"),
	.run = run_sources,
};
