#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Every CycloneDX document of the fixture repositories is valid for @cyclonedx/cyclonedx-library,
# which npm installs into this folder the first time. Skipped where npm has no network.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need node npm

cd ..
if ! npm ls --depth 0 @cyclonedx/cyclonedx-library ajv > /dev/null 2>&1; then
  echo '{"name": "validators", "private": true}' > package.json
  timeout 300 npm install --no-audit --no-fund --ignore-scripts \
    @cyclonedx/cyclonedx-library ajv ajv-formats ajv-formats-draft2019 > npm.log 2>&1 < /dev/null ||
    skip "npm cannot install @cyclonedx/cyclonedx-library: $(tail -n 1 npm.log)"
  # Compiles libxml2; XML is validated by the XSD itself in another test, so it may fail.
  timeout 600 npm install --no-audit --no-fund libxmljs2 > npm.log 2>&1 < /dev/null ||
    echo "npm cannot install libxmljs2: $(tail -n 1 npm.log)"
fi
node -e 'require("@cyclonedx/cyclonedx-library")' > npm.log 2>&1 ||
  skip "$(node --version) cannot load @cyclonedx/cyclonedx-library: $(head -n 5 npm.log)"

build_fixtures work/tree
find work/tree/store work/tree/current/releases -name '*.cdx.*' -print0 > work/documents
node "$support/validate_cyclonedx.cjs" < work/documents > work/valid ||
  fail "some documents are not valid"
cat work/valid
documents=$(($(count_of documents work/tree/current/report.json) / 5 + 1))
grep -qxF "$documents of $documents documents in .json are valid" work/valid ||
  fail "not all $documents documents were validated"
