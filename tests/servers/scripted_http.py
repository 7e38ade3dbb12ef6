#!/usr/bin/env python3
"""A loopback HTTP server that answers as the address says, for the tests.

Usage: scripted_http.py DIRECTORY [PORT [CERTIFICATE KEY]]

With a certificate it speaks TLS. Port 0 is one that is free.

The first part of the path is a plan: words with commas between them. The first
request for a path is answered by the first word, the next by the second, and
so on; the last word goes for all that follow.

    200      DIRECTORY/served.json with an ETag, or 304 to who knows the ETag
    503      that status, with an empty body
    429-2    that status and `Retry-After: 2`
    cut      half of the file, and the connection is closed
    slow     the file, in twenty pieces over two seconds
    hang     nothing, for a minute
    trickle  a byte every tenth of a second
    gzip     the file, as a transfer that is encoded with gzip
    bomb     100 MB of blanks in 100 kB of gzip
    half     the first half of the gzip
    endless  blanks without end, of a length that nobody states
    1gb      what states to be as long
    header   a header of 200 kB
    to-NAME  a redirect to where DIRECTORY/NAME says

Prints its port once it answers. DIRECTORY/requests gets a line for each
request: seconds since 1970, path, word. Where somebody asks while a "slow"
answer is on its way, DIRECTORY/overlaps gets a line. Ends by itself after LIFETIME seconds.
"""

import gzip
import hashlib
import http.server
import os
import ssl
import sys
import threading
import time

LIFETIME = 600
DIRECTORY = sys.argv[1]
counts = {}
slow = set()
lock = threading.Lock()


def next_word(path):
    words = path.split("/")[1].split(",")
    with lock:
        number = counts.get(path, 0)
        counts[path] = number + 1
        word = words[min(number, len(words) - 1)]
        with open(os.path.join(DIRECTORY, "requests"), "a", encoding="utf-8") as file:
            print("%.3f" % time.time(), path, word, file=file)
        if slow:
            with open(os.path.join(DIRECTORY, "overlaps"), "a", encoding="utf-8") as file:
                print(path, *slow, file=file)
    return word


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def head(self, status, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def publication(self, word):
        with open(os.path.join(DIRECTORY, "served.json"), "rb") as file:
            body = file.read()
        if word in ("gzip", "half"):
            body = gzip.compress(body)
            self.head(200, Content_Encoding="gzip", Content_Length=str(len(body) // (1 + (word == "half"))))
            self.wfile.write(body[:len(body) // (1 + (word == "half"))])
            return
        tag = '"%s"' % hashlib.sha256(body).hexdigest()[:16]
        if self.headers["If-None-Match"] == tag:
            self.head(304, ETag=tag)
            return
        self.head(200, ETag=tag, Content_Length=str(len(body)))
        if word == "cut":
            self.wfile.write(body[:len(body) // 2])
        elif word == "slow":
            step = len(body) // 20 + 1
            slow.add(self.path)
            for place in range(0, len(body), step):
                if place + step >= len(body):
                    slow.discard(self.path)
                self.wfile.write(body[place:place + step])
                time.sleep(0.1)
        else:
            self.wfile.write(body)

    def blanks(self, word):
        if word == "bomb":
            body = gzip.compress(b" " * 100000000)
            self.head(200, Content_Encoding="gzip", Content_Length=str(len(body)))
            self.wfile.write(body)
            return
        lengths = {"1gb": {"Content_Length": str(1 << 30)}, "trickle": {"Content_Length": "1000000"}}
        self.head(200, **lengths.get(word, {}))
        while True:
            self.wfile.write(b" " * (1 if word == "trickle" else 65536))
            if word == "trickle":
                time.sleep(0.1)

    def redirect(self, name):
        with open(os.path.join(DIRECTORY, name), encoding="utf-8") as file:
            self.head(302, Location=file.read().strip(), Content_Length="0")

    def do_GET(self):
        word = next_word(self.path)
        try:
            if word == "hang":
                time.sleep(60)
            elif word in ("200", "cut", "slow", "gzip", "half"):
                self.publication(word)
            elif word in ("bomb", "endless", "1gb", "trickle"):
                self.blanks(word)
            elif word == "header":
                self.head(200, X="x" * 200000)
            elif word.startswith("to-"):
                self.redirect(word[3:])
            else:
                status, _, wait = word.partition("-")
                headers = {"Retry_After": wait} if wait else {}
                self.head(int(status), Content_Length="0", **headers)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.close_connection = True


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *arguments):  # a client that went away
        pass


def main():
    threading.Timer(LIFETIME, os._exit, (1,)).start()
    server = Server(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 0), Handler)
    if len(sys.argv) > 4:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[3], sys.argv[4])
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    print(server.server_port, flush=True)
    server.serve_forever()


main()
