# SPDX-License-Identifier: Apache-2.0
"""The packages of a document of a machine: packages_of.py FILE.cdx.json|FILE.spdx.json

One line for each, sorted: NAME [EPOCH:]VERSION-RELEASE ARCH, by its package URL.
"""
import json
import sys
import urllib.parse


def purls(document):
    for component in document.get("components", []):
        yield component["purl"]
    for package in document.get("packages", []):
        references = [reference["referenceLocator"] for reference in package.get("externalRefs", [])
                      if reference["referenceType"] == "purl"]
        if references:
            yield references[0]


def line_of(purl):
    name, _, rest = purl.removeprefix("pkg:rpm/").rpartition("@")
    version, _, text = rest.partition("?")
    qualifiers = dict(urllib.parse.parse_qsl(text))
    epoch = qualifiers.get("epoch", "")
    decode = urllib.parse.unquote
    return (f"{decode(name.rpartition('/')[2])} {epoch + ':' if epoch else ''}{decode(version)} "
            f"{qualifiers['arch']}")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        document = json.load(file)
    for line in sorted(line_of(purl) for purl in purls(document) if purl.startswith("pkg:rpm/")):
        print(line)


main()
