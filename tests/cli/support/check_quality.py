# SPDX-License-Identifier: Apache-2.0
#
# What must be true of a quality report: nothing is missing; every package document
# with a dependency answers the seven elements of NTIA 2021, but for the version of
# what is bundled without one; every reason is explained; totals are the sum of the
# documents. Prints what it has counted.
import collections
import json
import sys

EXPECTED_GAPS = {"bundled-without-version"}  # Of NTIA.


def fail(message):
    sys.exit("quality: " + message)


def scores_of(document):
    return {score["standard"]: score for score in document["scores"]}


def check_document(document, reasons):
    for finding in document.get("findings", []):
        if finding["answer"] == "missing":
            fail(f"{document['path']} misses {finding}")
        if finding["reason"] not in reasons:
            fail(f"{document['path']}: nothing explains {finding['reason']}")
    if document["kind"] != "package" or not document["hasDependencies"]:
        return "other"
    ntia = scores_of(document)["ntia-2021"]
    if ntia["asked"] != 7:
        fail(f"{document['path']}: {ntia['asked']} elements of NTIA asked")
    gaps = {f["reason"] for f in document.get("findings", []) if f["standard"] == "ntia-2021"}
    if not gaps <= EXPECTED_GAPS:
        fail(f"{document['path']}: NTIA {ntia['answered']} of 7: {gaps}")
    if (ntia["answered"] == 7) != (not gaps):
        fail(f"{document['path']}: NTIA {ntia['answered']} of 7, without a reason")
    return "full" if not gaps else "version of bundled parts untold"


def main(path):
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    reasons = {reason["id"] for reason in report["reasons"] if reason["text"]}
    counts = collections.Counter()
    sums = collections.Counter()
    for document in report["documents"]:
        counts[document["format"] + " " + check_document(document, reasons)] += 1
        for standard, score in scores_of(document).items():
            sums[document["format"], standard, "answered"] += score["answered"]
            sums[document["format"], standard, "asked"] += score["asked"]
            sums[document["format"], standard, "documents"] += 1
    for total in report["totals"]:
        for standard in total["standards"]:
            for count in ("answered", "asked", "documents"):
                if sums[total["format"], standard["standard"], count] != standard[count]:
                    fail(f"{total['format']}, {standard['standard']}: {count} is no sum")
    for what, count in sorted(counts.items()):
        print(f"{what}: {count}")


main(sys.argv[1])
