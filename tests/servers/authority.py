#!/usr/bin/env python3
"""A time stamp authority on loopback (RFC 3161), by openssl(1), that answers as DIRECTORY/word says.

Usage: authority.py DIRECTORY [SECONDS]

    stamp    a time stamp, as it should be
    other    one of another checksum
    nonce    one of the same checksum, for another request
    bare     one without a certificate
    broken   one whose signature has another last byte
    denied   no time stamp, and why
    noise    bytes that are no answer
    longer   a time stamp with a byte behind it
    endless  bytes without end
    hang     nothing, for a minute
    503      that status

DIRECTORY/ca.pem is whom to trust, DIRECTORY/other.pem another authority. Its own certificate is valid for SECONDS
from the first request, else two days. Prints its port once it answers.
DIRECTORY/requests gets a line for each request: word, type, size. Ends by itself after LIFETIME seconds.
"""

import http.server
import os
import subprocess
import sys
import tempfile
import threading
import time

LIFETIME = 600
SECONDS = int(sys.argv[2]) if len(sys.argv) > 2 else 2 * 86400
DIRECTORY = sys.argv[1]
CONFIGURATION = os.path.join(DIRECTORY, "openssl.cnf")
lock = threading.Lock()

TEXT = """
[req]
distinguished_name = name
prompt = no
[name]
CN = Test
[ca]
basicConstraints = critical,CA:TRUE
[tsa]
basicConstraints = CA:FALSE
extendedKeyUsage = critical,timeStamping
[issuer]
database = DIRECTORY/issued
serial = DIRECTORY/issuer.serial
new_certs_dir = DIRECTORY
default_md = sha256
policy = any
[any]
commonName = supplied
[authority]
serial = DIRECTORY/serial
crypto_device = builtin
signer_cert = DIRECTORY/tsa.pem
signer_key = DIRECTORY/tsa.key
certs = DIRECTORY/ca.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_chain = no
"""


NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def openssl(*words):
    return subprocess.run(["openssl", *words], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def at(seconds):
    """So many seconds from now, as certificates have times."""
    return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + seconds))


def path(name):
    return os.path.join(DIRECTORY, name)


def make_authority(name, subject):
    openssl("req", "-x509", "-config", CONFIGURATION, *NEW_KEY, "-days", "2", "-subj", subject, "-extensions", "ca",
            "-keyout", path(name + ".key"), "-out", path(name + ".pem"))


def set_up():
    with open(CONFIGURATION, "w", encoding="ascii") as file:
        file.write(TEXT.replace("DIRECTORY", DIRECTORY))
    for name, text in ("serial", "01\n"), ("issuer.serial", "01\n"), ("issued", ""):
        with open(path(name), "w", encoding="ascii") as file:
            file.write(text)
    make_authority("ca", "/CN=Test authority")
    make_authority("other", "/CN=Another authority")
    openssl("req", "-config", CONFIGURATION, *NEW_KEY, "-subj", "/CN=Test time stamps",
            "-keyout", path("tsa.key"), "-out", path("tsa.request"))


def certify():
    """At the first request, as it may be valid for seconds."""
    openssl("ca", "-batch", "-notext", "-config", CONFIGURATION, "-name", "issuer", "-in", path("tsa.request"),
            "-cert", path("ca.pem"), "-keyfile", path("ca.key"), "-extensions", "tsa", "-out", path("tsa.pem"),
            "-startdate", at(-3600), "-enddate", at(SECONDS))


def reply(query, *options):
    with tempfile.NamedTemporaryFile(dir=DIRECTORY) as file:
        file.write(query)
        file.flush()
        return openssl("ts", "-reply", "-config", CONFIGURATION, "-section", "authority", "-queryfile", file.name,
                       *options)


def query(*options):
    return openssl("ts", "-query", "-config", CONFIGURATION, *options)


def digest_of(asked):
    """The checksum in a request: what follows the head of an OCTET STRING of 32 bytes."""
    begin = asked.index(b"\x04\x20") + 2
    return asked[begin:begin + 32].hex()


def answer(word, asked):
    if word == "other":
        return reply(query("-digest", "ab" * 32, "-sha256", "-cert"))
    if word == "nonce":
        return reply(query("-digest", digest_of(asked), "-sha256", "-cert"))
    if word == "bare":
        # certReq is the last member: without it no certificate comes along.
        assert asked.endswith(b"\x01\x01\xff")
        return reply(bytes([asked[0], asked[1] - 3]) + asked[2:-3])
    if word == "denied":
        return reply(query("-digest", "ab" * 20, "-sha1"))
    if word == "noise":
        return b"\x30\x82no answer" * 40
    made = reply(asked)
    if word == "broken":
        return made[:-1] + bytes([made[-1] ^ 1])
    return made + b"\0" if word == "longer" else made


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *unused):
        pass

    def do_GET(self):
        self.send_error(405)

    def do_POST(self):
        with open(path("word"), encoding="ascii") as file:
            word = file.read().strip()
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        with lock:
            if not os.path.exists(path("tsa.pem")):
                certify()
        with lock, open(path("requests"), "a", encoding="utf-8") as file:
            print(word, self.headers["Content-Type"], len(asked), file=file)
        if word == "hang":
            gone.wait(60)
            return
        if word == "503":
            self.send_error(503)
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.end_headers()
        try:
            while word == "endless":
                self.wfile.write(b"\x30" * 65536)
            self.wfile.write(answer(word, asked))
        except (BrokenPipeError, ConnectionResetError):
            pass


set_up()
gone = threading.Event()
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Timer(LIFETIME, lambda: os._exit(0)).start()
print(server.server_address[1], flush=True)
server.serve_forever()
