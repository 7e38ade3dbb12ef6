#!/usr/bin/env python3
"""A loopback ServiceNow Service Portal with 120 made-up services, for the tests.

Usage: portal.py DIRECTORY

Listens on two ports of its own, one plain, one TLS with a certificate that it
makes in DIRECTORY (authority.pem), and prints "PLAIN TLS\n" once both answer.
Each word in DIRECTORY/mode makes it misbehave in one way (below, `mode`);
DIRECTORY/services, when it is there, is how many services it lists.
DIRECTORY/requests receives each request, DIRECTORY/forbidden each that nobody
may make of a public portal. It ends by itself after LIFETIME seconds.
"""

import gzip
import hashlib
import http.server
import json
import os
import re
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse

LIFETIME = 600
SERVICES = 120
PAGE_SIZE = 50
PUBLIC = {"/csm", "/api/now/sp/page"}
LIST, DETAIL, LIU = "cloud_service_list", "cloud_service_list_detail", "liu_list"

JAPANESE = {"u_number": "登録番号", "u_name": "クラウドサービスの名称", "u_provider": "クラウドサービス事業者",
            "u_registered": "登録日", "u_period": "監査対象期間", "u_scope": "言明の対象範囲",
            "u_region": "リージョン", "u_objectives": "管理目的", "u_division": "サービス区分",
            "u_event": "後発事象", "u_auditor": "監査機関"}
ENGLISH = {"u_number": "Registration number", "u_name": "Cloud service name", "u_provider": "Cloud service provider",
           "u_registered": "Registration date", "u_period": "Audit period", "u_scope": "Scope of the statement",
           "u_region": "Regions", "u_objectives": "Control objectives", "u_division": "Service division",
           "u_event": "Subsequent events", "u_auditor": "Auditor"}
LISTED = ["u_number", "u_name", "u_provider", "u_registered", "u_division"]

DIRECTORY = sys.argv[1]
counters = {"sessions": 0, "requests": 0, "busy": 0, "empty": 0}
tokens = {}


def sys_id(kind, number):
    return hashlib.md5(b"%s-%d" % (kind.encode(), number)).hexdigest()


def service(kind, number):
    """One service: {key: (value, display)}."""
    japanese = number % 2 == 0
    liu = kind == LIU
    return {
        "u_number": ("%s%d-%04d-2" % ("L" if liu else "C", 21 + number % 5, number), None),
        "u_name": ("架空クラウド%d号" % number if japanese else "Imaginary Cloud %d" % number, None),
        "u_provider": (sys_id("provider", number % 30),
                       "株式会社架空%d" % (number % 30) if japanese else "Imaginary %d Inc." % (number % 30)),
        "u_registered": ("2025-%02d-%02d" % (number % 12 + 1, number % 28 + 1),
                         "2025年%d月%d日" % (number % 12 + 1, number % 28 + 1)),
        "u_period": ("2098年4月1日～2099年3月31日" if japanese else "2098-04-01 - 2099-03-31", None),
        "u_scope": ("一行目\r\n二行目 %d" % number, None),
        "u_region": ("東京、大阪" if japanese else "Tokyo, Osaka", None),
        "u_objectives": ("5.1.1、6.1.2, 9.9.99" if number == 7 else "5.1.1、6.1.2", None),
        "u_division": ("1", "SaaS"),
        "u_event": ("", None),
        "u_auditor": (sys_id("auditor", number % 3), "架空監査法人%d" % (number % 3)),
    }


def cell(number, pair):
    value, display = pair
    if display is None and number % 3 == 0:
        return value
    return {"value": value, "display_value": display if display is not None else value}


def modes():
    try:
        with open(os.path.join(DIRECTORY, "mode")) as file:
            return file.read().split()
    except FileNotFoundError:
        return []


def count_services(kind):
    if kind == LIU:
        return 8
    try:
        with open(os.path.join(DIRECTORY, "services")) as file:
            return int(file.read())
    except FileNotFoundError:
        return SERVICES


def widget(name, data):
    return {"widget": {"id": name, "name": name, "sys_id": sys_id("widget", len(name)),
                       "rectangle_id": sys_id("rectangle", len(name)), "template": "<div></div>", "css": "",
                       "client_script": "", "option_schema": "", "options": {}, "data": data}}


