#!/usr/bin/env python3
"""A proxy on loopback, for the tests.

Usage: proxy.py DIRECTORY

Opens tunnels (CONNECT) and passes on plain requests. DIRECTORY/proxy.mode, when
it is there, holds the status to refuse with, or `login`: 407 to whoever doesn't
say user:secret. DIRECTORY/proxy.requests gets a line for each request: method,
target. Prints its port once it answers. Ends by itself after LIFETIME seconds.
"""

import base64
import http.server
import os
import select
import socket
import sys
import threading
import urllib.request

LIFETIME = 600
DIRECTORY = sys.argv[1]
LOGIN = "Basic " + base64.b64encode(b"user:secret").decode()


def mode():
    try:
        with open(os.path.join(DIRECTORY, "proxy.mode"), encoding="utf-8") as file:
            return file.read().strip()
    except FileNotFoundError:
        return ""


def pass_on(client, server):
    """Bytes in both directions until either side ends."""
    while True:
        readable, _, _ = select.select([client, server], [], [], 60)
        if not readable:
            return
        for source in readable:
            data = source.recv(65536)
            if not data:
                return
            (server if source is client else client).sendall(data)


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def refused(self):
        """Whether the request was answered with a refusal."""
        with open(os.path.join(DIRECTORY, "proxy.requests"), "a", encoding="utf-8") as file:
            print(self.command, self.path, file=file)
        wanted = mode()
        if wanted == "login":
            wanted = "" if self.headers["Proxy-Authorization"] == LOGIN else "407"
        if not wanted:
            return False
        self.send_response(int(wanted))
        if wanted == "407":
            self.send_header("Proxy-Authenticate", 'Basic realm="test"')
        self.send_header("Content-Length", "0")
        self.end_headers()
        return True

    def do_CONNECT(self):
        self.close_connection = True
        if self.refused():
            return
        host, _, port = self.path.rpartition(":")
        try:
            with socket.create_connection((host, int(port)), 10) as server:
                self.send_response(200)
                self.end_headers()
                pass_on(self.connection, server)
        except OSError:
            pass

    def do_GET(self):
        if self.refused():
            return
        with urllib.request.urlopen(self.path, timeout=10) as answer:
            body = answer.read()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *arguments):  # a client that went away
        pass


def main():
    threading.Timer(LIFETIME, os._exit, (1,)).start()
    server = Server(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


main()
