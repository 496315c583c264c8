#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# An updateinfo.xml made from real AlmaLinux advisories, over a real repository and over one that
# holds just the packages that they name: each is on those packages, with its type, severity, date,
# CVE ids and page, and on no other; those about nothing that is there are one line of the report.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
# shellcheck source=../../fixtures/repodata.sh
. "$source_dir/fixtures/repodata.sh"
need modifyrepo_c xmllint gzip
need_python jsonschema yaml
need_shared data/osv/almalinux9
need_shared data/repos/centos-stream-9-baseos-2022
need_shared data/repos/centos-stream-9-appstream-2025
osv=$shared/data/osv/almalinux9
at_exit() { rm -rf "$work/real" "$work/own" "$work/tree" "$work/partly"; }

advisories() { # command [argument...]
  "$python" "$support/advisories.py" "$1" "$osv" "${@:2}"
}

add_updateinfo() { # repository [primary...]
  advisories updateinfo "${@:2}" > updateinfo.xml
  modifyrepo_c --mdtype=updateinfo --compress-type=gz updateinfo.xml "$1/repodata" > modifyrepo.log
}

# --- a repository of the advisories' own packages ----------------------------------------------

mkdir -p own/repodata
advisories primary | gzip -9nc > own/repodata/primary.xml.gz
{
  echo '<?xml version="1.0" encoding="UTF-8"?>'
  echo '<repomd xmlns="http://linux.duke.edu/metadata/repo">'
  repomd_data own primary primary.xml.gz 1640995200
  echo '</repomd>'
} > own/repodata/repomd.xml
add_updateinfo own
cat > own.yaml <<END
distribution: {id: almalinux, name: AlmaLinux, version: "9"}
repositories:
  - {id: own, packages: own}
output: tree
END
expect_exit 0 "$reposbom" build -c own.yaml
expect_silence
expect_exit 0 "$python" "$support/advisories.py" check "$osv" tree/current
expect_equal '301 advisories on 4143 packages, 288 of them of modules' "$(cat stdout)" \
  'what the documents say'
expect_equal 0 "$(remark_count tree/current/report.json)" remarks
find_schemas
check_documents tree/current --sample 100 --list checked
validate_xml < checked

# --- real repositories -------------------------------------------------------------------------

primaries=()
for name in baseos-2022 appstream-2025; do
  mkdir -p "real/$name"
  cp -R "$shared/data/repos/centos-stream-9-$name/repodata" "real/$name/"
  chmod -R u+w "real/$name"
  primaries+=("real/$name"/repodata/*-primary.xml.gz)
done
add_updateinfo real/appstream-2025 "${primaries[@]}"
cat > real.yaml <<END
repositories:
  - {id: baseos, packages: real/baseos-2022}
  - {id: appstream, packages: real/appstream-2025}
output: partly
END
# Of five releases of httpd in AppStream, ALSA-2024:2278 brought one.
expect_exit 0 "$reposbom" build -c real.yaml --only httpd
expect_exit 0 "$python" "$support/advisories.py" check "$osv" partly/current "${primaries[@]}"
expect_equal '1 advisories on 55 packages, 0 of them of modules' "$(cat stdout)" \
  'what the documents say'
expect_remark partly/current/report.json updateinfo.xml \
  '275 advisories name no package of these repositories: ALSA-2022:4940, '
[ "$(remark_count partly/current/report.json)" -lt 20 ] || fail 'a report that nobody reads'