def page(name, widgets, **more):
    """The widgets in the second column of a second container, beside things that are no data."""
    menu = widget("menu", {"menu": {"items": [{"sys_id": sys_id("menu", i), "label": "Menu %d" % i}
                                              for i in range(3)]}})
    return {"result": {"page": {"id": name, "public": True, "title": ""},
                       "portal": {"sys_id": sys_id("portal", 0), "url_suffix": "csm"},
                       "theme": {"header": widget("header", {"list": [{"sys_id": sys_id("x", 1), "name": "no"}]}),
                                 "footer": {}},
                       "user": {"user_name": "guest"},
                       "containers": [{"rows": [{"columns": [{"widgets": [menu]}]}]},
                                      {"rows": [{"columns": [{"widgets": []}, {"widgets": widgets}]}]}]}, **more}


def list_rows(mode, kind, number, total):
    first = (number - 1) * PAGE_SIZE
    numbers = list(range(first + 1, min(first + PAGE_SIZE, total) + 1))
    if "repeat" in mode and number > 1:  # the list moved on by ten between two pages
        numbers = list(range(max(1, first - 9 * (number - 1)), min(first - 9 * (number - 1) + PAGE_SIZE, total) + 1))
    if "missing" in mode and number == 2:
        numbers = list(range(1, PAGE_SIZE + 1))
    return numbers


def answer_list(mode, kind, number):
    total = count_services(kind)
    labels = ENGLISH if "english" in mode else JAPANESE
    rows = []
    for i in list_rows(mode, kind, number, total):
        fields = service(kind, i)
        if "no-number" in mode and i == 3:
            fields["u_number"] = ("", None)
        rows.append({"sys_id": sys_id(kind, i), "className": "x_service", "targetTable": "x_service",
                     **{key: cell(i, fields[key]) for key in LISTED}})
    data = {"column_labels": {key: labels[key] for key in LISTED}, "list": rows, "p": number,
            "row_count": total + (5 if "count" in mode else 0)}
    if "no-total" in mode:
        del data["row_count"]
    if "empty" in mode or ("empty-once" in mode and counters["empty"] == 0):
        counters["empty"] += 1
        data["list"] = []
    if "widget-error" in mode:
        data["error"] = {"message": "Query failed"}
    more = {}
    if "error-half" in mode and number == 2:
        data["list"] = data["list"][:25]
        more = {"error": {"message": "Transaction cancelled: maximum execution time exceeded", "detail": ""},
                "status": "failure"}
    return page(kind, [widget("text", "a string for data"), widget("service-list", data)], **more)


