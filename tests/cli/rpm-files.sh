#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What only RPM files tell: digests and signatures of their headers, SHA-512, lists of files. All of it
# as rpm, rpm2cpio and coreutils say; remembered for the next run; and refused where it is not the file
# that repodata tells of.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need rpm rpm2cpio bsdtar sha512sum sha1sum xmllint
need_python jsonschema yaml

cp -r "$fixtures/mirror" mirror
mirror=$PWD/mirror
{
  own_config | sed "s,$fixtures/mirror/,$mirror/,g"
  printf 'digests: [sha512]\nfiles: true\n'
} > files.yaml
expect_exit 0 "$reposbom" build -c files.yaml
expect_silence

# Every document, by the schemas and by what no schema can say.
find_schemas
check_documents tree/current --list checked
documents=$(($(count_of documents tree/current/report.json) / 5 + 1))
expect_equal "$documents documents in five formats, 0 wrong" "$(cat stdout)" 'what was checked'
validate_xml < checked

# The files of an RPM with a content: path, SHA-256 by its header, SHA-1 by its payload.
files_of() { # rpm
  rm -rf payload && mkdir payload
  rpm2cpio "$1" | bsdtar -x -f - -C payload
  rpm -qp --nosignature --qf '[%{FILEFLAGS:fflags}|%{FILEDIGESTS}|%{FILENAMES}\n]' "$1" |
    while IFS='|' read -r flags digest path; do
      case $digest:$flags in :* | *:*g*) continue ;; esac
      echo "$path $digest $(sha1sum < "payload$path" | cut -d ' ' -f 1)"
    done | sort
}

# The same from the SPDX JSON of its document, and whatever else rpm tells of it.
said_of() { # document
  "$python" - "$1" << 'END'
import json, sys
document = json.load(open(sys.argv[1]))
root = document["packages"][0]
sums = {c["algorithm"]: c["checksumValue"] for c in root["checksums"]}
notes = dict(a["comment"].split(": ", 1) for a in root["annotations"])
print(sums["SHA256"], sums["SHA512"], notes["sigmd5"], notes["sha256header"], notes["payloadsha256"])
for line in sorted(
        f'{f["fileName"][1:]} {f["checksums"][1]["checksumValue"]} {f["checksums"][0]["checksumValue"]}'
        for f in document.get("files", [])):
    print(line)
END
}

checked=0
number=0
for rpm in mirror/*/x86_64/os/Packages/*.rpm; do
  # Every third, as rpm2cpio and its like take their time.
  number=$((number + 1))
  [ $((number % 3)) -eq 0 ] || continue
  stem=$(basename "$rpm" .rpm)
  document=$(find tree/store -name "$stem.spdx.json")
  [ -n "$document" ] || continue
  {
    echo "$(sha256sum < "$rpm" | cut -d ' ' -f 1) $(sha512sum < "$rpm" | cut -d ' ' -f 1)" \
      "$(rpm -qp --nosignature --qf '%{SIGMD5} %{SHA256HEADER} %{PAYLOADDIGEST}' "$rpm")"
    files_of "$rpm"
  } > wanted
  said_of "$document" > said
  cmp -s wanted said || fail "$stem: $(diff wanted said | head -n 10)"
  checked=$((checked + 1))
done
[ "$checked" -gt 20 ] || fail "only $checked packages were compared with rpm"
echo "$checked packages tell what rpm tells of them"

# Where each comes from.
expect_exit 0 "$reposbom" explain -c files.yaml depweave-0.4-11.el9.x86_64
for fact in 'SHA-512 .*\[the RPM file, read whole\]' \
  'header SHA-256 .*\[header of depweave-0.4-11.el9.x86_64\]' \
  'header SHA-256 .*\[header of depweave-0.4-11.el9.src\]' \
  'built with .*quillsh-5.*\[BuildRequires, libsolv over the repositories\]' \
  'unresolved .*pkgconfig\(sslforge\) >= 3.0 .*\[BuildRequires that no package'; do
  grep -qE "$fact" stdout || fail "explain does not say: $fact"
done

# One thread and many, with what was remembered and without: the same bytes.
list_tree tree | grep -v '^\.lock ' > first
rm -rf tree
expect_exit 0 "$reposbom" build -c files.yaml --jobs 1
list_tree tree | grep -v '^\.lock ' > second
cmp -s first second || fail "the trees differ: $(diff first second | head -n 5)"

# What is remembered is not read again: a file may be exchanged for one that only looks like it.
sed '/^files:/d' files.yaml > sums.yaml
rm -rf tree
expect_exit 0 "$reposbom" build -c sums.yaml
rpm=$(find mirror -name 'quillsh-5*.x86_64.rpm')
cp "$rpm" kept.rpm
flip_byte "$rpm" 1
expect_exit 0 "$reposbom" build -c sums.yaml --check
rm -rf tree
expect_exit 2 "$reposbom" build -c files.yaml
grep -q 'quillsh.*of SHA256 .*, but the repository says .*: sync it again' stderr || fail 'no such line'
document=$(find tree/store -name 'quillsh-5*.x86_64.spdx.json')
sums=$("$python" -c 'import json, sys
print(*[c["algorithm"] for c in json.load(open(sys.argv[1]))["packages"][0]["checksums"]])' "$document")
expect_equal SHA256 "$sums" 'the digests of a package whose file is another'
cp kept.rpm "$rpm"

# A mirror that lacks some of its packages: said once, and nothing is made up.
rm "$rpm"
rm -rf tree
expect_exit 0 "$reposbom" build -c files.yaml
grep -q '"message": "has no file of 1 of its [0-9]* packages' tree/current/report.json ||
  fail 'the report does not say that a file is absent'
document=$(find tree/store -name 'quillsh-5*.x86_64.spdx.json')
! grep -qE 'sha256header|"files"' "$document" || fail 'facts of an RPM that is not there'
