#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# golden.sh REPOSBOM FIXTURES SOURCE_DIR: the documents of some packages of the fixture repositories,
# of their release and of the media, byte for byte. Runs in an empty folder. With UPDATE_GOLDEN=1 in
# the environment the expected documents are written instead of compared; read their difference before
# you keep it.
set -eu -o pipefail
export LC_ALL=C
umask 022

reposbom=$1
fixtures=$2
golden=$3/fixtures/golden

# folder below golden, folder below sets, name of the documents without the suffix of the format
documents='
quillsh     q/quillsh/quillsh-5.1.8-9.el9         quillsh-5.1.8-9.el9.x86_64
sslforge    s/sslforge/sslforge-3.0.7-27.el9      sslforge-3.0.7-27.el9.x86_64
sslforge    s/sslforge/sslforge-3.0.7-27.el9      sslforge-3.0.7-27.el9.src
nodule      n/nodule/nodule-18.20.4-1.module_el9.4.0+105+e9a5b3c3  nodule-18.20.4-1.module_el9.4.0+105+e9a5b3c3.src
nodule-npm  n/nodule/nodule-18.20.4-1.module_el9.4.0+105+e9a5b3c3  nodule-npm-10.7.0-1.18.20.4.1.module_el9.4.0+105+e9a5b3c3.x86_64
gopherline  g/gopherline/gopherline-4.9.4-5.el9   gopherline-4.9.4-5.el9.x86_64
perlet-Errno p/perlet/perlet-5.32.1-481.el9       perlet-Errno-1.30-481.el9.x86_64
'
suffixes='.spdx.json .spdx.xml .spdx.yaml .cdx.json .cdx.xml .spdx3.json'

# The documents hold digests of the RPMs, which another rpmbuild makes of other bytes.
version=$(rpm --version 2> /dev/null || true)
case $version in
  'RPM version 4.18.'*) ;;
  *)
    echo "skipped: the expected documents are of RPMs built by rpm 4.18 (Debian 12), here is ${version:-none}"
    exit 77
    ;;
esac

# The configuration of the fixtures with every format, not signed, for only the documents matter
# here. Spec files are read too, and it says where the source packages are published, so that there
# is more to compare.
configuration() {
  awk -v fixtures="$fixtures" '
    /^[a-z]/ { in_signing = /^signing:/ }
    in_signing || /^    keys:/ || /^(formats|output):/ { next }
    {
      line = $0
      sub(/: mirror\//, ": " fixtures "/mirror/", line)
      if (/^    sources:/) {
        split($2, part, "/")
        print "    sources_published: https://repo.example.com/almalinux/9/" part[2] "/Source"
        line = "    sources: {packages: " fixtures "/" $2 ", specs: true}"
      }
      print line
    }
    END {
      print "formats: [spdx-json, spdx-xml, spdx-yaml, cyclonedx-json, cyclonedx-xml, spdx3-json]"
      print "output: sbom"
    }
  ' "$fixtures/reposbom.yaml"
}

rm -rf sbom configuration.yaml
configuration > configuration.yaml
"$reposbom" build -c configuration.yaml

failures=0
expected=" "
compare() { # made, path below golden
  expected="$expected$2 "
  if [ "${UPDATE_GOLDEN:-}" = 1 ]; then
    mkdir -p "$(dirname "$golden/$2")"
    cp "$1" "$golden/$2"
  elif ! cmp -s "$golden/$2" "$1"; then
    failures=$((failures + 1))
    echo "$2 is not as expected ($golden/$2); the first differing lines:"
    diff "$golden/$2" "$1" 2>&1 | cut -c -2000 | head -n 24 || true
  fi
}

while read -r name set stem; do
  [ -n "$name" ] || continue
  for suffix in $suffixes; do
    compare "sbom/current/sets/$set/$stem$suffix" "$name/$stem$suffix"
  done
done <<< "$documents"

# The documents of the whole release and of the media, each package and each relation on a line of
# its own. Their other formats are compared with these by validate-documents.sh and
# media-document.sh.
one_line_each() {
  awk '
    /^    [{]$/ { item = "   "; inside = 1 }
    inside {
      ends = /^    [}],?$/
      sub(/^ */, "")
      item = item " " $0
      if (ends) { print item; inside = 0 }
      next
    }
    { print }'
}
for format in spdx-json:spdx.json cyclonedx-json:cdx.json; do
  release=almalinux-9.4.${format#*:}
  one_line_each < "sbom/current/releases/$release" > "$release"
  compare "$release" "release/$release"
  media=AlmaLinux-9-4-x86_64-dvd.${format#*:}
  "$reposbom" show "$fixtures/media.iso" -c configuration.yaml --format "${format%:*}" |
    one_line_each > "$media"
  compare "$media" "media/$media"
done

# What is no longer compared would stay for ever.
for file in "$golden"/*/*; do
  case $file in
    "$golden"/sample/*) continue ;; # Of tests/generators/formats_test.cc.
  esac
  case $expected in
    *" ${file#"$golden"/} "*) ;;
    *)
      failures=$((failures + 1))
      echo "$file is compared with nothing"
      ;;
  esac
done

if [ $failures -ne 0 ]; then
  echo "$failures of the expected documents differ; UPDATE_GOLDEN=1 writes them anew"
  exit 1
fi
