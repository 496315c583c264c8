# SPDX-License-Identifier: Apache-2.0
"""Checks the document of a media against the disk it stands on: check_media.py DISK MEDIA

DISK is an unpacked companion disk, MEDIA the folder that the media was made of. The document must
have the RPM files of MEDIA, each once and no other, and link to the build documents of the sets
on the disk. Prints how many packages there are and how many of them are described by a set.
"""
import hashlib
import json
import pathlib
import sys
import urllib.parse

from check_cyclonedx import links_of


def sha(path, algorithm="sha256"):
    return hashlib.new(algorithm, path.read_bytes()).hexdigest()


def properties(component, name):
    return [p["value"] for p in component.get("properties", []) if p["name"] == name]


def bom_link(document):
    return f"urn:cdx:{document['uuid']}/1#{urllib.parse.quote(document['bomRef'], safe='')}"


def same(expected, seen, what):
    assert expected == seen, (f"{what}: missing {sorted(set(expected) - set(seen))[:3]}, "
                              f"besides {sorted(set(seen) - set(expected))[:3]}")


def main():
    disk, media = map(pathlib.Path, sys.argv[1:])
    [path] = (disk / "releases").glob("*.cdx.json")
    cyclonedx = json.loads(path.read_text())
    spdx = json.loads(path.with_name(path.name.replace(".cdx.", ".spdx.")).read_text())

    components = cyclonedx["components"]
    digests = sorted(c["hashes"][0]["content"] for c in components)
    same(sorted({sha(rpm) for rpm in media.rglob("*.rpm")}), digests, "RPM files in CycloneDX")
    root, *packages = spdx["packages"]
    same(digests, sorted(p["checksums"][0]["checksumValue"] for p in packages), "in SPDX")
    members = {r["spdxElementId"] for r in spdx["relationships"]
               if r["relationshipType"] == "PACKAGE_OF" and r["relatedSpdxElement"] == root["SPDXID"]}
    same({p["SPDXID"] for p in packages}, members, "packages of the media")
    [top] = [d for d in cyclonedx["dependencies"]
             if d["ref"] == cyclonedx["metadata"]["component"]["bom-ref"]]
    same({c["bom-ref"] for c in components}, set(top["dependsOn"]), "what the media holds")
    same({d["ref"] for d in cyclonedx["dependencies"]}, {top["ref"], *top["dependsOn"]},
         "packages whose dependencies are told")

    published = {}
    for about in disk.glob("sets/*/*/*/set.json"):
        kept = json.loads(about.read_text())
        document = about.with_name(kept["build"] + ".src.spdx.json")
        published.update({p["pkgid"]: (kept["document"], document) for p in kept["packages"]})
    linked = {}
    for component in components:
        digest = component["hashes"][0]["content"]
        known = published.get(digest)
        assert links_of(component) == ({bom_link(known[0])} if known else set()), component["purl"]
        assert bool(properties(component, "package:rpm:mediarepodata")) != bool(known)
        if known:
            linked[known[0]["namespace"]] = (known[0]["id"], sha(known[1], "sha1"))
    same(linked, {ref["spdxDocument"]: (ref["externalDocumentId"], ref["checksum"]["checksumValue"])
                  for ref in spdx.get("externalDocumentRefs", [])}, "externalDocumentRefs")
    print(f"{len(components)} packages, {sum(digest in published for digest in digests)} published")


if __name__ == "__main__":
    main()
