#!/usr/bin/env python3
"""A loopback HTTP server that does what servers shouldn't, for the tests.

Usage: misbehaving_http.py DIRECTORY

Listens on two ports of its own, one plain, one TLS with a certificate that it
makes in DIRECTORY (authority.pem), and prints "PLAIN TLS\n" once both answer.
Ends by itself after LIFETIME seconds, in case nobody ends it.
"""

import gzip
import http.server
import os
import ssl
import subprocess
import sys
import threading
import time

LIFETIME = 600
ETAG = '"v1"'
DATE = "Wed, 01 Jan 2025 00:00:00 GMT"
PLAIN = b'{"services": ["one", "two"]}\n' * 100


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, body, status=200, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def redirect(self, target, status=302):
        self.answer(b"<html>moved</html>", status, Location=target)

    def do_GET(self):
        path, _, rest = self.path.partition("?")
        try:
            getattr(self, "do_" + path.strip("/").replace("-", "_"))(rest)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.close_connection = True

    # What servers should do.

    def do_plain(self, _):
        self.answer(PLAIN, ETag=ETAG, Last_Modified=DATE)

    def do_empty(self, _):
        self.answer(b"")

    def do_echo(self, _):
        self.answer(bytes(self.headers))

    def do_conditional(self, _):
        if ETAG == self.headers["If-None-Match"] or DATE == self.headers["If-Modified-Since"]:
            self.send_response(304)
            self.end_headers()
        else:
            self.answer(PLAIN, ETag=ETAG, Last_Modified=DATE)

    def do_modified(self, seconds):
        """Was changed so many seconds before it is sent; without a Date that nobody knows."""
        headers = {"ETag": ETAG, "Last_Modified": self.date_time_string(time.time() - int(seconds or 0))}
        if not seconds:
            self.date_time_string = lambda *_: ""
        self.answer(PLAIN, **headers)

    def do_new_etag(self, _):
        self.send_response(304)
        self.send_header("ETag", '"v2"')
        self.end_headers()

    def do_gzip(self, _):
        self.answer(gzip.compress(PLAIN), Content_Encoding="gzip")

    def do_gzip_of_gzip(self, _):
        self.answer(gzip.compress(gzip.compress(PLAIN)), Content_Encoding="gzip")

    def do_gzip_file(self, _):
        self.answer(gzip.compress(PLAIN), Content_Type="application/gzip")

    def do_encoded(self, words):
        """Stated to be encoded so; encoded with gzip for each `gzip` among the words."""
        body = PLAIN
        for _ in range(words.lower().count("gzip")):
            body = gzip.compress(body)
        self.answer(body, Content_Encoding=words.replace("+", ", "))

    def do_encoded_twice(self, _):
        self.send_response(200)
        body = gzip.compress(PLAIN)
        for name, value in (("Encoding", "aws-chunked"), ("Encoding", "gzip"), ("Length", str(len(body)))):
            self.send_header("Content-" + name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_same(self, _):
        self.redirect("/plain")

    def do_same_absolute(self, _):
        self.redirect("http://%s/plain" % self.headers["Host"], 308)

    # What they shouldn't.

    def do_status(self, rest):
        self.answer(b"an error page", int(rest))

    def do_busy(self, _):
        self.answer(b"", 503, Retry_After="120")

    def do_to(self, rest):
        self.redirect(rest)

    def do_nowhere(self, _):
        self.answer(b"", 302)

    def do_loop(self, _):
        self.redirect("/loop")

    def do_not_modified(self, _):
        self.send_response(304)
        self.end_headers()

    def do_truncated(self, _):
        self.send_response(200)
        self.send_header("Content-Length", str(len(PLAIN)))
        self.end_headers()
        self.wfile.write(PLAIN[: len(PLAIN) // 2])
        self.close_connection = True

    def do_broken_chunk(self, _):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"10\r\n0123456789abcdef\r\n20\r\n0123")
        self.close_connection = True

    def do_gzip_truncated(self, _):
        body = gzip.compress(PLAIN)
        self.answer(body[: len(body) // 2], Content_Encoding="gzip")

    def do_gzip_flipped(self, _):
        body = bytearray(gzip.compress(PLAIN))
        body[-6] ^= 4  # in the checksum
        self.answer(bytes(body), Content_Encoding="gzip")

    def do_gzip_lie(self, _):
        self.answer(PLAIN, Content_Encoding="gzip")

    def do_brotli(self, _):
        self.answer(b"\x0b\x02\x80hello\x03", Content_Encoding="br")

    def do_bomb(self, _):
        self.answer(gzip.compress(bytes(32 << 20)), Content_Encoding="gzip")

    def do_announced(self, _):
        self.send_response(200)
        self.send_header("Content-Length", str(1 << 40))
        self.end_headers()
        self.wfile.write(b"x")
        time.sleep(5)
        self.close_connection = True

    def do_endless(self, _):
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(bytes(65536))

    def do_slow(self, _):
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        while True:
            self.wfile.write(b"x")
            time.sleep(0.1)

    def do_slow_redirects(self, _):
        time.sleep(0.7)
        self.redirect("/slow-redirects")

    def do_silent(self, _):
        self.close_connection = True

    def do_nonsense(self, _):
        self.wfile.write(b"hello, I am not HTTP\r\n\r\n")
        self.close_connection = True

    def do_long_etag(self, _):
        self.answer(PLAIN, ETag='"' + "x" * 2000 + '"')

    def do_injection(self, _):
        self.answer(PLAIN, ETag='"a\x1b[31mb"')


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *arguments):  # a client that went away
        pass


def make_certificate(directory):
    certificate = os.path.join(directory, "authority.pem")
    key = os.path.join(directory, "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", key, "-out", certificate],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def main():
    threading.Timer(LIFETIME, os._exit, (1,)).start()
    plain = Server(("127.0.0.1", 0), Handler)
    secure = Server(("127.0.0.1", 0), Handler)
    context = make_certificate(sys.argv[1])
    secure.socket = context.wrap_socket(secure.socket, server_side=True,
                                        do_handshake_on_connect=False)
    threading.Thread(target=secure.serve_forever, daemon=True).start()
    print(plain.server_port, secure.server_port, flush=True)
    plain.serve_forever()


main()
