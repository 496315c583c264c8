# SPDX-License-Identifier: Apache-2.0
"""Reads and writes repodata, for the programs beside it."""
import gzip
import hashlib
import os
import subprocess
import xml.etree.ElementTree as ElementTree

NAMESPACE = "http://linux.duke.edu/metadata/repo"
SPACE = "{" + NAMESPACE + "}"
UNPACK = {".gz": "gzip", ".xz": "xz", ".zst": "zstd", ".bz2": "bzip2"}
ElementTree.register_namespace("", NAMESPACE)


def unpacked(path):
    tool = UNPACK.get(os.path.splitext(path)[1])
    if tool is None:
        with open(path, "rb") as file:
            return file.read()
    return subprocess.run([tool, "-dc", path], check=True, stdout=subprocess.PIPE).stdout


class Repomd:
    """The repomd.xml of a repository; what is written goes below FOLDER, which is another."""

    def __init__(self, root, folder):
        self.root = root
        self.folder = folder
        os.makedirs(os.path.join(folder, "repodata"))

    @classmethod
    def read(cls, repository, folder):
        """Of REPOSITORY, with the parts that are there."""
        root = ElementTree.parse(os.path.join(repository, "repodata/repomd.xml")).getroot()
        repomd = cls(root, folder)
        repomd.paths = {}
        for part in root.findall(SPACE + "data"):
            path = os.path.join(repository, part.find(SPACE + "location").get("href"))
            if os.path.exists(path):
                repomd.paths[part.get("type")] = path
            else:
                root.remove(part)
        return repomd

    @classmethod
    def new(cls, folder, revision, cpe):
        root = ElementTree.Element(SPACE + "repomd")
        ElementTree.SubElement(root, SPACE + "revision").text = str(revision)
        tags = ElementTree.SubElement(root, SPACE + "tags")
        ElementTree.SubElement(tags, SPACE + "distro", {"cpeid": cpe})
        return cls(root, folder)

    def put(self, kind, text, time, suffix=".xml"):
        """TEXT (bytes) as that part. Packed fast: what reads it is measured, not what writes it."""
        packed = gzip.compress(text, 1, mtime=0)
        digest = hashlib.sha256(packed).hexdigest()
        href = f"repodata/{digest}-{kind}{suffix}.gz"
        with open(os.path.join(self.folder, href), "wb") as file:
            file.write(packed)
        for part in self.root.findall(SPACE + "data"):
            if part.get("type") == kind:
                self.root.remove(part)
        part = ElementTree.SubElement(self.root, SPACE + "data", {"type": kind})
        for name, value in (("checksum", digest),
                            ("open-checksum", hashlib.sha256(text).hexdigest())):
            ElementTree.SubElement(part, SPACE + name, {"type": "sha256"}).text = value
        ElementTree.SubElement(part, SPACE + "location", {"href": href})
        for name, value in (("timestamp", time), ("size", len(packed)), ("open-size", len(text))):
            ElementTree.SubElement(part, SPACE + name).text = str(value)

    def close(self):
        tree = ElementTree.ElementTree(self.root)
        tree.write(os.path.join(self.folder, "repodata/repomd.xml"), encoding="UTF-8",
                   xml_declaration=True)
