#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# `verify --quality`: no document of the fixtures, or of two whole repositories of CentOS Stream 9,
# misses what the metadata tells; what is taken out of one is named; a disk is judged as its image.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need sha256sum
need_python json
at_exit() { rm -rf "$work/tree" "$work/real"; }

check_report() { # report
  expect_exit 0 "$python" "$support/check_quality.py" "$1"
  cat stdout
}

expect_line() { # extended regular expression
  grep -qE -- "$1" stdout || fail "no line '$1'"
}

build_fixtures tree
expect_exit 0 "$reposbom" verify tree --quality
expect_line '^missing: nothing that the metadata tells$'
expect_line '^BSI TR-03183-2 v2.1, SPDX 2.3: not admitted by it'
cp stdout text
expect_exit 0 "$reposbom" verify tree --quality-report quality.json
cmp -s stdout text || fail '--quality-report prints something else than --quality'
check_report quality.json
documents=$(grep -c '^      "path"' quality.json)
expect_equal "$(find -L tree/current -name '*.spdx.json' -o -name '*.cdx.json' | wc -l)" \
  "$documents" 'documents judged'

# A run and a set, by themselves.
expect_exit 0 "$reposbom" verify tree/current --quality
expect_line "^quality of $documents documents in JSON$"
expect_exit 0 "$reposbom" verify tree/current/sets/q/quillsh/quillsh-5.1.8-9.el9 --quality
expect_line "^quality of $(find -L tree/current/sets/q/quillsh -name '*.spdx.json' -o \
  -name '*.cdx.json' | wc -l) documents in JSON$"

# The same by any number of threads; nothing is judged that is not verified.
expect_exit 0 taskset -c 0 "$reposbom" verify tree --quality-report one.json
cmp -s quality.json one.json || fail 'the report differs with one thread'
cp -a tree damaged
flip_byte damaged/current/sets/q/quillsh/quillsh-5.1.8-9.el9/quillsh-5.1.8-9.el9.x86_64.spdx.json
expect_refusal 3 quillsh "$reposbom" verify damaged --quality

# Facts that are taken out of a set, which is sealed again without its signatures, are named.
cp -aL tree/current/sets/q/quillsh/quillsh-5.1.8-9.el9 set
rm set/SHA256SUMS.*
package=set/quillsh-5.1.8-9.el9.x86_64
"$python" - "$package" <<'END'
import json, sys
for suffix in (".spdx.json", ".cdx.json"):
    path = sys.argv[1] + suffix
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    if suffix == ".spdx.json":
        del document["packages"][0]["versionInfo"]
        document["packages"][1]["supplier"] = "NOASSERTION"
    else:
        del document["metadata"]["tools"]
        del document["metadata"]["component"]["hashes"]
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file)
END
sed -i 's/"signatures": *[0-9]*/"signatures": 0/' set/set.json
(cd set && find . -type f ! -name SHA256SUMS -printf '%P\n' | sort | xargs sha256sum > SHA256SUMS)
expect_exit 0 "$reposbom" verify set --quality
for lines in 'NTIA 2021, component version, SPDX 2.3:spdx.json: SPDXRef-Package-rpm-x86-64-quillsh-' \
  'NTIA 2021, supplier name, SPDX 2.3:spdx.json: SPDXRef-Package-rpm-src-quillsh-' \
  'CISA 2026, tool name, CycloneDX 1.6:cdx.json: it is not there' \
  'CISA 2026, component hash value, CycloneDX 1.6:cdx.json: pkg:rpm/'; do
  grep -A 1 -F "missing: ${lines%%:*}" stdout | grep -qF "quillsh-5.1.8-9.el9.x86_64.${lines#*:}" ||
    fail "not named: $lines"
done
expect_line '^unanswerable: no signature was verified: configure signing$'

# The image of a companion disk: as many documents as verify counts, of which two in five are JSON.
own_config > disk.yaml
expect_exit 0 "$reposbom" disk -c disk.yaml --media "$fixtures/media" -o disk.iso
expect_exit 0 "$reposbom" verify disk.iso --quality
published=$(sed -n 's/^.* as published: .* \([0-9]*\) documents; .*/\1/p' stdout)
expect_line "^quality of $((2 * published / 5)) documents in JSON$"
expect_line '^missing: nothing that the metadata tells$'
rm disk.iso

# Without a configuration, what could be configured is named.
expect_exit 0 "$reposbom" build "$fixtures/mirror/BaseOS/x86_64/os" -o bare
expect_exit 0 "$reposbom" verify bare --quality
for reason in 'configure creator' 'configure signing' 'configure supplier.email' \
  'configure repositories\[\].published' 'configure repositories\[\].sources'; do
  expect_line "^unanswerable: .*$reason"
done
expect_line '^missing: nothing that the metadata tells$'

repositories=$shared/data/repos
need_shared data/repos/centos-stream-9-baseos-2022
need_shared data/repos/centos-stream-9-appstream-2025
cat > real.yaml <<END
creator: {name: Example Inc., url: https://sbom.example.com, email: sbom@example.com}
supplier: {name: CentOS, url: https://centos.org, email: security@centos.org}
formats: [spdx-json, cyclonedx-json]
repositories:
  - {id: baseos, packages: $(realpath "$repositories/centos-stream-9-baseos-2022"),
     published: https://mirror.example.com/baseos}
  - {id: appstream, packages: $(realpath "$repositories/centos-stream-9-appstream-2025"),
     published: https://mirror.example.com/appstream}
output: real
END
expect_exit 0 "$reposbom" build -c real.yaml
SECONDS=0
expect_exit 0 "$reposbom" verify real --quality-report real.json
echo "verified and judged in $SECONDS s"
expect_line '^missing: nothing that the metadata tells$'
sed -n '/^quality of/,$p' stdout
check_report real.json
expect_equal $((2 * (18771 + 4692 + 1))) "$(grep -c '^      "path"' real.json)" 'documents judged'