def answer_detail(mode, wanted):
    labels = ENGLISH if "english" in mode else JAPANESE
    for kind in (LIST, LIU):
        for i in range(1, count_services(kind) + 1):
            if sys_id(kind, i) == wanted:
                fields = service(kind, i)
                if "no-number" in mode and i == 3:
                    fields["u_number"] = ("", None)
                break
        else:
            continue
        break
    else:
        return page(DETAIL, [widget("form", {})])
    if "detail-empty" in mode and i == 60:
        return page(DETAIL, [widget("form", {})])
    if i % 2 == 0:
        data = {"table": "x_service", "sys_id": wanted, "sys_mod_count": counters["requests"],
                "f": {"_fields": {key: {"label": labels[key], "value": pair[0],
                                        "displayValue": pair[1] or pair[0], "type": "string"}
                                  for key, pair in fields.items()}}}
    else:
        data = {"record": {"sys_id": {"value": wanted, "display_value": wanted},
                           "fields": [{"name": key, "label": labels[key], "value": pair[0],
                                       "display_value": pair[1] or pair[0]} for key, pair in fields.items()]}}
    return page(DETAIL, [widget("form", data)])


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are written apart, over a connection that is kept

    def log_message(self, *arguments):
        pass

    def answer(self, body, status=200, kind="application/json", headers=()):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def note(self, file, path):
        with open(os.path.join(DIRECTORY, file), "a") as stream:
            print(path, "UA=" + self.headers.get("User-Agent", ""), file=stream)

    def do_POST(self):
        self.note("forbidden", "POST " + self.path)
        self.answer(b"", 403)

    def do_GET(self):
        counters["requests"] += 1
        self.note("requests", self.path)
        parts = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(parts.query))
        if parts.path not in PUBLIC or re.search(r"api/now/table|simple-list|_list\.do|CSV", self.path):
            self.note("forbidden", self.path)
            return self.answer(b"", 403)
        try:
            if parts.path == "/csm":
                self.begin_session(modes())
            else:
                self.answer_page(modes(), query)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.close_connection = True

    def begin_session(self, mode):
        if "500" in mode:
            return self.answer(b"<html>no</html>", 500, "text/html")
        counters["sessions"] += 1
        session = "s%d" % counters["sessions"]
        token = hashlib.sha256(session.encode()).hexdigest() + "0" * 8
        tokens[session] = token
        script = "var g_ck = '%s'; window.NOW.portal_id = \"%s\";" % (token, sys_id("portal", 0))
        if "no-token" in mode:
            script = ""
        if "wall" in mode:  # a login page has a token, too
            script = "var g_ck = '%s';</script></head><body><form><input type=\"password\"></form></body><script>" % token
        body = "<!DOCTYPE html><html><head><title>ポータル</title><script>%s</script></head></html>" % script
        self.answer(body.encode(), 200, "text/html;charset=UTF-8",
                    [("Set-Cookie", "JSESSIONID=%s; Path=/; HttpOnly" % session),
                     ("Set-Cookie", "glide_user_route=glide.1; Path=/")])

    def is_guest(self, mode):
        cookies = dict(part.strip().split("=", 1) for part in self.headers.get("Cookie", "").split(";") if "=" in part)
        session = cookies.get("JSESSIONID")
        if "stale-always" in mode or ("stale" in mode and session == "s1"):
            return False
        return session in tokens and self.headers.get("X-UserToken") == tokens[session]

    def answer_page(self, mode, query):
        name = query.get("id", "")
        if not self.is_guest(mode):
            return self.answer(b'{"error":{"message":"User Not Authenticated"},"status":"failure"}', 401)
        assert query["portal_id"] == sys_id("portal", 0)
        assert query["request_uri"].startswith("/csm?id=" + name)
        if "late" in mode and name == DETAIL and query["sys_id"] != sys_id(LIST, 90):
            mode = []  # it misbehaves at one service's page only
        if self.misbehave(mode):
            return None
        if name == DETAIL:
            answer = answer_detail(mode, query["sys_id"])
        else:
            answer = answer_list(mode, name, int(query.get("p", "1")))
        if "containers" in mode:
            answer["result"]["containers"] = []
        if "login" in mode:
            answer = page(name, [widget("widget-login", {"list": [], "user": "guest"})])
        text = json.dumps(answer, ensure_ascii=False)
        if "twice" in mode:
            text = text.replace('"u_number":', '"u_number": "X-1", "u_number":', 1)
        if "twice-elsewhere" in mode:  # in what no list is read from
            text = text.replace('"theme": {', '"theme": {"a": 1, "a": 2, ', 1)
        return self.answer(text.encode())

    def misbehave(self, mode):
        """Whether it did, instead of answering."""
        for word in mode:
            action = getattr(self, "do_" + word.replace("-", "_"), None)
            if action and action() is not False:
                return True
        return False

    def do_once_429(self):
        counters["busy"] += 1
        if counters["busy"] % 40 != 1:
            return False
        return self.answer(b'{"error":{"message":"Rate limit exceeded"},"status":"failure"}', 429,
                           headers=[("Retry-After", "1")])

    def do_long_429(self):
        self.answer(b"{}", 429, headers=[("Retry-After", "7200")])

    def do_server_error(self):
        self.answer(b"<html>error</html>", 500)

    def do_elsewhere(self):
        self.answer(b"", 302, headers=[("Location", "https://example.invalid/csm")])

    def do_to_file(self):
        self.answer(b"", 302, headers=[("Location", "file:///etc/passwd")])

    def do_cut(self):
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.wfile.write(b'{"result":{"containers":[')
        self.close_connection = True

    def do_slow(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        while True:
            self.wfile.write(b" ")
            time.sleep(0.1)

    def do_bomb(self):
        self.answer(gzip.compress(bytes(100 << 20)), headers=[("Content-Encoding", "gzip")])

    def do_huge(self):
        self.send_response(200)
        self.send_header("Content-Length", str(1 << 30))
        self.end_headers()
        while True:
            self.wfile.write(b" " * 65536)

    def do_not_utf8(self):
        self.answer(b'{"result":{"containers":["\xff\xfe"]}}')

    def do_cp932(self):
        self.answer('{"result":{"containers":["登録番号"]}}'.encode("cp932"))

    def do_nul(self):
        self.answer(b'{"result":{"containers":["a\0b"]}}')

    def do_deep(self):
        self.answer(b'{"result":' + b"[" * 100000 + b"]" * 100000 + b"}")

    def do_not_json(self):
        self.answer(b"<html><body>maintenance</body></html>", kind="text/html")


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *arguments):  # a client that went away
        pass


def make_certificate():
    certificate, key = (os.path.join(DIRECTORY, name) for name in ("authority.pem", "key.pem"))
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
    plain, secure = Server(("127.0.0.1", 0), Handler), Server(("127.0.0.1", 0), Handler)
    secure.socket = make_certificate().wrap_socket(secure.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=secure.serve_forever, daemon=True).start()
    print(plain.server_port, secure.server_port, flush=True)
    plain.serve_forever()


main()
