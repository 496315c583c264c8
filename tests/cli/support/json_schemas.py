# SPDX-License-Identifier: Apache-2.0
"""Validators of JSON documents by schemas in a folder; nothing is fetched."""
import json
import re
import warnings

from jsonschema import Draft7Validator, FormatChecker, ValidationError
from jsonschema.validators import extend

_FORMATS = FormatChecker(formats=())
_NOT_IN_IRI = re.compile(r"[\x00-\x20\x7f<>\"{}|\\^`]|%(?![0-9A-Fa-f]{2})")


@_FORMATS.checks("date-time")
def _is_date_time(value):
    return not isinstance(value, str) or bool(
        re.fullmatch(r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d(\.\d+)?(Z|[+-]\d\d:\d\d)", value))


@_FORMATS.checks("iri-reference")
@_FORMATS.checks("uri")
def _is_iri_reference(value):
    return not isinstance(value, str) or not _NOT_IN_IRI.search(value)


@_FORMATS.checks("idn-email")
def _is_email(value):
    return not isinstance(value, str) or bool(re.fullmatch(r"[^@\s<>()]+@[^@\s<>()]+", value))


def _additional_items(_, allowed, instance, schema):
    """That of jsonschema 4.10 fails to sort three objects for its message."""
    assert allowed is False, "additionalItems is a schema"
    items = schema.get("items", {})
    if isinstance(instance, list) and isinstance(items, list) and len(instance) > len(items):
        yield ValidationError(f"has {len(instance)} items, may have {len(items)}")


_Validator = extend(Draft7Validator, {"additionalItems": _additional_items})


def read_validators(folder):
    """Of "spdx" and "cyclonedx"; and the ids of the SPDX licence list with its exceptions."""
    schemas = {name: json.loads((folder / f"{name}.schema.json").read_text())
               for name in ("spdx-2.3", "bom-1.6", "spdx", "jsf-0.82", "cryptography-defs")}
    bom = schemas["bom-1.6"]
    store = {schema.get("$id", name): schema for name, schema in schemas.items()}
    # What bom-1.6 refers to, it refers to by file name.
    base = bom["$id"].rsplit("/", 1)[0]
    store.update({f"{base}/{name}.schema.json": schema for name, schema in schemas.items()})
    validators = {
        "spdx": _Validator(schemas["spdx-2.3"], format_checker=_FORMATS),
        "cyclonedx": _with_store(bom, store)}
    return validators, frozenset(schemas["spdx"]["enum"])


def _with_store(schema, store):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Newer ones prefer a registry.
        from jsonschema import RefResolver
        resolver = RefResolver(schema["$id"], schema, store=store, handlers={
            scheme: _refuse for scheme in ("http", "https", "file")})
        return _Validator(schema, resolver=resolver, format_checker=_FORMATS)


def _refuse(uri):
    raise LookupError(f"{uri} is not among the schemas")
