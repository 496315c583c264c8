# SPDX-License-Identifier: Apache-2.0
"""What the SPDX 2.3 schema cannot say about a document."""
import hashlib
import re

from check_purl import check_purl

_LICENSE_REF = re.compile(r"LicenseRef-[A-Za-z0-9.-]+")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_DIGEST_LENGTH = {"SHA1": 40, "SHA256": 64, "SHA512": 128}


def _unique(values, what):
    seen = set()
    for value in values:
        assert value not in seen, f"{what} stands twice: {value}"
        seen.add(value)
    return seen


def _check_checksum(checksum):
    length = _DIGEST_LENGTH[checksum["algorithm"]]
    value = checksum["checksumValue"]
    assert re.fullmatch(f"[0-9a-f]{{{length}}}", value), f"bad checksum: {value}"


def purls_of(package):
    return [ref["referenceLocator"] for ref in package.get("externalRefs", [])
            if ref["referenceType"] == "purl"]


def _check_purls(package):
    purls = purls_of(package)
    if package["SPDXID"].startswith("SPDXRef-OperatingSystem-"):
        assert not purls, "an operating system with a purl"
        return
    assert purls, f"{package['SPDXID']}: no purl"
    assert package["externalRefs"][0]["referenceLocator"] == purls[0], "the purl is not first"
    first = check_purl(purls[0])
    assert "repository_id" not in first[3], f"the first purl is not canonical: {purls[0]}"
    for purl in purls[1:]:
        *rest, qualifiers = check_purl(purl)
        assert qualifiers.pop("repository_id", None), f"a second purl without repository: {purl}"
        assert (*rest, qualifiers) == first, f"{purl} is not {purls[0]} in a repository"


def _has_no_vendor(package):
    """Whether it is one of a machine that nobody is known to supply."""
    return package["supplier"] == "NOASSERTION" and "originator" not in package and any(
        annotation["comment"].startswith("rpmdatabase: ")
        for annotation in package.get("annotations", []))


def _check_package(package):
    spdx_id = package["SPDXID"]
    for key in ("name", "versionInfo", "supplier", "downloadLocation", "primaryPackagePurpose"):
        assert package.get(key), f"{spdx_id}: no {key}"
    assert package["supplier"].startswith("Organization: ") or _has_no_vendor(package), \
        f"{spdx_id}: {package['supplier']}"
    for checksum in package.get("checksums", []):
        _check_checksum(checksum)
    for annotation in package.get("annotations", []):
        assert _TIME.fullmatch(annotation["annotationDate"]), annotation
    if "builtDate" in package:
        assert _TIME.fullmatch(package["builtDate"]), package["builtDate"]
    _check_purls(package)


def _check_files(document, relations):
    """Files, where they are listed, are those of the root, and its verification code is theirs."""
    files = document.get("files", [])
    ids = _unique((file["SPDXID"] for file in files), "SPDXID")
    _unique((file["fileName"] for file in files), "fileName")
    root = next(target for source, kind, target in relations if kind == "DESCRIBES")
    for file in files:
        assert file["fileName"].startswith("./"), file["fileName"]
        assert file["checksums"][0]["algorithm"] == "SHA1", f"{file['fileName']}: SHA1 is not first"
        for checksum in file["checksums"]:
            _check_checksum(checksum)
    held = {target for source, kind, target in relations
            if (source, kind) == (root, "CONTAINS") and target.startswith("SPDXRef-File-")}
    assert held == ids, "files that the root does not contain, or that are not listed"
    for package in document["packages"]:
        analyzed = bool(files) and package["SPDXID"] == root
        assert package["filesAnalyzed"] is analyzed, f"{package['SPDXID']}: filesAnalyzed"
        assert analyzed == ("packageVerificationCode" in package), "packageVerificationCode"
    if files:
        sums = sorted(file["checksums"][0]["checksumValue"] for file in files)
        code = next(p for p in document["packages"] if p["SPDXID"] == root)
        code = code["packageVerificationCode"]["packageVerificationCodeValue"]
        assert code == hashlib.sha1("".join(sums).encode()).hexdigest(), "packageVerificationCode"
    return ids


