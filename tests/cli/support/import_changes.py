# SPDX-License-Identifier: Apache-2.0
"""Does what an SBOM importer does with a tree that a web server hands out: import_changes.py TREE

Reads changes.csv below the base, joins each name to the base as a URL, fetches the document and its
.sha256, compares them, and prints how many documents there are.
"""

import csv
import datetime
import functools
import hashlib
import http.server
import sys
import threading
import urllib.parse
import urllib.request


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def fetch(url):
    # As a browser does: what a URL cannot have is escaped, what is escaped stays.
    with urllib.request.urlopen(urllib.parse.quote(url, safe=":/%")) as response:
        return response.read()


def import_from(base):
    before = None
    count = 0
    rows = csv.reader(fetch(urllib.parse.urljoin(base, "changes.csv")).decode("utf-8").splitlines())
    for name, time in rows:
        when = datetime.datetime.strptime(time, "%Y-%m-%dT%H:%M:%SZ")
        if before is not None and when > before:
            sys.exit(f"{name}: is not older than what stands above it")
        before = when
        url = urllib.parse.urljoin(base, name)
        if not url.startswith(base):
            sys.exit(f"{name}: leads out of the base")
        expected = fetch(url + ".sha256").decode("ascii").split()[0]
        if hashlib.sha256(fetch(url)).hexdigest() != expected:
            sys.exit(f"{name}: has another digest")
        count += 1
    print(f"{count} documents")


def main():
    handler = functools.partial(Handler, directory=sys.argv[1])
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            import_from(f"http://127.0.0.1:{server.server_port}/current/")
        finally:
            server.shutdown()


main()
