# SPDX-License-Identifier: Apache-2.0
"""Reads a log of one JSON object a line: check_log.py FILE EXIT_CODE. Only the last names the code."""

import json
import re
import sys

LEVELS = ("info", "warning", "error")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        entries = [json.loads(line) for line in file]
    if not entries:
        sys.exit("nothing was told")
    for entry in entries:
        if not set(entry) <= {"time", "level", "subject", "message", "exitCode"}:
            sys.exit(f"unknown members: {entry}")
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", entry["time"]):
            sys.exit(f"no time: {entry}")
        if entry["level"] not in LEVELS or not entry["message"]:
            sys.exit(f"no level, or no message: {entry}")
    codes = [entry.get("exitCode") for entry in entries]
    if codes[:-1] != [None] * (len(codes) - 1) or codes[-1] != int(sys.argv[2]):
        sys.exit(f"exit codes: {codes}")


main()
