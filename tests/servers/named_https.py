#!/usr/bin/env python3
"""A registry with a name, in a network of its own.

Usage: named_https.py DIRECTORY COMMAND...

Expects a network without anything in it (unshare -n): switches its loopback on,
answers there every question for a name's address with 127.0.0.1 (port 53), and
serves DIRECTORY over https as registry.test (port 443), and each folder of it
with a dot in its name as the host of that name. The certificate is
DIRECTORY/authority.pem. A file NAME.status makes NAME answer with the status in
it. DIRECTORY/requests gets a line for each request: host, path, status. Then
runs COMMAND, and ends with its exit status.
"""

import fcntl
import http.server
import os
import socket
import ssl
import struct
import subprocess
import sys
import threading

SIOCSIFFLAGS = 0x8914
UP = 1
DIRECTORY, *COMMAND = sys.argv[1:]


def loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", UP))


def answer(question):
    """To a question of one name: 127.0.0.1, or nothing for another type of record."""
    end = question.index(b"\0", 12) + 5
    kind = struct.unpack_from(">H", question, end - 4)[0]
    address = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + bytes([127, 0, 0, 1])
    header = question[:2] + struct.pack(">HHHHH", 0x8180, 1, int(kind == 1), 0, 0)
    return header + question[12:end] + (address if kind == 1 else b"")


def serve_names(names):
    while True:
        question, asker = names.recvfrom(512)
        names.sendto(answer(question), asker)


def hosts_of(directory):
    return [name for name in sorted(os.listdir(directory))
            if "." in name and os.path.isdir(os.path.join(directory, name))]


class Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *arguments):
        super().__init__(*arguments, directory=DIRECTORY)

    def translate_path(self, path):
        host = self.headers.get("Host", "").split(":")[0]
        return super().translate_path("/" + host + path if host in hosts_of(DIRECTORY) else path)

    def send_head(self):
        wanted = self.translate_path(self.path) + ".status"
        if not os.path.exists(wanted):
            return super().send_head()
        with open(wanted, encoding="ascii") as file:
            self.send_error(int(file.read()))
        return None

    def log_request(self, code="-", size="-"):
        with open(os.path.join(DIRECTORY, "requests"), "a", encoding="utf-8") as file:
            print(self.headers.get("Host"), self.path, int(code), file=file)

    def log_message(self, *arguments):
        pass


def make_certificate(directory):
    certificate = os.path.join(directory, "authority.pem")
    key = os.path.join(directory, "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=test", "-addext",
         "subjectAltName=" + ",".join("DNS:" + name for name in ["registry.test", *hosts_of(directory)]), "-keyout", key, "-out", certificate],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def main():
    loopback_up()
    names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names.bind(("127.0.0.1", 53))
    threading.Thread(target=serve_names, args=(names,), daemon=True).start()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 443), Handler)
    server.socket = make_certificate(DIRECTORY).wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.exit(subprocess.run(COMMAND, check=False).returncode)


main()
