// SPDX-License-Identifier: Apache-2.0
//
// Validates CycloneDX 1.6 documents, named on standard input each ended by NUL, with what
// @cyclonedx/cyclonedx-library brings. Prints how many were valid; XML documents are left out if
// its XML validator cannot be loaded.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { createRequire } = require("node:module");
// The library is in the folder that this is run in, not beside this file.
const { Spec, Validation } = createRequire(path.join(process.cwd(), "x.js"))(
  "@cyclonedx/cyclonedx-library");

async function validate(validator, files) {
  let bad = 0;
  for (const file of files) {
    const problem = await validator.validate(fs.readFileSync(file, "utf8"));
    if (problem === null) continue;
    bad += 1;
    console.error(`${file}: ${JSON.stringify(problem).slice(0, 1000)}`);
  }
  return bad;
}

async function isMissing(validator) {
  try {
    await validator.validate("");
    return false;
  } catch (error) {
    return error instanceof Validation.MissingOptionalDependencyError;
  }
}

async function main() {
  const files = fs.readFileSync(0, "utf8").split("\0").filter(Boolean);
  const version = Spec.Version.v1dot6;
  let bad = 0;
  for (const [suffix, validator] of [
    [".json", new Validation.JsonStrictValidator(version)],
    [".xml", new Validation.XmlValidator(version)],
  ]) {
    const chosen = files.filter((file) => file.endsWith(suffix));
    if (suffix === ".xml" && (await isMissing(validator))) {
      console.log("libxmljs2 is not there: XML is not validated");
      continue;
    }
    const wrong = await validate(validator, chosen);
    console.log(`${chosen.length - wrong} of ${chosen.length} documents in ${suffix} are valid`);
    bad += wrong;
  }
  if (bad !== 0 || files.length === 0) process.exitCode = 1;
}

main();
