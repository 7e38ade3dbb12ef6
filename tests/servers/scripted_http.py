#!/usr/bin/env python3
"""A loopback HTTP server that answers as the address says, for the tests.

Usage: scripted_http.py DIRECTORY [PORT]

The first part of the path is a plan: words with commas between them. The first
request for a path is answered by the first word, the next by the second, and
so on; the last word goes for all that follow.

    200      DIRECTORY/served.json with an ETag, or 304 to who knows the ETag
    503      that status, with an empty body
    429-2    that status and `Retry-After: 2`
    cut      half of the file, and the connection is closed
    slow     the file, in twenty pieces over two seconds
    hang     nothing, for a minute

Prints its port once it answers. DIRECTORY/requests gets a line for each
request: seconds since 1970, path, word. Ends by itself after LIFETIME seconds.
"""

import hashlib
import http.server
import os
import sys
import threading
import time

LIFETIME = 300
DIRECTORY = sys.argv[1]
counts = {}
lock = threading.Lock()


def next_word(path):
    words = path.split("/")[1].split(",")
    with lock:
        number = counts.get(path, 0)
        counts[path] = number + 1
        word = words[min(number, len(words) - 1)]
        with open(os.path.join(DIRECTORY, "requests"), "a", encoding="utf-8") as file:
            print("%.3f" % time.time(), path, word, file=file)
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
        tag = '"%s"' % hashlib.sha256(body).hexdigest()[:16]
        if self.headers["If-None-Match"] == tag:
            self.head(304, ETag=tag)
            return
        self.head(200, ETag=tag, Content_Length=str(len(body)))
        if word == "cut":
            self.wfile.write(body[:len(body) // 2])
        elif word == "slow":
            step = len(body) // 20 + 1
            for place in range(0, len(body), step):
                self.wfile.write(body[place:place + step])
                time.sleep(0.1)
        else:
            self.wfile.write(body)

    def do_GET(self):
        word = next_word(self.path)
        try:
            if word == "hang":
                time.sleep(60)
            elif word in ("200", "cut", "slow"):
                self.publication(word)
            else:
                status, _, wait = word.partition("-")
                headers = {"Retry_After": wait} if wait else {}
                self.head(int(status), Content_Length="0", **headers)
        except (BrokenPipeError, ConnectionResetError):
            pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *arguments):  # a client that went away
        pass


def main():
    threading.Timer(LIFETIME, os._exit, (1,)).start()
    server = Server(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


main()
