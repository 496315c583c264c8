# SPDX-License-Identifier: Apache-2.0
"""Looks for secrets in everything that a program has written.

find_secret.py PLACE... -- SECRET...: fails if a file in or below a PLACE, or its name, holds the bytes of
the file SECRET as they are, in hexadecimal or in base64.
"""

import base64
import pathlib
import sys


def forms(secret):
    """The secret as it could stand in a file; base64 has three forms, by what stands before it."""
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    for before in range(3):
        text = base64.b64encode(bytes(before) + secret)
        yield text[4 if before else 0 : len(text) - 4]


def main():
    split = sys.argv.index("--")
    secrets = {name: pathlib.Path(name).read_bytes() for name in sys.argv[split + 1 :]}
    if not secrets or any(len(secret) < 12 for secret in secrets.values()):
        sys.exit("a secret is too short to be looked for")
    seen = 0
    for place in map(pathlib.Path, sys.argv[1:split]):
        for file in [place] if place.is_file() else sorted(place.rglob("*")):
            content = str(file).encode() + b"\n"
            if file.is_file():
                content += file.read_bytes()
                content += content.translate(None, b"\r\n")  # Base64 is written in lines.
                seen += 1
            for name, secret in secrets.items():
                if any(form in content for form in forms(secret)):
                    sys.exit(f"{file} holds {name}")
    if seen == 0:
        sys.exit("there is nothing to look at")
    print(f"{len(secrets)} secrets in none of {seen} files")


main()
