# SPDX-License-Identifier: Apache-2.0
"""Checks the SPDX 3 documents of a run: check_spdx3.py RUN [--schemas FOLDER]

Each is validated by its schema and by rules that no schema holds, and must say what the SPDX 2.3
JSON and the CycloneDX JSON beside it say: it is translated back to the former, field by field.
RUN may also be one document.
"""
import argparse
import collections
import json
import multiprocessing
import pathlib
import re
import sys

from check_cyclonedx import components_of
from read_documents import difference, read_json

_LICENSE_REF = re.compile(r"LicenseRef-[A-Za-z0-9.-]+")
_NO_LICENSE = "expandedlicensing_NoAssertionLicense"
_INDIVIDUALS = {"NoneElement", "NoAssertionElement", _NO_LICENSE}
_CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
_REFERENCES = {"createdBy", "createdUsing", "dataLicense", "element", "from", "originatedBy",
               "rootElement", "subject", "suppliedBy", "to"}
_PURPOSES = {"install": "INSTALL", "source": "SOURCE", "patch": "FILE", "library": "LIBRARY",
             "operatingSystem": "OPERATING_SYSTEM"}
_FILE_TYPES = {"file": "OTHER", "executable": "APPLICATION", "archive": "ARCHIVE",
               "documentation": "DOCUMENTATION"}
# What a relationship of SPDX 2.3 is in SPDX 3, and whether its ends change places.
_TYPES = {"CONTAINS": ("contains", False), "DEPENDS_ON": ("dependsOn", False),
          "GENERATED_FROM": ("generates", True), "PACKAGE_OF": ("contains", True),
          "PATCH_FOR": ("patchedBy", True), "BUILD_DEPENDENCY_OF": ("build dependsOn", True)}
_OF_ELEMENTS = {kind for kind, _ in _TYPES.values()}

validator = None


class Graph:
    """The elements by id, and the relationships by type and where they come from."""

    def __init__(self, document):
        assert document.keys() == {"@context", "@graph"}, "not a context and a graph"
        assert document["@context"] == _CONTEXT, document["@context"]
        self.objects = document["@graph"]
        elements = [one for one in self.objects if one["type"] != "CreationInfo"]
        self.by_id = {one["spdxId"]: one for one in elements}
        assert len(self.by_id) == len(elements), "a spdxId stands twice"
        self.document = self.one("SpdxDocument")
        self.namespace, _, fragment = self.document["spdxId"].partition("#")
        assert fragment == "SPDXRef-DOCUMENT", self.document["spdxId"]
        self.relations = {}
        for one in self.of_type("Relationship", "LifecycleScopedRelationship"):
            scope = one.get("scope", "runtime").replace("runtime", "")
            key = (f"{scope} {one['relationshipType']}".strip(), one["from"])
            assert key not in self.relations, f"{key} stands twice"
            self.relations[key] = one

    def of_type(self, *types):
        return [one for one in self.objects if one["type"] in types]

    def one(self, kind):
        found = self.of_type(kind)
        assert len(found) == 1, f"{len(found)} of {kind}"
        return found[0]

    def related(self, kind, package):
        """The one end of a relationship that has only one."""
        ends = self.relations[kind, package["spdxId"]]["to"]
        assert len(ends) == 1, f"{package['spdxId']} {kind}: {ends}"
        return ends[0]

    def local(self, spdx_id):
        assert spdx_id.startswith(self.namespace + "#"), f"{spdx_id}: of another document"
        return spdx_id[len(self.namespace) + 1:]


