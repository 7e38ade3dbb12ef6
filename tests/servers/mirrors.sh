# For the tests of mirrors, behind tests/lib.sh: stores to publish, heads signed
# by hand, and nginx as an origin and as an edge that caches.

KEY=$WORK/key

# origin DAY OPTIONS…: $WORK/origin as of a publication of that day.
origin() {
	local day=$1
	shift
	python3 "$TOP/tests/publications/fedramp.py" --plain --services 30 --day "$day" "$@" >"$WORK/publication.json"
	# The list needs the changelog, which here says nothing of these services.
	[ -e "$WORK/changelog.json" ] || python3 "$TOP/tests/publications/fedramp_today.py" changelog 3 "$day" \
		'FR9999999999|2020-01-01||Legacy FedRAMP Ready' >"$WORK/changelog.json"
	"$SYNC" pull --quiet --store "$WORK/origin" --source fedramp --from "$WORK/publication.json" \
		--from "$WORK/changelog.json"
}

publish() { # WEBROOT OPTIONS…
	local to=$1
	shift
	"$SYNC" publish --store "$WORK/origin" --to "$to" --key "$KEY" "$@"
}

publish_fails() { # CODE WEBROOT OPTIONS…
	local code=$1 to=$2
	shift 2
	expect_code "$code" "$SYNC" publish --store "$WORK/origin" --to "$to" --key "$KEY" "$@"
}

# killed_at DIRECTORY NUMBER COMMAND…: it is killed before that one of its changes below the
# directory; false when it came to its end before.
killed_at() {
	local below=$1 number=$2 code=0
	shift 2
	FAULT_BELOW=$below FAULT_AT=$number FAULT_HOW=kill LD_PRELOAD=$BUILD/faults/writes.so \
		ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" \
		timeout 60 "$@" >"$WORK/.killed" 2>&1 || code=$?
	[ $code = 137 ] && return 0
	[ $code = 0 ] && return 1
	cat "$WORK/.killed"
	exit 1
}

# Whether a published directory has a head at all, and then its signature and its objects, whole.
consistent() { # WEBROOT
	local sum
	[ -e "$1/head.json" ] || return 0
	sum=$(sha256sum <"$1/head.json")
	minisign -V -q -m "$1/head.json" -x "$1/signatures/${sum%% *}.minisig" -p "$KEY.pub"
	jq -r '(.object, .deltas[].object) | .sha256' "$1/head.json" | while read -r sum; do
		echo "$sum  $1/objects/$sum"
	done | sha256sum --quiet -c
}

# keeps_its_head STORE: the head in it is signed, and of the file that it has.
keeps_its_head() {
	head -n 4 "$1/mirror/head" >"$WORK/kept.minisig"
	tail -n +5 "$1/mirror/head" >"$WORK/kept"
	minisign -V -q -m "$WORK/kept" -x "$WORK/kept.minisig" -p "$KEY.pub"
	equal "kept head" "$(sha256sum <"$1/current" | cut -d' ' -f1)" "$(jq -r .file.sha256 "$WORK/kept")"
}

pull_mirror() { # CODE STORE FROM OPTIONS…
	local code=$1 store=$2 from=$3
	shift 3
	expect_code "$code" "$SYNC" pull --store "$store" --source mirror --from "$from" \
		--pubkey "$KEY.pub" --retry-delay 20ms "$@"
}

# sign WEBROOT KEY: the head as it stands, by minisign's own command.
sign() {
	local sum
	sum=$(sha256sum <"$1/head.json")
	rm -f "$1/head.json.minisig"
	minisign -S -s "$2" -m "$1/head.json" </dev/null >/dev/null
	cp "$1/head.json.minisig" "$1/signatures/${sum%% *}.minisig"
}

# change_head WEBROOT JQ-EXPRESSION…: changed, and signed again.
change_head() {
	local webroot=$1
	shift
	jq "$@" "$webroot/head.json" >"$WORK/head.new"
	mv "$WORK/head.new" "$webroot/head.json"
	sign "$webroot" "$KEY"
}

# What a mirror must not lose: its list, and what the tree shows of it.
state_of_list() { # STORE
	readlink "$1/current"
	sha256sum <"$1/$(readlink "$1/current")"
	"$SYNC" verify --store "$1" | sed 's/.*: //'
}

