# SPDX-License-Identifier: Apache-2.0
"""Changes a text in the header of an RPM to another one of the same length, and makes every digest in
it right again, as somebody would who has no key: tamper_rpm.py RPM OLD NEW.

lead (96 bytes), header of signatures and digests, padding to 8 bytes, header, payload. A header: magic
(8), number of entries, bytes of data, entries of 16 bytes (tag, type, offset, count), data.
"""
import hashlib
import struct
import sys

LEAD = 96
ENTRY = 16
SHA1_HEADER = 269
SHA256_HEADER = 273
MD5 = 1004


def data_of(rpm, begin):
    """Entries of a header, where its data begins, and its end."""
    count, size = struct.unpack_from(">II", rpm, begin + 8)
    entries = [struct.unpack_from(">IIII", rpm, begin + 16 + ENTRY * i) for i in range(count)]
    data = begin + 16 + ENTRY * count
    return entries, data, data + size


def main():
    path, old, new = sys.argv[1], sys.argv[2].encode(), sys.argv[3].encode()
    with open(path, "rb") as file:
        rpm = bytearray(file.read())
    signatures, digests, end = data_of(rpm, LEAD)
    header = (end + 7) // 8 * 8
    _, _, payload = data_of(rpm, header)
    at = rpm.find(old, header, payload)
    if at < 0 or len(old) != len(new):
        sys.exit(f"{path}: {sys.argv[2]} is not in the header, or not as long as {sys.argv[3]}")
    rpm[at : at + len(old)] = new
    for tag, _, offset, _ in signatures:
        covered = rpm[header:payload]
        if tag == SHA1_HEADER:
            right = hashlib.sha1(covered).hexdigest().encode()
        elif tag == SHA256_HEADER:
            right = hashlib.sha256(covered).hexdigest().encode()
        elif tag == MD5:
            right = hashlib.md5(rpm[header:]).digest()
        else:
            continue
        rpm[digests + offset : digests + offset + len(right)] = right
    with open(path, "wb") as file:
        file.write(rpm)


main()
