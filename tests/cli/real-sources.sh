#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The build documents of a real repository, with its real SRPMs beside it, name exactly the sources
# and patches that rpm finds in these, with the digests that sha256sum finds.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need rpm rpm2cpio bsdtar createrepo_c xmllint
need_python jsonschema yaml
need_shared data/repos/sg5-el9/9/SRPMS
repository=$(realpath "$shared/data/repos/sg5-el9/9")

expect_exit 0 "$source_dir/fixtures/make-sg5-source" "$repository/SRPMS" sources
cat > sg5.yaml <<END
repositories:
  - {id: sg5, packages: $repository/x86_64, sources: sources}
output: tree
END
expect_exit 0 "$reposbom" build -c sg5.yaml
expect_equal 0 "$(count_of failures tree/current/report.json)" failures

# kind, name and SHA-256 of what is in an SRPM, told by rpm and sha256sum.
contents_of() { # srpm
  local kind name
  rm -rf payload
  mkdir payload
  rpm2cpio "$1" | bsdtar -xf - -C payload
  printf 'srpm\t%s\t%s\n' "${1##*/}" "$(sha256sum < "$1" | cut -d ' ' -f 1)"
  for kind in source patch; do
    rpm -qp --nosignature --qf "[%{$kind}\n]" "$1" | while read -r name; do
      [ "$name" != '(none)' ] || continue
      printf '%s\t%s\t%s\n' "$kind" "$name" "$(sha256sum < "payload/$name" | cut -d ' ' -f 1)"
    done
  done
}

sources=0
for srpm in sources/Packages/*.src.rpm; do
  build=$(basename "$srpm" .src.rpm) name=$(rpm -qp --nosignature --qf '%{NAME}' "$srpm")
  document=tree/current/sets/${name:0:1}/$name/$build/$build.src.spdx.json
  [ -e "$document" ] || continue # No package of it is in the binary repository.
  contents_of "$srpm" | sort > expected
  "$python" "$support/sources_of.py" "$document" | sort > seen
  cmp -s expected seen || fail "$build: $(diff expected seen)"
  sources=$((sources + $(wc -l < expected) - 1))
  echo "$build"
done > described
expect_equal 14 "$(wc -l < described)" 'builds whose SRPM is at hand'
[ "$sources" -gt 50 ] || fail "only $sources sources and patches in all"
echo "$sources sources and patches of $(wc -l < described) SRPMs are as rpm says"

find_schemas
check_documents tree/current --list checked
validate_xml < checked
