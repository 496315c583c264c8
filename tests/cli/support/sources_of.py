# SPDX-License-Identifier: Apache-2.0
"""Prints kind, name and SHA-256 of the SRPM, sources and patches of an SPDX build document."""
import json
import pathlib
import sys

document = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
root = next(r["relatedSpdxElement"] for r in document["relationships"]
            if r["relationshipType"] == "DESCRIBES")
contained = {r["relatedSpdxElement"] for r in document["relationships"]
             if (r["spdxElementId"], r["relationshipType"]) == (root, "CONTAINS")}
for package in document["packages"]:
    if package["SPDXID"] != root and package["SPDXID"] not in contained:
        continue
    kind = {"SOURCE": "source", "FILE": "patch"}[package["primaryPackagePurpose"]]
    kind = "srpm" if package["SPDXID"] == root else kind
    print(kind, package["packageFileName"], package["checksums"][0]["checksumValue"], sep="\t")
