# SPDX-License-Identifier: Apache-2.0
"""Checks the documents of a run: check_documents.py RUN [--schemas FOLDER] [--sample N] [--list FILE]

Of every document, the JSON is validated by its schema and by rules that no schema holds, and
the other four formats must say the same. Without --sample, that is all packages and builds and the
release. With it, the N packages whose NEVRAs have the smallest SHA-256, which are the same ones in
every run, their builds, and the release, whose JSON is then validated by schema with as many of its
elements. FILE gets the paths of the CycloneDX XML of what was checked, each ended by NUL. RUN may
also be what the names of the five files of one document have in common.
"""
import argparse
import hashlib
import json
import multiprocessing
import pathlib
import sys
import urllib.parse
from xml.etree.ElementTree import ParseError

from yaml import YAMLError

from check_cyclonedx import check_cyclonedx, links_of
from check_cyclonedx import facts_of as cyclonedx_facts
from check_spdx import check_spdx
from check_spdx import facts_of as spdx_facts
from json_schemas import read_validators
from read_documents import difference, read_cyclonedx_xml, read_json, read_spdx_xml, read_spdx_yaml

schemas = None


# What the checks of a document throw if it is not as it should be.
WRONG = (AssertionError, KeyError, OSError, TypeError, ValueError, ParseError, YAMLError)


def thinned(tree, limit):
    """With about `limit` items, evenly spread, in each of its lists that has more."""
    return {key: value[::max(1, len(value) // limit)] if isinstance(value, list) else value
            for key, value in tree.items()}


def validate(kind, tree, limit):
    if not schemas:
        return
    error = next(schemas[0][kind].iter_errors(thinned(tree, limit) if limit else tree), None)
    if error:
        place = "/".join(str(step) for step in error.absolute_path)
        raise AssertionError(f"{place}: {error.message[:300]}")


def same(expected, seen, what):
    where = difference(expected, seen)
    assert not where, f"{what}: {where}"


def check_spdx_files(stem, limit):
    tree = read_json(stem("spdx.json"))
    validate("spdx", tree, limit)
    check_spdx(tree, schemas[1] if schemas else frozenset())
    same(tree, read_spdx_xml(stem("spdx.xml")), "in XML")
    same(tree, read_spdx_yaml(stem("spdx.yaml")), "in YAML")
    return tree


def check_cyclonedx_files(stem, limit):
    tree = read_json(stem("cdx.json"))
    validate("cyclonedx", tree, limit)
    check_cyclonedx(tree)
    same(tree, read_cyclonedx_xml(stem("cdx.xml")), "in XML")
    return tree


def check_links(spdx, cyclonedx, targets):
    """That both link to exactly the documents of `targets`, each the "document" of a set.json."""
    expected = {t["namespace"]: (t["id"], t["sha1"]) for t in targets}
    seen = {ref["spdxDocument"]: (ref["externalDocumentId"], ref["checksum"]["checksumValue"])
            for ref in spdx.get("externalDocumentRefs", [])}
    same(expected, seen, "externalDocumentRefs")
    used = {r["relatedSpdxElement"] for r in spdx["relationships"] if ":" in r["relatedSpdxElement"]}
    others = used - {f"{t['id']}:{t['spdxId']}" for t in targets}
    assert not others, f"elements of other documents that are not their root: {others}"
    links = {f"urn:cdx:{t['uuid']}/1#{urllib.parse.quote(t['bomRef'], safe='')}" for t in targets}
    assert links == links_of(cyclonedx), f"BOM-Links: {links ^ links_of(cyclonedx)}"


def check_document(stem, uuid, targets, limit):
    """A document in five formats; `stem` makes a path of a suffix. Without `uuid`, it may be any.
    With `limit`, schemas see no more of its elements."""
    spdx, cyclonedx = check_spdx_files(stem, limit), check_cyclonedx_files(stem, limit)
    uuid = uuid or cyclonedx["serialNumber"].removeprefix("urn:uuid:")
    assert spdx["documentNamespace"].endswith(uuid), f"documentNamespace: not of {uuid}"
    assert cyclonedx["serialNumber"] == "urn:uuid:" + uuid, f"serialNumber: not {uuid}"
    assert spdx["creationInfo"]["created"] == cyclonedx["metadata"]["timestamp"], "times differ"
    for (expected, seen), what in zip(zip(spdx_facts(spdx), cyclonedx_facts(cyclonedx)),
                                      ("elements", "dependencies")):
        missing, more = list(set(expected) - set(seen)), list(set(seen) - set(expected))
        assert expected == seen, f"{what} only in SPDX {missing[:3]}, only in CycloneDX {more[:3]}"
    if targets is not None:
        check_links(spdx, cyclonedx, targets)


def check_set(job):
    """Checks some packages of a set, and its build; returns (path, what is wrong or None) of each."""
    folder, names = job
    about = json.loads((folder / "set.json").read_text())
    build = about["document"]
    jobs = [(package["documents"], package["uuid"], [build])
            for package in about["packages"] if package["documents"] in names]
    found = [attempt(folder / name, uuid, targets) for name, uuid, targets in
             jobs + [(about["build"] + ".src", build["uuid"], [])]]
    json_bytes = (folder / (about["build"] + ".src.spdx.json")).read_bytes()
    if hashlib.sha1(json_bytes).hexdigest() != build["sha1"]:
        found.append((folder / "set.json", "has another SHA-1 than the build document"))
    return found


def attempt(path, uuid, targets, limit=None):
    try:
        check_document(lambda suffix: path.with_name(f"{path.name}.{suffix}"), uuid, targets, limit)
        return path, None
    except WRONG as error:
        return path, f"{type(error).__name__} {error}"


def check_release(run, abouts, limit):
    document = next((run / "releases").glob("*.cdx.json"))
    uuid = json.loads(document.read_text())["serialNumber"].removeprefix("urn:uuid:")
    path = document.with_name(document.name.removesuffix(".cdx.json"))
    return attempt(path, uuid, [about["document"] for about in abouts], limit)


def start(folder):
    global schemas
    schemas = read_validators(folder) if folder else None


def report(found):
    wrong = sorted(f"{path}: {message}" for path, message in found if message)
    for line in wrong[:20]:
        print(line, file=sys.stderr)
    print(f"{len(found)} documents in five formats, {len(wrong)} wrong")
    return 1 if wrong or not found else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("--schemas", type=pathlib.Path)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--list", type=pathlib.Path)
    arguments = parser.parse_args()
    if not arguments.run.is_dir():
        start(arguments.schemas)
        return report([attempt(arguments.run, None, None)])
    folders = sorted(path.resolve() for path in (arguments.run / "sets").glob("*/*/*"))
    abouts = [json.loads((folder / "set.json").read_text()) for folder in folders]
    packages = [(hashlib.sha256(package["nevra"].encode()).digest(), folder, package["documents"])
                for folder, about in zip(folders, abouts) for package in about["packages"]]
    chosen = {}
    for _, folder, name in sorted(packages)[:arguments.sample]:
        chosen.setdefault(folder, set()).add(name)
    with multiprocessing.Pool(initializer=start, initargs=(arguments.schemas,)) as pool:
        # The release takes as long as everything else: it goes first.
        release = pool.apply_async(check_release, (arguments.run, abouts, arguments.sample))
        found = [one for some in pool.imap_unordered(check_set, chosen.items(), chunksize=4)
                 for one in some]
        found.append(release.get())
    if arguments.list:
        arguments.list.write_text("".join(f"{path}.cdx.xml\0" for path, _ in found))
    return report(found)


if __name__ == "__main__":
    sys.exit(main())
