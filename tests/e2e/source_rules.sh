#!/usr/bin/env bash
# Rules of the code that no compiler knows: banned functions, allocations that nobody asks for.
# shellcheck source=../lib.sh disable=SC1091,SC2164
. "$(dirname "$0")/../lib.sh"

# What each rule is for, in a file that breaks it.
rules_are_alive() {
	mkdir "$WORK/bad"
	cat >"$WORK/bad/bad.c" <<-'C'
		/* sprintf( in a comment, and "strcpy(" in a string, are nobody's business. */
		int f(char *to, const char *from)
		{
			char *copy = strdup(from);

			copy[0] = 'x';
			puts("atoi(1)");
			return sprintf(to, "%s", copy);
		}
		void g(struct s *s)
		{
			s->p = realloc(s->p, 10);
			if (!s->p)
				return;
		}
		void h(sqlite3 *database)
		{
			prepare(database, "SELECT 1 FROM entity WHERE kind = 5"); /* not kind = 6 */
		}
	C
	echo "SELECT 1 FROM link WHERE relation IN (\$R.SELF, 4) AND relation <> 4; -- relation = 4" >"$WORK/bad/bad.sql"
	expect_code 1 python3 "$TOP/tests/helpers/source_rules.py" "$WORK/bad"
	said 'bad.c:8: sprintf'
	said 'bad.c:4: nobody asks whether .*copy'
	said 'bad.c:12: when it fails, s->p is lost'
	said 'bad.c:18: a number of the vocabulary: kind = 5'
	said 'bad.sql:1: a number of the vocabulary: relation <> 4'
	equal complaints 5 "$(grep -c '^# ' "$WORK/.said")"
}

test_case "each rule finds what breaks it" rules_are_alive
python3 "$TOP/tests/helpers/source_rules.py" "$TOP/fs" "$TOP/sync" "$TOP/include" || FAILED=1
finish
