# SPDX-License-Identifier: Apache-2.0
"""Reads what tell_seen.html told, from the DOM of its page: read_seen.py DOM TEXT_FILE WIDTH_FILE"""

import html
import json
import re
import sys


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        body = re.search(r"<body>(\{.*\})\s*</body>", file.read(), re.DOTALL)
    told = json.loads(html.unescape(body[1]))
    for path, text in ((sys.argv[2], told["seen"]), (sys.argv[3], str(told["width"]))):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


main()
