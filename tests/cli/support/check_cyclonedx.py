# SPDX-License-Identifier: Apache-2.0
"""What the CycloneDX 1.6 schema cannot say about a document."""
import re

from check_purl import check_purl


def components_of(value):
    """Every component: the root, nested ones, ancestors; not the tools that made the document."""
    if isinstance(value, list):
        for item in value:
            yield from components_of(item)
    elif isinstance(value, dict):
        if "type" in value and "name" in value and "bom-ref" in value:
            yield value
        for key, item in value.items():
            if key != "tools":
                yield from components_of(item)


def _refs_of(value):
    if isinstance(value, list):
        for item in value:
            yield from _refs_of(item)
    elif isinstance(value, dict):
        if "bom-ref" in value:
            yield value["bom-ref"]
        for item in value.values():
            yield from _refs_of(item)


def is_packaged_file(component):
    return component["bom-ref"].startswith("file:")


def _has_no_vendor(component):
    """Whether it is one of a machine that nobody is known to supply."""
    return "publisher" not in component and any(
        one["name"] == "package:rpm:rpmdatabase" for one in component.get("properties", []))


def _check_component(component):
    ref = component["bom-ref"]
    if "supplier" in component or not _has_no_vendor(component):
        assert component["supplier"]["name"], f"{ref}: no supplier"
    if component["type"] == "operating-system":
        assert "purl" not in component, f"{ref}: an operating system with a purl"
        return
    if is_packaged_file(component):
        assert component["hashes"], f"{ref}: no digest"
        return
    first = check_purl(component["purl"])
    assert "repository_id" not in first[3], f"{ref}: the purl is not canonical"
    for identity in component.get("evidence", {}).get("identity", []):
        *rest, qualifiers = check_purl(identity["concludedValue"])
        assert qualifiers.pop("repository_id", None), f"{ref}: a second purl without repository"
        assert (*rest, qualifiers) == first, f"{identity['concludedValue']} is not {ref}"
    for entry in component.get("licenses", []):
        assert "expression" not in entry or len(component["licenses"]) == 1, f"{ref}: licences"


def check_cyclonedx(document):
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
                        document["serialNumber"])
    refs = list(_refs_of(document))
    assert len(refs) == len(set(refs)), "a bom-ref stands twice"
    known = set(refs)
    components = list(components_of(document))
    for component in components:
        _check_component(component)
    systems = [c for c in components if c["type"] == "operating-system"]
    assert len(systems) == 1, f"{len(systems)} operating systems"
    for entry in document["dependencies"]:
        for key in ("dependsOn", "provides"):
            ends = entry.get(key, [])
            assert len(ends) == len(set(ends)), f"{entry['ref']} {key}: one stands twice"
            assert known.issuperset([entry["ref"], *ends]), f"{entry['ref']} {key}: dangling"
    sources = [entry["ref"] for entry in document["dependencies"]]
    assert len(sources) == len(set(sources)), "a ref of dependencies stands twice"
    for composition in document.get("compositions", []):
        for key in ("assemblies", "dependencies"):
            assert known.issuperset(composition.get(key, [])), f"compositions {key}: dangling"


def links_of(document):
    """The BOM-Links of a document."""
    return {ref["url"] for component in components_of(document)
            for ref in component.get("externalReferences", []) if ref["type"] == "bom"}


def facts_of(document):
    """What SPDX must say as well; as check_spdx.facts_of."""
    elements, names = [], {}
    for component in components_of(document):
        purl = component.get("purl")
        names[component["bom-ref"]] = purl
        digests = {h["alg"]: h["content"] for h in component.get("hashes", [])}
        # SPDX has no version of a file.
        version = "" if is_packaged_file(component) else component.get("version", "")
        elements.append((purl or "", component["name"], version,
                         digests.get("SHA-256", "")))
    # That a release has members is, in SPDX, another relation.
    edges = {(names[entry["ref"]], names[end]) for entry in document["dependencies"]
             for end in entry.get("dependsOn", []) if names[entry["ref"]]}
    return sorted(elements), edges