# What nginx must have, whatever it serves.
nginx_begin() { # DIRECTORY
	mkdir -p "$1"
	cat <<-EOF
		daemon off;
		master_process off;
		pid $1/pid;
		error_log $1/error notice;
		events { worker_connections 512; }
		http {
		  client_body_temp_path $1/body;
		  proxy_temp_path $1/proxy;
		  fastcgi_temp_path $1/fastcgi;
		  uwsgi_temp_path $1/uwsgi;
		  scgi_temp_path $1/scgi;
		  default_type application/octet-stream;
		  log_format short '\$status \$body_bytes_sent \$connection \$uri';
		  access_log $1/access short;
	EOF
}

# origin_server DIRECTORY WEBROOT LISTEN: a configuration, in DIRECTORY/conf.
origin_server() {
	{
		nginx_begin "$1"
		cat <<-EOF
			  server {
			    listen $3;
			    root $2;
			    location = /head.json { add_header Cache-Control "max-age=${HEAD_AGE:-60}"; }
			    location / { add_header Cache-Control "public, max-age=31536000, immutable"; }
			  }
			}
		EOF
	} >"$1.conf.new"
	mv "$1.conf.new" "$1/conf"
}

# edge_server DIRECTORY UPSTREAM LISTEN…: a cache before it; what the upstream says of age holds.
edge_server() {
	local directory=$1 upstream=$2
	shift 2
	{
		nginx_begin "$directory"
		cat <<-EOF
			  proxy_cache_path $directory/cache keys_zone=edge:1m inactive=1h;
			  server {
			    listen $*;
			    ${EDGE_TLS:-}
			    location / {
			      proxy_pass $upstream;
			      proxy_cache edge;
			      proxy_cache_lock on;
			      proxy_cache_revalidate on;
			      proxy_cache_use_stale error timeout http_500 http_502 http_503 http_504;
			      proxy_http_version 1.1;
			      proxy_set_header Connection "";
			    }
			  }
			}
		EOF
	} >"$directory.conf.new"
	mv "$directory.conf.new" "$directory/conf"
}

# serve DIRECTORY [COMMAND…]: starts what is configured there, by a command that runs it elsewhere.
# To be called at a script's top level, so that the clean-up knows of it.
serve() {
	local directory=$1
	shift
	"$@" /usr/sbin/nginx -p "$directory" -e "$directory/error" -c "$directory/conf" >/dev/null 2>"$directory/stderr" &
	CHILDREN+=($!)
}

# A port that nobody listens on.
free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# wait_for URL [COMMAND…]: until somebody answers there.
wait_for() {
	local url=$1 i
	shift
	for ((i = 0; i < 200; i++)); do
		"$@" python3 - "$url" <<-'EOF' && return 0
			import socket, sys, urllib.parse
			at = urllib.parse.urlsplit(sys.argv[1])
			try:
			    socket.create_connection((at.hostname, at.port or 443), 1).close()
			except OSError:
			    sys.exit(1)
		EOF
		sleep 0.05
	done
	echo "nobody answers at $url"
	return 1
}

# requests DIRECTORY PATTERN: how many of a server's answers match, of lines STATUS BYTES CONNECTION PATH.
requests() { grep -cE "$2" "$1/access" || true; }

# three_days: an origin with a generation for each of three days, $WORK/origin10 to 12 as it was
# then, published as $WORK/w10 to w12 ($W the last of them, $WORK/w a copy of that), and a mirror of
# the first, $WORK/first, whose list is $FIRST for refused().
three_days() {
	local day
	"$SYNC" keygen --key "$KEY" >/dev/null
	"$SYNC" keygen --key "$WORK/key2" >/dev/null
	for day in 10 11 12; do
		origin "2026-01-$day" --services "$day" --rename "FR9000000003=Name of $day" >/dev/null
		publish "$WORK/w$day" --at "2026-01-${day}T12:00:00Z" --expires 365d >/dev/null
		cp -a "$WORK/origin" "$WORK/origin$day"
		cp -a "$WORK/w$day" "$WORK/w$((day + 1))"
	done
	W=$WORK/w12
	cp -a "$W" "$WORK/w"
	pull_mirror 0 "$WORK/first" "$WORK/w10"
	cp -a "$WORK/first" "$WORK/r"
	FIRST=$(state_of_list "$WORK/r")
	rm -rf "$WORK/r"
}

# refused SENTENCE WEBROOT [OPTIONS…]: with status 4 and that sentence, in the state too, and the
# store of generation 1 is as it was.
refused() {
	local sentence=$1 webroot=$2 before=$FIRST
	shift 2
	rm -rf "$WORK/r"
	cp -a "${FROM:-$WORK/first}" "$WORK/r"
	[ -z "${FROM:-}" ] || before=$(state_of_list "$WORK/r")
	pull_mirror 4 "$WORK/r" "$webroot" "$@"
	said "$sentence"
	grep -E '^last-error ' "$WORK/r/state" | grep -qE -- "$sentence"
	equal "the store" "$before" "$(state_of_list "$WORK/r")"
	[ ! -e "$WORK/r/generations/new.db" ]
}

# copy NAME: $B, a published directory to spoil.
copy() {
	B=$WORK/$1
	rm -rf "$B"
	cp -a "$W" "$B"
}

object_of() { echo "$B/objects/$(jq -r .object.sha256 "$B/head.json")"; }
