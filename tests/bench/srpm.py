# SPDX-License-Identifier: Apache-2.0
"""Writes the part of a source RPM that is read: lead, signature header and header; no payload."""
import hashlib
import struct

CHAR, INT16, INT32, STRING, BINARY, STRINGS, TRANSLATED = 1, 3, 4, 6, 7, 8, 9
MAGIC = b"\x8e\xad\xe8\x01\0\0\0\0"
SIGNATURE_REGION, HEADER_REGION = 62, 63


def encoded(kind, value):
    """The bytes of a value and how many elements it has."""
    if kind in (STRING, STRINGS, TRANSLATED):
        texts = [value] if isinstance(value, str) else value
        return b"".join(text.encode() + b"\0" for text in texts), len(texts)
    if kind == BINARY:
        return value, len(value)
    numbers = value if isinstance(value, list) else [value]
    return struct.pack(f">{len(numbers)}{'H' if kind == INT16 else 'I'}", *numbers), len(numbers)


def header(region, entries):
    """ENTRIES, (tag, type, value), as an RPM header with its region."""
    index, data = [], b""
    for tag, kind, value in sorted(entries):
        data += b"\0" * (-len(data) % {INT16: 2, INT32: 4}.get(kind, 1))
        found, count = encoded(kind, value)
        index.append(struct.pack(">IIiI", tag, kind, len(data), count))
        data += found
    first = struct.pack(">IIiI", region, BINARY, len(data), 16)
    data += struct.pack(">IIiI", region, BINARY, -16 * (len(index) + 1), 16)
    return (MAGIC + struct.pack(">II", len(index) + 1, len(data)) + first + b"".join(index) + data)


def entries_of(build):
    sources, requires, changes = build.sources, build.build_requires, build.changelog
    entries = [
        (100, STRINGS, ["C"]), (1000, STRING, build.name), (1001, STRING, build.version),
        (1002, STRING, build.release), (1004, TRANSLATED, build.summary),
        (1005, TRANSLATED, build.description), (1006, INT32, build.time),
        (1007, STRING, build.host), (1009, INT32, sum(source.size for source in sources)),
        (1014, STRING, build.license), (1016, TRANSLATED, "Unspecified"), (1020, STRING, build.url),
        (1021, STRING, "linux"), (1022, STRING, "x86_64"),
        (1028, INT32, [source.size for source in sources]),
        (1030, INT16, [0o100644] * len(sources)),
        (1033, INT16, [0] * len(sources)), (1034, INT32, [build.time] * len(sources)),
        (1035, STRINGS, [source.digest for source in sources]),
        (1036, STRINGS, [""] * len(sources)), (1037, INT32, [0] * len(sources)),
        (1039, STRINGS, ["root"] * len(sources)), (1040, STRINGS, ["root"] * len(sources)),
        (1064, STRING, "4.16.1.3"),
        (1080, INT32, [change[0] for change in changes]),
        (1081, STRINGS, [change[1] for change in changes]),
        (1082, STRINGS, [change[2] for change in changes]),
        (1095, INT32, [1] * len(sources)), (1096, INT32, list(range(1, len(sources) + 1))),
        (1106, INT32, 1), (1116, INT32, [0] * len(sources)),
        (1117, STRINGS, [source.name for source in sources]), (1118, STRINGS, [""]),
        (1124, STRING, "cpio"), (1125, STRING, "zstd"), (1126, STRING, "19"),
        (5011, INT32, 8),
    ]
    if build.epoch:
        entries.append((1003, INT32, build.epoch))
    if requires:
        entries += [(1048, INT32, [0] * len(requires)), (1049, STRINGS, requires),
                    (1050, STRINGS, [""] * len(requires))]
    return entries


def source_rpm(build):
    """The file, and where in it its header begins and ends."""
    main = header(HEADER_REGION, entries_of(build))
    signature = header(SIGNATURE_REGION, [
        (269, STRING, hashlib.sha1(main).hexdigest()),
        (273, STRING, hashlib.sha256(main).hexdigest()), (1000, INT32, len(main)),
        (1004, BINARY, hashlib.md5(main).digest()), (1007, INT32, 0)])
    signature += b"\0" * (-len(signature) % 8)
    name = f"{build.name}-{build.version}-{build.release}".encode()[:65]
    lead = (b"\xed\xab\xee\xdb\x03\0" + struct.pack(">HH", 1, 1) + name.ljust(66, b"\0") +
            struct.pack(">HH", 1, 5) + b"\0" * 16)
    start = len(lead) + len(signature)
    return lead + signature + main, start, start + len(main)
