#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Two whole repositories of CentOS Stream 9, signed with both keys: as many packages, builds and
# documents as there are in them. Those of SAMPLE packages, else of 500, are checked like those of
# the fixtures.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need xmllint
need_python jsonschema yaml
repositories=$shared/data/repos
need_shared data/repos/centos-stream-9-baseos-2022
need_shared data/repos/centos-stream-9-appstream-2025
at_exit() { rm -rf "$work/tree"; } # two gigabytes, also after a failure

cat > both.yaml <<END
repositories:
  - {id: baseos, packages: $(realpath "$repositories/centos-stream-9-baseos-2022")}
  - {id: appstream, packages: $(realpath "$repositories/centos-stream-9-appstream-2025")}
signing:
  openpgp: {key: $fixtures/keys/sbom-secret.asc, passphrase_file: $fixtures/keys/pass}
  x509: {key: $fixtures/keys/sbom.key.pem, certificate: $fixtures/keys/sbom.crt.pem}
output: tree
END
SECONDS=0
expect_exit 0 "$reposbom" build -c both.yaml
expect_silence
echo "built in $SECONDS s"

report=tree/current/report.json
expect_equal 18774 "$(count_of records $report)" records
expect_equal 18771 "$(count_of packages $report)" packages
expect_equal 4692 "$(count_of builds $report)" builds
expect_equal 0 "$(count_of failures $report)" failures
expect_equal $((5 * (18771 + 4692))) "$(count_of documents $report)" documents
expect_equal 4692 "$(grep -cE '^[0-9a-f]{64}  sets/.*/SHA256SUMS$' tree/current/SHA256SUMS)" \
  'sets that SHA256SUMS names'

# The licence tags as they were counted by hand, once.
expect_flag() { # flag packages
  expect_equal "$2" "$(grep -A 1 -F "\"flag\": \"$1\"" $report | sed -n 's/.*"packages": //p')" \
    "packages whose licence is $1"
}
expect_flag ambiguous 9524
expect_flag no-spdx-id 1998
expect_flag precedence-assumed 55
expect_flag deprecated-id 4
expect_flag unknown-operand 22
expect_flag mit-may-be-umbrella 1149
expect_equal 6 "$(grep -c '"flag": ' $report)" 'kinds of flags'

# What is not tidy in them is told, and in few lines.
expect_remark $report baseos 'repomd.xml names parts that are not there: other'
expect_remark $report appstream 'repomd.xml names parts that are not there: other, primary_db'
expect_remark $report appstream 'filelists: its content has the SHA256 '
expect_remark $report postgresql:15:920230726082021:rhel9 '18 of 18 packages that modules.yaml of '
expect_remark $report redis:7:920230711084106:9 '3 of 3 packages that modules.yaml of '
[ "$(remark_count $report)" -lt 20 ] || fail 'a report that nobody reads'
expect_equal 1695 "$(count_of packagesWithUnresolved $report)" 'packages that need what is not there'

find tree/store -type f -printf '%f\n' > files
for format in spdx.json spdx.xml spdx.yaml cdx.json cdx.xml; do
  expect_equal 4692 "$(grep -c "\.src\.$format$" files)" "build documents in $format"
  expect_equal $((18771 + 4692)) "$(grep -c "\.$format$" files)" "documents in $format"
done
expect_equal 9384 "$(grep -cE '^SHA256SUMS\.(asc|p7s)$' files)" 'signatures of sets'

find_schemas
check_documents tree/current --sample "${SAMPLE:-500}" --list checked
validate_xml < checked

SECONDS=0
expect_exit 0 "$reposbom" verify tree --key "$fixtures/keys/sbom-public.asc" \
  --certificate "$fixtures/keys/sbom.crt.pem"
echo "verified in $SECONDS s"
document=$(head -zn 1 checked | tr -d '\0')
flip_byte "$document"
expect_refusal 3 "$(basename "${document//+/.}")" "$reposbom" verify tree