def _references_of(value):
    if isinstance(value, list):
        for item in value:
            yield from _references_of(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in _REFERENCES:
                yield from item if isinstance(item, list) else [item]
            elif key == "simplelicensing_customIdToUri":
                yield from (entry["value"] for entry in item)
            else:
                yield from _references_of(item)


def _check_references(graph):
    imported = [entry["externalSpdxId"] for entry in graph.document["import"]]
    assert len(imported) == len(set(imported)), "imported twice"
    used = set(_references_of(graph.objects)) - _INDIVIDUALS
    dangling = used - graph.by_id.keys() - set(imported)
    assert not dangling, f"refers to nothing: {sorted(dangling)[:3]}"
    assert set(imported) <= used, f"imported, not used: {sorted(set(imported) - used)[:3]}"
    for spdx_id in graph.by_id:
        assert re.fullmatch(r"https?://[^#\s]+", graph.namespace), graph.namespace
        assert re.fullmatch(r"(SPDXRef|LicenseRef)-[A-Za-z0-9.-]+", graph.local(spdx_id)), spdx_id
    for relation in graph.relations.values():
        ends = relation["to"]
        assert len(ends) == len(set(ends)), f"{relation['spdxId']}: one end stands twice"
        assert len(ends) == 1 or not _INDIVIDUALS & set(ends), f"{relation['spdxId']}: {ends[:3]}"
    info = graph.one("CreationInfo")
    assert {one["creationInfo"] for one in graph.by_id.values()} == {info["@id"]}, "creationInfo"
    needless = set(graph.by_id) - used - {graph.document["spdxId"]} - {
        one["spdxId"] for one in graph.of_type(
            "Annotation", "Relationship", "LifecycleScopedRelationship")}
    assert not needless, f"referred to by nothing: {sorted(needless)[:3]}"


def _check_licenses(graph):
    expressions = [one["simplelicensing_licenseExpression"]
                   for one in graph.of_type("simplelicensing_LicenseExpression")]
    assert len(expressions) == len(set(expressions)), "a licence expression stands twice"
    for one in graph.of_type("simplelicensing_LicenseExpression"):
        expression = one["simplelicensing_licenseExpression"]
        assert "NOASSERTION" not in expression, expression
        mapped = {entry["key"]: graph.by_id[entry["value"]]["type"]
                  for entry in one.get("simplelicensing_customIdToUri", [])}
        assert set(_LICENSE_REF.findall(expression)) == mapped.keys(), f"{expression}: {mapped}"
        assert set(mapped.values()) <= {"simplelicensing_SimpleLicensingText"}, mapped


def _license_of(graph, kind, package):
    end = graph.related(kind, package)
    if end == _NO_LICENSE:
        return "NOASSERTION"
    return graph.by_id[end]["simplelicensing_licenseExpression"]


def _organization(agent):
    mails = [one["identifier"] for one in agent.get("externalIdentifier", [])
             if one["externalIdentifierType"] == "email"]
    name = "Organization: " + agent["name"]
    return f"{name} ({mails[0]})" if mails else name + (" ()" if name.endswith(")") else "")


def _external_refs(package):
    identifiers = package.get("externalIdentifier", [])
    for one in identifiers:
        kind, value = one["externalIdentifierType"], one["identifier"]
        if kind == "swid":
            continue  # SPDX 2.3 does not say it.
        yield (("PACKAGE-MANAGER", "purl") if kind == "packageUrl" else
               ("SECURITY", kind + "Type")) + (value, "")
    assert package.get("software_packageUrl", "") == next(
        (one["identifier"] for one in identifiers
         if one["externalIdentifierType"] == "packageUrl"), ""), "not the first purl"
    for one in package.get("externalRef", []):
        kind = {"securityAdvisory": ("SECURITY", "advisory"), "vcs": ("OTHER", "vcs")}.get(
            one["externalRefType"])
        if kind:
            yield *kind, one["locator"][0], one.get("comment", "")


def _hashes(element):
    return [(one["algorithm"].upper(), one["hashValue"])
            for one in element.get("verifiedUsing", []) if one["type"] == "Hash"]


def _verification_code(package):
    return next((one["hashValue"] for one in package.get("verifiedUsing", [])
                 if one["type"] == "PackageVerificationCode"), None)


def _package_again(graph, package):
    """As a package of SPDX 2.3; lists as tuples of what their items say."""
    again = {
        "SPDXID": graph.local(package["spdxId"]), "name": package["name"],
        "versionInfo": package.get("software_packageVersion", "NOASSERTION"),
        "supplier": (_organization(graph.by_id[package["suppliedBy"]]) if "suppliedBy" in package
                     else "NOASSERTION"),
        "downloadLocation": package.get("software_downloadLocation", "NOASSERTION"),
        "filesAnalyzed": _verification_code(package) is not None,
        "copyrightText": package["software_copyrightText"],
        "licenseDeclared": _license_of(graph, "hasDeclaredLicense", package),
        "licenseConcluded": _license_of(graph, "hasConcludedLicense", package),
        "primaryPackagePurpose": _PURPOSES[package["software_primaryPurpose"]],
        "checksums": _hashes(package), "externalRefs": list(_external_refs(package))}
    for key, value in (
            ("homepage", package.get("software_homePage")),
            ("sourceInfo", package.get("software_sourceInfo")),
            ("summary", package.get("summary")), ("description", package.get("description")),
            ("builtDate", package.get("builtTime")),
            ("licenseComments",
             graph.relations["hasDeclaredLicense", package["spdxId"]].get("comment"))):
        if value is not None:
            again[key] = value
    if again["filesAnalyzed"]:
        again["packageVerificationCode"] = {
            "packageVerificationCodeValue": _verification_code(package)}
    if ("hasDistributionArtifact", package["spdxId"]) in graph.relations:
        file = graph.by_id[graph.related("hasDistributionArtifact", package)]
        assert _hashes(file) == _hashes(package), f"{file['name']}: other digests"
        again["packageFileName"] = file["name"]
    return again


def _package_as_said(package):
    """The package of SPDX 2.3 in that form; its originator and annotations are looked at apart."""
    said = {key: value for key, value in package.items()
            if key not in ("originator", "annotations")}
    said["checksums"] = [(one["algorithm"], one["checksumValue"])
                         for one in package.get("checksums", [])]
    said["externalRefs"] = [
        (one["referenceCategory"], one["referenceType"], one["referenceLocator"],
         one.get("comment", "")) for one in package.get("externalRefs", [])]
    return said


def _check_files(graph, spdx):
    """The files in the root: not those that packages are distributed as."""
    files = {graph.local(one["spdxId"]): one for one in graph.of_type("software_File")}
    distributed = {relation["to"][0] for (kind, _), relation in graph.relations.items()
                   if kind == "hasDistributionArtifact"}
    again = [{
        "fileName": "." + one["name"], "SPDXID": spdx_id,
        "fileTypes": [_FILE_TYPES[one["software_primaryPurpose"]]],
        "checksums": [{"algorithm": algorithm, "checksumValue": value}
                      for algorithm, value in _hashes(one)],
        "licenseConcluded": "NOASSERTION", "copyrightText": one["software_copyrightText"]}
        for spdx_id, one in files.items() if one["spdxId"] not in distributed]
    where = difference(spdx.get("files", []), again)
    assert not where, f"files in SPDX 2.3 and 3: {where}"
    return [one["SPDXID"] for one in again]


def _check_packages(graph, spdx):
    packages = {graph.local(one["spdxId"]): one for one in graph.of_type("software_Package")}
    assert list(packages) == [one["SPDXID"] for one in spdx["packages"]], "other packages"
    listed = [graph.local(one) for one in graph.one("software_Sbom")["element"]]
    assert sorted(listed) == sorted([*packages, *_check_files(graph, spdx)]), "elements of the Sbom"
    statements = collections.defaultdict(list)
    for one in graph.of_type("Annotation"):
        statements[one["subject"]].append(one["statement"])
    for said in spdx["packages"]:
        package = packages[said["SPDXID"]]
        where = difference(_package_as_said(said), _package_again(graph, package))
        assert not where, f"{said['SPDXID']} in SPDX 2.3 and 3: {where}"
        assert [one["comment"] for one in said.get("annotations", [])] == statements[
            package["spdxId"]], f"{said['SPDXID']}: annotations"
        origins = [_organization(graph.by_id[one]) for one in package.get("originatedBy", [])]
        names = {origin.rpartition(" (")[0] or origin for origin in origins} | set(origins)
        originator = said.get("originator", "NOASSERTION")
        assert originator == "NOASSERTION" or originator in names, f"{originator} not in {names}"


def _check_relations(graph, spdx):
    spaces = {ref["externalDocumentId"]: ref["spdxDocument"]
              for ref in spdx.get("externalDocumentRefs", [])}

    def iri(spdx_id):
        before, colon, after = spdx_id.partition(":")
        return f"{spaces[before]}#{after}" if colon else f"{graph.namespace}#{spdx_id}"

    expected = set()
    for one in spdx["relationships"]:
        source, target = iri(one["spdxElementId"]), iri(one["relatedSpdxElement"])
        if one["relationshipType"] == "DESCRIBES":
            assert graph.one("software_Sbom")["rootElement"] == [target], "another root"
            continue
        kind, swapped = _TYPES[one["relationshipType"]]
        expected.add((target, kind, source) if swapped else (source, kind, target))
    seen = {(relation["from"], kind, target) for (kind, _), relation in graph.relations.items()
            if kind in _OF_ELEMENTS for target in relation["to"] if target not in _INDIVIDUALS}
    assert seen == expected, f"relationships: {sorted(seen ^ expected)[:3]}"
    linked = {f"{space}#SPDXRef-DOCUMENT" for space in spaces.values()}
    describing = {source for kind, source in graph.relations if kind == "describes"}
    assert describing == linked, f"documents: {sorted(describing ^ linked)[:3]}"
    sums = {f"{ref['spdxDocument']}#": ref["checksum"]["checksumValue"]
            for ref in spdx.get("externalDocumentRefs", [])}
    for entry in graph.document["import"][1:]:
        before = entry["externalSpdxId"].partition("#")[0] + "#"
        assert entry["verifiedUsing"][0]["hashValue"] == sums[before], entry


def _check_completeness(graph, cyclonedx):
    """That it is what the compositions of CycloneDX say, where they speak of a component."""
    purls = {one["bom-ref"]: one.get("purl", "") for one in components_of(cyclonedx)}
    for key, kind in (("assemblies", "contains"), ("dependencies", "dependsOn")):
        expected = sorted((purls[ref], composition["aggregate"].replace("unknown", "noAssertion"))
                          for composition in cyclonedx["compositions"]
                          for ref in composition.get(key, []))
        seen = [(graph.by_id[source].get("software_packageUrl", ""), relation["completeness"])
                for (name, source), relation in graph.relations.items() if name == kind]
        missing = collections.Counter(expected) - collections.Counter(seen)
        assert not missing, f"{kind}: {list(missing)[:3]} is not said"
        known = collections.Counter(one for one in seen if one[1] != "noAssertion")
        assert not known - collections.Counter(expected), f"{kind}: {known}: said by nobody"
    for relation in graph.relations.values():
        if relation["to"] == ["NoneElement"]:
            assert relation["completeness"] == "complete", relation


def check_spdx3(document, spdx, cyclonedx):
    graph = Graph(document)
    assert graph.namespace == spdx["documentNamespace"], "another namespace"
    assert graph.document["name"] == spdx["name"], "another name"
    info = graph.one("CreationInfo")
    assert info["created"] == spdx["creationInfo"]["created"], "another time"
    assert graph.document.get("comment") == spdx["creationInfo"].get("comment"), "another comment"
    creators = [_organization(graph.by_id[one]) for one in info["createdBy"]
                if graph.by_id[one]["type"] == "Organization"]
    creators += ["Tool: " + graph.by_id[one]["name"] for one in info["createdUsing"]]
    assert sorted(creators) == sorted(spdx["creationInfo"]["creators"]), creators
    _check_references(graph)
    _check_licenses(graph)
    _check_packages(graph, spdx)
    _check_relations(graph, spdx)
    _check_completeness(graph, cyclonedx)


class Validator:
    """Validates objects by the definition of their type, which is what the schema chooses by.

    Objects of one shape are all valid or none is, so that one of each is looked at. The shape
    keeps of a text only what the schema could tell apart: its patterns, and the texts it names.
    """

    def __init__(self, schema):
        self.definitions = schema["$defs"]
        self.patterns, self.words = [], set()
        self._collect(self.definitions)
        self.by_type, self.valid = {}, set()

    def _collect(self, value):
        if isinstance(value, list):
            for item in value:
                self._collect(item)
        elif isinstance(value, dict):
            for key, item in value.items():
                if key == "pattern" and isinstance(item, str):
                    self.patterns.append(re.compile(item))
                elif key in ("const", "enum"):
                    self.words.update(item if isinstance(item, list) else [item])
                else:
                    self._collect(item)

    def _shape(self, value):
        if isinstance(value, str):
            return value if value in self.words else tuple(
                bool(pattern.search(value)) for pattern in self.patterns)
        if isinstance(value, list):
            return frozenset(self._shape(item) for item in value)
        if isinstance(value, dict):
            return tuple((key, self._shape(item)) for key, item in sorted(value.items()))
        return value

    def _of_type(self, kind):
        if kind not in self.by_type:
            from jsonschema import Draft202012Validator
            assert kind in self.definitions, f"no type of SPDX 3: {kind}"
            self.by_type[kind] = Draft202012Validator(
                {"$ref": f"#/$defs/{kind}", "unevaluatedProperties": False,
                 "$defs": self.definitions})
        return self.by_type[kind]

    def check(self, document):
        for one in document["@graph"]:
            shape = self._shape(one)
            if shape in self.valid:
                continue
            error = next(self._of_type(one["type"]).iter_errors(one), None)
            if error:
                place = "/".join(str(step) for step in error.absolute_path)
                raise AssertionError(f"{one.get('spdxId')} {place}: {error.message[:300]}")
            self.valid.add(shape)


def start(folder):
    global validator
    if folder:
        validator = Validator(json.loads((folder / "spdx-3.0.1.schema.json").read_text()))


def check_file(path):
    try:
        document = read_json(path)
        if validator:
            validator.check(document)
        stem = str(path).removesuffix(".spdx3.json")
        check_spdx3(document, read_json(pathlib.Path(stem + ".spdx.json")),
                    read_json(pathlib.Path(stem + ".cdx.json")))
        return path, None
    except (AssertionError, KeyError, OSError, TypeError, ValueError) as error:
        return path, f"{type(error).__name__} {error}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("--schemas", type=pathlib.Path)
    arguments = parser.parse_args()
    paths = [path for folder in [*arguments.run.glob("sets/*/*/*"), arguments.run / "releases"]
             for path in sorted(folder.glob("*.spdx3.json"))]
    if not arguments.run.is_dir():
        paths = [arguments.run]
    with multiprocessing.Pool(initializer=start, initargs=(arguments.schemas,)) as pool:
        found = list(pool.imap_unordered(check_file, paths))
    wrong = [f"{path}: {error}" for path, error in found if error]
    for line in wrong[:20]:
        print(line, file=sys.stderr)
    print(f"{len(found)} SPDX 3 documents, {len(wrong)} wrong")
    return 1 if wrong or not found else 0


if __name__ == "__main__":
    sys.exit(main())
