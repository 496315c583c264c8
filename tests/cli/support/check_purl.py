# SPDX-License-Identifier: Apache-2.0
"""Package URLs: parsed and written again, they must be the same."""
import re
from urllib.parse import quote, unquote

_SHAPE = re.compile(r"pkg:([a-z]+)/([^?#@]+)(?:@([^?#]+))?(?:\?([^#]+))?(?:#(.+))?")
UNRESERVED = ":"  # Beside letters, digits and -._~


def _again(text, more=""):
    return quote(unquote(text, errors="strict"), safe=UNRESERVED + more)


def check_purl(purl):
    """Returns (type, path, version, qualifiers)."""
    match = _SHAPE.fullmatch(purl)
    assert match, f"not a purl: {purl}"
    kind, path, version, query, subpath = match.groups()
    assert path == _again(path, "/"), f"purl not encoded as it should be: {purl}"
    assert not version or version == _again(version), f"purl not encoded as it should be: {purl}"
    assert not subpath or subpath == _again(subpath, "/"), f"purl not encoded: {purl}"
    pairs = [pair.split("=", 1) for pair in query.split("&")] if query else []
    keys = [pair[0] for pair in pairs]
    assert keys == sorted(set(keys)), f"qualifiers not sorted or not unique: {purl}"
    for key, value in pairs:
        assert re.fullmatch("[a-z][a-z0-9._-]*", key) and value, f"bad qualifier: {purl}"
        assert value == _again(value), f"qualifier not encoded as it should be: {purl}"
    if kind == "rpm":
        assert {"arch", "distro"} <= set(keys), f"no arch or no distro: {purl}"
        assert ("upstream" in keys) != ("arch=src" in query.split("&")), f"upstream: {purl}"
        assert "epoch=0" not in query.split("&"), f"an epoch of 0: {purl}"
    return kind, path, version, dict(pairs)
