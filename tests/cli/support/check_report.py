# SPDX-License-Identifier: Apache-2.0
"""Validates a report.json by its schema, and what no schema can say: check_report.py SCHEMA REPORT"""

import json
import sys

import jsonschema


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def main():
    schema, report = load(sys.argv[1]), load(sys.argv[2])
    jsonschema.Draft202012Validator.check_schema(schema)
    problems = [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(report)]
    counts = report["counts"]
    if counts["failures"] != len(report["failures"]):
        problems.append("failures are not as many as are counted")
    if sum(entry["packages"] for entry in report["unresolved"]) != counts["unresolvedRequirements"]:
        problems.append("unresolved requirements are not as many as are counted")
    if any(entry["packages"] > counts["packages"] for entry in report["licenses"]):
        problems.append("a licence of more packages than there are")
    if problems:
        sys.exit("\n".join(problems))


main()
