# SPDX-License-Identifier: Apache-2.0
"""Reads the five files of a document by other means than the program's own.

SPDX XML and YAML come back as the tree that SPDX JSON is, CycloneDX XML as the tree that
CycloneDX JSON is, so that the formats can be compared as values.
"""
import json
import xml.etree.ElementTree as ElementTree

import yaml

SPDX_LISTS = {
    "annotations", "attributionTexts", "checksums", "creators", "externalDocumentRefs",
    "externalRefs", "fileTypes", "files", "hasExtractedLicensingInfos", "packages",
    "relationships", "seeAlsos"}
CYCLONEDX = "{http://cyclonedx.org/schema/bom/1.6}"
# Elements whose children are the items of a list, and those that are themselves items of one.
CYCLONEDX_LISTS = {
    "ancestors", "assemblies", "authors", "components", "compositions", "dependencies",
    "externalReferences", "hashes", "licenses", "lifecycles", "patches", "properties", "resolves"}
CYCLONEDX_REPEATED = {
    ("supplier", "url"), ("supplier", "contact"), ("manufacturer", "url"),
    ("manufacturer", "contact"), ("evidence", "identity")}


class _Loader(yaml.CSafeLoader):
    """Refuses what the others would pass over: a key that stands twice."""

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"a key stands twice, line {node.start_mark.line + 1}"
        return super().construct_mapping(node, deep)


def read_json(path):
    """The tree; its bytes must be laid out as documents are, and a key must not stand twice."""
    def once(pairs):
        assert len(pairs) == len(dict(pairs)), f"a key stands twice: {[k for k, _ in pairs]}"
        return dict(pairs)

    text = path.read_text(encoding="utf-8")
    tree = json.loads(text, object_pairs_hook=once)
    assert text == json.dumps(tree, indent=2, ensure_ascii=False) + "\n", "not laid out as JSON is"
    return tree


def read_spdx_yaml(path):
    with path.open("rb") as file:
        return yaml.load(file, _Loader)


def _spdx_value(element):
    if len(element) == 0:
        return element.text == "true" if element.tag == "filesAnalyzed" else element.text or ""
    value = {}
    for child in element:
        if child.tag in SPDX_LISTS:
            value.setdefault(child.tag, []).append(_spdx_value(child))
        else:
            assert child.tag not in value, f"<{child.tag}> stands twice"
            value[child.tag] = _spdx_value(child)
    return value


def read_spdx_xml(path):
    root = ElementTree.parse(path).getroot()
    assert root.tag == "Document", f"the root is <{root.tag}>"
    return _spdx_value(root)


def _dependency(element):
    value = dict(element.attrib)
    for child in element:
        key = "dependsOn" if child.tag == CYCLONEDX + "dependency" else "provides"
        value.setdefault(key, []).append(child.get("ref"))
    return value


def _item(parent, element):
    """An item of the list that `parent` is."""
    tag = element.tag.removeprefix(CYCLONEDX)
    if tag == "hash":
        return {"alg": element.get("alg"), "content": element.text}
    if tag == "property":
        return {"name": element.get("name"), "value": element.text or ""}
    if tag == "expression":
        return {"expression": element.text, **element.attrib}
    if tag == "license":
        return {"license": _cyclonedx_value(element)}
    if tag == "assembly":
        return element.get("ref")
    if tag == "dependency":
        return element.get("ref") if parent == "composition" else _dependency(element)
    return _cyclonedx_value(element)


def _cyclonedx_value(element, parent=None):
    tag = element.tag.removeprefix(CYCLONEDX)
    if tag in CYCLONEDX_LISTS:
        return [_item(parent, child) for child in element]
    if len(element) == 0 and not element.attrib:
        return float(element.text) if tag == "confidence" else element.text or ""
    value = dict(element.attrib)
    for child in element:
        key = child.tag.removeprefix(CYCLONEDX)
        if (tag, key) in CYCLONEDX_REPEATED:
            value.setdefault(key, []).append(_cyclonedx_value(child, tag))
        else:
            assert key not in value, f"<{key}> stands twice in <{tag}>"
            value[key] = _cyclonedx_value(child, tag)
    return value


def read_cyclonedx_xml(path):
    root = ElementTree.parse(path).getroot()
    assert root.tag == CYCLONEDX + "bom", f"the root is <{root.tag}>"
    value = _cyclonedx_value(root)
    value["version"] = int(value["version"])
    # What in JSON are fields is in XML the namespace.
    return {"$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
            "bomFormat": "CycloneDX", "specVersion": "1.6", **value}


def difference(expected, seen, place="$"):
    """Where two trees first differ, or None."""
    if isinstance(expected, dict) and isinstance(seen, dict):
        if expected.keys() != seen.keys():
            return f"{place}: keys {sorted(expected.keys() ^ seen.keys())}"
        pairs = [(f"{place}.{key}", expected[key], seen[key]) for key in expected]
    elif isinstance(expected, list) and isinstance(seen, list) and len(expected) == len(seen):
        pairs = [(f"{place}[{i}]", a, b) for i, (a, b) in enumerate(zip(expected, seen))]
    else:
        return None if expected == seen else f"{place}: {expected!r:.200} became {seen!r:.200}"
    return next(filter(None, (difference(a, b, at) for at, a, b in pairs)), None)