def _check_licenses(document, known_ids):
    defined = document.get("hasExtractedLicensingInfos", [])
    ids = _unique((info["licenseId"] for info in defined), "licence")
    for info in defined:
        assert info["extractedText"].strip(), f"{info['licenseId']}: no text"
    used = set()
    for package in document["packages"]:
        for key in ("licenseDeclared", "licenseConcluded"):
            used |= set(_LICENSE_REF.findall(package[key]))
            words = set(re.findall(r"[^\s()]+", package[key])) - {"AND", "OR", "WITH"}
            words = {word for word in words if not _LICENSE_REF.fullmatch(word)}
            unknown = words - {"NOASSERTION", "NONE"} - known_ids if known_ids else set()
            assert not unknown, f"{package['SPDXID']}: unknown licences {unknown}"
    assert used == ids, f"licences used but not defined, or defined but not used: {used ^ ids}"


def _check_relations(document, ids):
    external = _unique(
        (ref["externalDocumentId"] for ref in document.get("externalDocumentRefs", [])),
        "external document")
    relations = [(r["spdxElementId"], r["relationshipType"], r["relatedSpdxElement"])
                 for r in document["relationships"]]
    _unique(relations, "relationship")
    ids = ids | _check_files(document, relations)
    for source, kind, target in relations:
        assert source in ids, f"{source} {kind}: not an element"
        before, colon, _ = target.partition(":")
        assert before in external if colon else target in ids, f"{kind} {target}: dangling"
    roots = [target for source, kind, target in relations
             if (source, kind) == ("SPDXRef-DOCUMENT", "DESCRIBES")]
    assert len(roots) == 1, f"describes {roots}"
    # An element that no relation leads to or from belongs nowhere.
    related = {end for source, _, target in relations for end in (source, target)}
    loose = {i for i in ids - related if not i.startswith("SPDXRef-OperatingSystem-")}
    assert not loose, f"not related to anything: {loose}"


def check_spdx(document, known_ids=frozenset()):
    assert document["SPDXID"] == "SPDXRef-DOCUMENT"
    assert _TIME.fullmatch(document["creationInfo"]["created"])
    assert re.fullmatch(r"https?://[^#\s^<>\"{}|\\]+", document["documentNamespace"])
    ids = _unique((package["SPDXID"] for package in document["packages"]), "SPDXID")
    for spdx_id in ids:
        assert re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", spdx_id), spdx_id
    for package in document["packages"]:
        _check_package(package)
    for ref in document.get("externalDocumentRefs", []):
        _check_checksum(ref["checksum"])
    _check_licenses(document, known_ids)
    _check_relations(document, ids | {"SPDXRef-DOCUMENT"})


def facts_of(document):
    """What CycloneDX must say as well: the elements, and which depends on which."""
    elements, names = [], {}
    # What only the build needed is a property of its root in CycloneDX.
    tools = {r["spdxElementId"] for r in document["relationships"]
             if r["relationshipType"] == "BUILD_DEPENDENCY_OF"}
    tools -= {r["spdxElementId"] for r in document["relationships"]
              if r["relationshipType"] != "BUILD_DEPENDENCY_OF"}
    for file in document.get("files", []):
        digests = {c["algorithm"]: c["checksumValue"] for c in file["checksums"]}
        elements.append(("", file["fileName"][1:], "", digests.get("SHA256", "")))
    for package in document["packages"]:
        purl = next(iter(purls_of(package)), None)
        names[package["SPDXID"]] = purl
        if package["SPDXID"] in tools:
            continue
        digests = {c["algorithm"]: c["checksumValue"] for c in package.get("checksums", [])}
        # CycloneDX says of a bundled part that nobody knows the version of nothing at all.
        version = package["versionInfo"].replace("NOASSERTION", "")
        elements.append((purl or "", package["name"], version, digests.get("SHA256", "")))
    edges = {(names[r["spdxElementId"]], names[r["relatedSpdxElement"]])
             for r in document["relationships"] if r["relationshipType"] == "DEPENDS_ON"}
    return sorted(elements), edges
