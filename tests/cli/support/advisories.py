# SPDX-License-Identifier: Apache-2.0
"""Real advisories, as OSV records of AlmaLinux 9, for tests that have none as updateinfo.xml.

advisories.py updateinfo OSV [PRIMARY...]   prints the updateinfo.xml of the records in folder OSV
advisories.py primary OSV                   prints a primary.xml of the packages that they name
advisories.py check OSV RUN [PRIMARY...]    compares the documents of a run with the records

OSV knows no architecture of a package. It is that of the same name and EVR in a primary.xml.gz, or
else by the name: documentation is noarch, libraries are built for two architectures.
"""
import gzip
import hashlib
import json
import pathlib
import re
import sys
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

_EVR = re.compile(r"(?:(?P<epoch>\d+):)?(?P<version>[^-]+)-(?P<release>[^-]+)")
_COMMON = "{http://linux.duke.edu/metadata/common}"


def _type_of(url):
    if "errata.almalinux.org/9/" in url:
        return "self"
    for part, kind in (("/errata/RH", "rhsa"), ("/security/cve/", "cve"), ("bugzilla", "bugzilla")):
        if part in url:
            return kind
    return "other"


def _named(record, known):
    """(name, epoch, version, release, architecture) of what an advisory names, in its order."""
    for affected in record["affected"]:
        if affected["package"]["ecosystem"] != "AlmaLinux:9":
            continue
        name = affected["package"]["name"]
        fixed = next(event["fixed"] for event in affected["ranges"][0]["events"] if "fixed" in event)
        epoch, version, release = _EVR.fullmatch(fixed).groups()
        evr = (epoch or "0", version, release)
        for arch in known.get((name, *evr)) or _guess(name):
            yield (name, *evr, arch)


def _guess(name):
    if re.search(r"-(doc|docs|data|filesystem|javadoc)$", name):
        return ["noarch"]
    return ["i686", "x86_64"] if re.search(r"-(libs|devel)$", name) else ["x86_64"]


def read_records(folder, primaries):
    known = {}
    for file in primaries:
        for _, element in ElementTree.iterparse(gzip.open(file)):
            if element.tag != _COMMON + "package":
                continue
            evr = element.find(_COMMON + "version").attrib
            key = (element.find(_COMMON + "name").text, evr["epoch"], evr["ver"], evr["rel"])
            known.setdefault(key, []).append(element.find(_COMMON + "arch").text)
            element.clear()
    records = [json.loads(file.read_text()) for file in sorted(pathlib.Path(folder).glob("*.json"))]
    for record in records:
        record["packages"] = list(dict.fromkeys(_named(record, known)))
        record["severity"] = record["summary"].split(":")[0]
        record["url"] = next(ref["url"] for ref in record["references"]
                             if _type_of(ref["url"]) == "self")
        record["cves"] = _cves(record)
    return records


def _identity(url):
    return re.split(r"[/=]", url)[-1]


def _cves(record):
    """`related` names most, the pages that are referred to the others."""
    pages = {_identity(ref["url"]) for ref in record["references"] if _type_of(ref["url"]) == "cve"}
    cves = sorted(pages.union(record["related"]))
    assert cves and all(re.fullmatch(r"CVE-\d{4}-\d{4,}", cve) for cve in cves), record["id"]
    return cves


def _nvr(package):
    return f"{package[0]}-{package[2]}-{package[3]}"


def _write_reference(url, identity, kind):
    return (f"      <reference href={quoteattr(url)} id={quoteattr(identity)}"
            f" type={quoteattr(kind)} title={quoteattr(identity)}/>")


def _write_references(record):
    pages = {}
    for reference in record["references"]:
        url, kind = reference["url"], _type_of(reference["url"])
        identity = record["id"] if kind == "self" else _identity(url)
        pages[(kind, identity)] = url
    for cve in record["cves"]:
        pages.setdefault(("cve", cve), f"https://access.redhat.com/security/cve/{cve}")
    for (kind, identity), url in pages.items():
        yield _write_reference(url, identity, kind)


def _write_package(package):
    name, epoch, version, release, arch = package
    return (f'        <package name={quoteattr(name)} version={quoteattr(version)}'
            f' release={quoteattr(release)} epoch="{epoch}" arch="{arch}"'
            f' src={quoteattr(_nvr(package) + ".src.rpm")}>\n'
            f"          <filename>{escape(_nvr(package))}.{arch}.rpm</filename>\n"
            "        </package>")


def write_updateinfo(records):
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<updates>'
    for record in records:
        published, modified = (record[key][:19].replace("T", " ") for key in ("published", "modified"))
        yield f"""  <update from="packager@almalinux.org" status="final" type="security" version="3">
    <id>{record["id"]}</id>
    <title>{escape(record["summary"])}</title>
    <issued date="{published}"/>
    <updated date="{modified}"/>
    <rights>Copyright {published[:4]} AlmaLinux OS</rights>
    <release>0</release>
    <pushcount>1</pushcount>
    <severity>{escape(record["severity"])}</severity>
    <summary>{escape(record["summary"].split(": ", 1)[1])}</summary>
    <description>{escape(record["details"])}</description>
    <references>"""
        yield from _write_references(record)
        yield '    </references>\n    <pkglist>\n      <collection short="almalinux-9-for-x86_64">'
        yield "        <name>almalinux-9-for-x86_64</name>"
        yield from map(_write_package, record["packages"])
        yield "      </collection>\n    </pkglist>\n  </update>"
    yield "</updates>"


