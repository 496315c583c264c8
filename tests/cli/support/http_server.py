# SPDX-License-Identifier: Apache-2.0
"""A web server on the loopback for tests, which can be told to misbehave.

Serves a folder, ranges included, with or without TLS; or is a proxy. RULES is a file of rules that
is read again for each request: a line is a pattern, an action and its arguments, with tabs between
them; the first whose pattern (a regular expression) is found in the path holds:

  fail STATUS COUNT [SECONDS]  answers with that status the first COUNT times, with Retry-After
  cut BYTES [COUNT [PATH]]     announces the whole file and closes after so many bytes, the first
                               COUNT times; sends them of another file
  say STATUS TEXT              answers with that
  length BYTES                 announces so many bytes more than there are, then closes
  slow SECONDS                 waits as long after the first byte
  redirect URL                 sends there
  header BYTES                 sends a header field as long
  endless                      never stops sending; announces nothing
  whole                        knows no ranges
  other BYTE                   sends a range that begins there, whatever was asked for
  file PATH                    sends that file
  stale PATH COUNT             sends that file the first COUNT times

What is sent has an ETag, and is not sent again to who knows that one. With RUN, what is not below
/runs/ is said to be of that run.

LOG gets a line for each request: method, path, range or '-', status, the Authorization header.
PORT gets the number of the port once the server listens.
"""
import argparse
import base64
import collections
import hashlib
import http.client
import http.server
import os
import re
import socket
import ssl
import threading
import time
import urllib.parse