def _own_packages(records):
    """(package, name of its source package's file): what the advisories name, and of the first
    package of each an older release, which none names."""
    sources = {}
    for record in records:
        source = _nvr(record["packages"][0]) + ".src.rpm"
        for package in record["packages"]:
            sources.setdefault(package, source)
    for record in records:
        name, epoch, version, _, arch = record["packages"][0]
        older = (name, epoch, version, "0.el9", arch)
        sources.setdefault(older, _nvr(older) + ".src.rpm")
    return sources.items()


def write_primary(records):
    packages = list(_own_packages(records))
    yield ('<?xml version="1.0" encoding="UTF-8"?>\n<metadata '
           'xmlns="http://linux.duke.edu/metadata/common" '
           f'xmlns:rpm="http://linux.duke.edu/metadata/rpm" packages="{len(packages)}">')
    for (name, epoch, version, release, arch), source in packages:
        nvra = f"{name}-{version}-{release}.{arch}"
        pkgid = hashlib.sha256(f"{epoch}:{nvra}".encode()).hexdigest()
        yield f"""<package type="rpm">
  <name>{escape(name)}</name>
  <arch>{arch}</arch>
  <version epoch="{epoch}" ver={quoteattr(version)} rel={quoteattr(release)}/>
  <checksum type="sha256" pkgid="YES">{pkgid}</checksum>
  <summary>{escape(name)}</summary>
  <description>{escape(name)}</description>
  <url>https://almalinux.org/</url>
  <time file="1640995200" build="1640995200"/>
  <size package="1" installed="1" archive="1"/>
  <location href={quoteattr("Packages/" + nvra + ".rpm")}/>
  <format>
    <rpm:license>MIT</rpm:license>
    <rpm:vendor>AlmaLinux</rpm:vendor>
    <rpm:buildhost>builder.example.com</rpm:buildhost>
    <rpm:sourcerpm>{escape(source)}</rpm:sourcerpm>
  </format>
</package>"""
    yield "</metadata>"


def _nevra(package):
    name, epoch, version, release, arch = package
    return f"{name}-{'' if epoch == '0' else epoch + ':'}{version}-{release}.{arch}"


def _comment(record):
    return (f"{record['id']}, security, {record['severity']}, {record['published'][:10]}; "
            + " ".join(record["cves"]))


def _check_spdx(document, expected):
    root = next(r["relatedSpdxElement"] for r in document["relationships"]
                if r["relationshipType"] == "DESCRIBES")
    package = next(p for p in document["packages"] if p["SPDXID"] == root)
    seen = [(ref["referenceCategory"], ref["referenceLocator"], ref["comment"])
            for ref in package["externalRefs"] if ref["referenceType"] == "advisory"]
    assert seen == [("SECURITY", r["url"], _comment(r)) for r in expected], f"SPDX: {seen}"


def _check_cyclonedx(document, expected):
    assert "vulnerabilities" not in document, "there are vulnerabilities"
    root = document["metadata"]["component"]
    seen = [(ref["url"], ref["comment"]) for ref in root.get("externalReferences", [])
            if ref["type"] == "advisories"]
    assert seen == [(r["url"], _comment(r)) for r in expected], f"CycloneDX: {seen}"
    notes = root.get("releaseNotes")
    assert bool(notes) == bool(expected), f"release notes: {notes}"
    if not notes:
        return
    assert notes["title"] == ", ".join(r["id"] for r in expected), notes["title"]
    assert notes["timestamp"] == max(r["published"] for r in expected), notes["timestamp"]
    cves = sorted({cve for record in expected for cve in record["cves"]})
    assert notes["resolves"] == [{"type": "security", "id": cve} for cve in cves], notes


def check(records, run):
    """Of every package of a run: the advisories that name it and no others."""
    naming = {}
    for record in sorted(records, key=lambda record: record["id"]):
        for package in record["packages"]:
            naming.setdefault(_nevra(package), []).append(record)
    documents, attached, modular = 0, set(), 0
    for file in sorted(pathlib.Path(run).glob("sets/*/*/*/set.json")):
        for package in json.loads(file.read_text())["packages"]:
            expected = naming.get(package["nevra"], [])
            try:
                for suffix, check_one in (("spdx", _check_spdx), ("cdx", _check_cyclonedx)):
                    path = file.with_name(f"{package['documents']}.{suffix}.json")
                    check_one(json.loads(path.read_text()), expected)
            except AssertionError as error:
                raise SystemExit(f"{package['nevra']}: {error}") from error
            documents += 1
            attached |= {record["id"] for record in expected}
            modular += bool(expected) and ".module_el9" in package["nevra"]
    print(f"{len(attached)} advisories on {documents} packages, {modular} of them of modules")


def main(command, folder, *others):
    run, primaries = (others[0], others[1:]) if command == "check" else (None, others)
    records = read_records(folder, primaries)
    if command == "check":
        check(records, run)
    else:
        write = {"updateinfo": write_updateinfo, "primary": write_primary}[command]
        sys.stdout.writelines(line + "\n" for line in write(records))


if __name__ == "__main__":
    main(*sys.argv[1:])