CHUNK = 65536


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, options):
        super().__init__(("127.0.0.1", 0), Handler)
        self.options = options
        self.counts = collections.Counter()
        self.lock = threading.Lock()

    def handle_error(self, request, client_address):
        pass  # A client that goes away is no error here.

    def count(self, rule):
        with self.lock:
            self.counts[rule] += 1
            return self.counts[rule]

    def rule_for(self, path):
        if not os.path.exists(self.options.rules):
            return None
        with open(self.options.rules, encoding="utf-8") as rules:
            for line in rules:
                pattern, action, *arguments = line.rstrip("\n").split("\t")
                if re.search(pattern, path):
                    return line, action, arguments
        return None

    def note(self, *words):
        with self.lock, open(self.options.log, "a", encoding="utf-8") as log:
            log.write(" ".join(str(word) for word in words) + "\n")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def setup(self):
        super().setup()
        if isinstance(self.connection, ssl.SSLSocket):
            try:
                self.connection.do_handshake()
            except ssl.SSLError:
                time.sleep(0.5)  # So that the client reads the alert before the end.
                raise

    def log_message(self, *_):
        pass

    def note(self, status):
        self.server.note(
            self.command, self.path, self.headers.get("Range", "-").replace(" ", ""), status,
            self.headers.get("Authorization", "-").replace(" ", ":"))

    def answer(self, status, body=b"", **headers):
        self.note(status)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    # --- as a proxy ---------------------------------------------------------------------------

    def is_known(self):
        wanted = self.server.options.proxy_user
        if not wanted:
            return True
        said = self.headers.get("Proxy-Authorization", "")
        if self.server.options.digest:
            return self.is_digest(said, wanted)
        return said == "Basic " + base64.b64encode(wanted.encode()).decode()

    def is_digest(self, said, wanted):
        def md5(*words):
            return hashlib.md5(":".join(words).encode()).hexdigest()

        part = dict(re.findall(r'(\w+)="?([^",]+)"?', said))
        user, password = wanted.split(":", 1)
        names = ("nonce", "nc", "cnonce", "qop", "uri", "response")
        if part.get("username") != user or not all(name in part for name in names):
            return False
        expected = md5(
            md5(user, "proxy", password), *(part[name] for name in names[:4]),
            md5(self.command, part["uri"]))
        return part["response"] == expected

    def ask_for_user(self):
        challenge = 'Basic realm="proxy"'
        if self.server.options.digest:
            challenge = 'Digest realm="proxy", nonce="n0", qop="auth", algorithm=MD5'
        return self.answer(407, Proxy_Authenticate=challenge)

    def connect_through(self):
        host, port = self.path.rsplit(":", 1)
        self.note(200)
        with socket.create_connection((host, int(port)), timeout=10) as other:
            self.send_response(200)
            self.end_headers()
            self.pipe(other)
        self.close_connection = True

    def pipe(self, other):
        def copy(source, target):
            try:
                while data := source.recv(CHUNK):
                    target.sendall(data)
                target.shutdown(socket.SHUT_WR)
            except OSError:
                pass

        back = threading.Thread(target=copy, args=(other, self.connection), daemon=True)
        back.start()
        copy(self.connection, other)
        back.join(10)

    def pass_on(self):
        url = urllib.parse.urlsplit(self.path)
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
        headers = {name: value for name, value in self.headers.items()
                   if not name.lower().startswith("proxy-")}
        connection.request("GET", url.path, headers=headers)
        reply = connection.getresponse()
        body = reply.read()
        kept = {name.replace("-", "_"): value for name, value in reply.getheaders()
                if name.lower() in ("content-range", "retry-after")}
        self.answer(reply.status, body, **kept)

    def do_CONNECT(self):
        if not self.is_known():
            return self.ask_for_user()
        rule = self.server.rule_for(self.path)
        if rule:
            return self.misbehave(*rule)
        return self.connect_through()

    # --- as a server --------------------------------------------------------------------------

    def do_GET(self):
        if self.server.options.proxy:
            if not self.is_known():
                return self.ask_for_user()
            return self.pass_on()
        wanted = self.server.options.user
        if wanted and self.headers.get("Authorization") != (
                "Basic " + base64.b64encode(wanted.encode()).decode()):
            return self.answer(401, WWW_Authenticate='Basic realm="test"')
        rule = self.server.rule_for(self.path)
        if rule:
            return self.misbehave(*rule)
        return self.send_file(self.local_path())

    def local_path(self):
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        parts = [part for part in path.split("/") if part not in ("", ".", "..")]
        return os.path.join(self.server.options.folder, *parts)

    def misbehave(self, rule, action, words):
        if action == "fail":
            if self.server.count(rule) > int(words[1]):
                return self.send_file(self.local_path())
            headers = {"Retry_After": words[2]} if len(words) > 2 else {}
            return self.answer(int(words[0]), b"<html>sorry</html>", **headers)
        if action == "redirect":
            return self.answer(302, Location=words[0])
        if action == "say":
            return self.answer(int(words[0]), words[1].encode(), Content_Type="text/plain")
        if action == "cut" and len(words) > 1:
            if self.server.count(rule) > int(words[1]):
                return self.send_file(self.local_path())
            return self.send_file((words + [self.local_path()])[2], action, int(words[0]))
        if action == "endless":
            return self.send_endlessly()
        if action == "header":
            return self.answer(200, X_Long="x" * int(words[0]))
        if action == "file":
            return self.send_file(words[0])
        if action == "stale":
            is_stale = self.server.count(rule) <= int(words[1])
            return self.send_file(words[0] if is_stale else self.local_path())
        return self.send_file(self.local_path(), action, int(words[0]) if words else 0)

    def send_endlessly(self):
        self.note(200)
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        while True:
            self.wfile.write(b"x" * CHUNK)

    def range_of(self, size):
        match = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not match:
            return None
        last = int(match[2]) if match[2] else size - 1
        return int(match[1]), min(last, size - 1)

    def send_file(self, path, action="", number=0):
        if not os.path.isfile(path):
            return self.answer(404, b"<html>not here</html>")
        with open(path, "rb") as file:
            body = file.read()
        etag = f'"{hashlib.sha256(body).hexdigest()}"'
        headers = {"ETag": etag}
        run = self.server.options.run
        if run and not self.path.startswith("/runs/"):
            headers["Sbom-Run"] = run
        if self.headers.get("If-None-Match") == etag:
            return self.answer(304, **{name.replace("-", "_"): headers[name] for name in headers})
        is_same = self.headers.get("If-Range", etag) == etag
        asked = self.range_of(len(body)) if is_same and action != "whole" else None
        if asked:
            first, last = asked
            if first >= len(body):
                return self.answer(416, Content_Range=f"bytes */{len(body)}")
            if action == "other":
                first = number
            headers["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
            body = body[first:last + 1]
        status = 206 if asked else 200
        self.note(status)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) + (number if action == "length" else 0)))
        self.end_headers()
        self.send_body(body, action, number)

    def send_body(self, body, action, number):
        if action == "slow":
            self.wfile.write(body[:1])
            self.wfile.flush()
            time.sleep(number)
            body = body[1:]
        if action == "cut":
            body = body[:number]
        if action in ("cut", "length"):
            self.close_connection = True
        self.wfile.write(body)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", default="/nonexistent")
    parser.add_argument("--rules", default="/nonexistent")
    parser.add_argument("--log", default="/dev/null")
    parser.add_argument("--port-file", required=True)
    parser.add_argument("--user", help="USER:PASSWORD that clients must know")
    parser.add_argument("--proxy", action="store_true")
    parser.add_argument("--proxy-user")
    parser.add_argument("--digest", action="store_true", help="the proxy wants that, not Basic")
    parser.add_argument("--run")
    parser.add_argument("--certificate", help="PEM with the key: TLS")
    parser.add_argument("--client-ca", help="PEM: clients must have a certificate of this one")
    options = parser.parse_args()
    server = Server(options)
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate)
        if options.client_ca:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(options.client_ca)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False)
    with open(options.port_file + ".new", "w", encoding="utf-8") as file:
        file.write(f"{server.server_port}\n")
    os.rename(options.port_file + ".new", options.port_file)
    # Nobody forgets a server of a test that was killed.
    threading.Timer(1200, os._exit, [1]).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
