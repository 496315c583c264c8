# SPDX-License-Identifier: Apache-2.0
#
# What every script here begins with: its arguments REPOSBOM FIXTURES SOURCE_DIR, a
# clean folder ./work to be in, and functions that say what is expected. Source it first.
# shellcheck shell=bash
# shellcheck disable=SC2034  # Variables are for those who source this.

export LC_ALL=C TZ=UTC PYTHONDONTWRITEBYTECODE=1
unset SOURCE_DATE_EPOCH CDPATH
umask 022

[ $# -eq 3 ] || { echo "usage: ${0##*/} REPOSBOM FIXTURES SOURCE_DIR" >&2 && exit 1; }
reposbom=$(realpath -e "$1")
fixtures=$(realpath -e "$2")
source_dir=$(realpath -e "$3")
support=$source_dir/tests/cli/support
shared=${REPOSBOM_SHARED:-$source_dir/../shared}
config=$fixtures/reposbom.yaml

fail() {
  printf 'FAILED: %s\n' "${1:0:2000}" >&2
  for log in stdout stderr; do
    [ ! -s "$log" ] || { printf -- '--- %s\n' "$log" && head -n 40 "$log" | cut -c -500; } >&2
  done
  exit 1
}

skip() {
  printf 'skipped: %s\n' "$1"
  exit 77
}

need() { # tool...
  local tool
  for tool; do command -v "$tool" > /dev/null || skip "$tool is not installed"; done
}

# The python that the distribution brings, as that is where apt puts these modules.
need_python() { # module...
  local module
  python=/usr/bin/python3
  [ -x "$python" ] || skip "$python is not installed"
  for module; do
    "$python" -c "import $module" 2> /dev/null || skip "python3-$module is not installed"
  done
}

need_shared() { # path below the shared folder
  [ -e "$shared/$1" ] || skip "there is no $shared/$1"
}

# Runs a command; its output is then in ./stdout and ./stderr.
expect_exit() { # code command...
  local expected=$1 code=0
  shift
  "$@" > stdout 2> stderr < /dev/null || code=$?
  [ "$code" -eq "$expected" ] || fail "exit $code instead of $expected: $*"
}

# A refusal: nothing on stdout, and one line on stderr that matches an extended regular expression.
# Debian's librnp, a debug build, adds lines of its own to stderr that nothing can silence.
expect_refusal() { # code pattern command...
  local expected=$1 pattern=$2
  shift 2
  expect_exit "$expected" "$@"
  [ ! -s stdout ] || fail "a refusal printed to stdout: $*"
  sed -i '/^\[[A-Za-z0-9_]*() .*\/src\/lib[a-z]*\/[^ ]*\.cpp:[0-9]*\] /d' stderr
  [ "$(wc -l < stderr)" -eq 1 ] || fail "not one line on stderr: $*"
  grep -qE -- "$pattern" stderr || fail "stderr does not match '$pattern': $*"
}

# After expect_exit: as under cron, where nothing went wrong.
expect_silence() {
  [ ! -s stdout ] || fail 'a run that went well prints'
  [ ! -s stderr ] || fail 'a run that went well complains'
}

expect_equal() { # expected seen what
  [ "$1" = "$2" ] || fail "$3: expected '$1', seen '$2'"
}

# A tree of the fixtures, as the configuration says.
build_fixtures() { # output option...
  local output=$1
  shift
  expect_exit 0 "$reposbom" build -c "$config" -o "$output" "$@"
}

# The configuration of the fixtures, from anywhere; its tree is ./tree.
own_config() {
  sed -E "s,([ [])(mirror|keys)/,\1$fixtures/\2/,g; s,^output: .*,output: $PWD/tree," "$config"
}

# Kind, mode, target and bytes of everything below a folder, for comparison.
list_tree() { # folder
  (cd "$1" && find . -mindepth 1 -printf '%P %y %m %l\n' | sort &&
    find . -type f -print0 | sort -z | xargs -0 -r sha256sum)
}

expect_same_tree() { # folder folder
  list_tree "$1" > list.1
  list_tree "$2" > list.2
  cmp -s list.1 list.2 || fail "$1 and $2 differ: $(diff list.1 list.2 | head -n 10)"
}

# Changes one byte in the middle of a file, or so many before its end, to another one.
flip_byte() { # file [bytes-before-end]
  local size at before
  size=$(stat -c %s "$1")
  at=$((size - ${2:-(size + 1) / 2}))
  before=$(od -An -tu1 -j "$at" -N 1 "$1")
  # shellcheck disable=SC2059  # The byte is the format.
  printf "\\x$(printf %02x $((before ^ 1)))" | dd of="$1" bs=1 seek="$at" conv=notrunc status=none
}

# Documents against the schemas, where these are, and against what no schema can say.
schema_options=()
find_schemas() {
  if [ -e "$shared/schemas/bom-1.6.schema.json" ]; then
    schema_options=(--schemas "$shared/schemas")
  else
    echo "there is no $shared/schemas: documents are not validated by schema"
  fi
}

check_documents() { # run option...
  expect_exit 0 "$python" "$support/check_documents.py" "$@" "${schema_options[@]}"
  cat stdout
}

# CycloneDX XML by its XSD. Reads a list of files, each ended by NUL.
validate_xml() {
  [ "${#schema_options[@]}" -gt 0 ] || return 0
  cat > catalog.xml <<END
<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">
  <uri name="http://cyclonedx.org/schema/spdx" uri="file://$(realpath "$shared/schemas/spdx.xsd")"/>
  <system systemId="http://cyclonedx.org/schema/spdx"
    uri="file://$(realpath "$shared/schemas/spdx.xsd")"/>
</catalog>
END
  XML_CATALOG_FILES=$PWD/catalog.xml xargs -0 xmllint --nonet --noout \
    --schema "$shared/schemas/bom-1.6.xsd" > xmllint.log 2>&1 ||
    fail "by XSD: $(grep -v ' validates$' xmllint.log | head -n 10)"
  echo "$(grep -c ' validates$' xmllint.log) CycloneDX documents validate by XSD"
}

count_of() { # name in the counts of a report
  sed -n "/^  \"counts\"/,/^  }/s/^    \"$1\": \([0-9]*\),\{0,1\}$/\1/p" "$2"
}

# A remark of a report: its subject and how its message begins.
expect_remark() { # report subject beginning-of-message
  sed -n '/^  "remarks": \[/,$p' "$1" | grep -A 1 -F "\"subject\": \"$2\"" |
    grep -qF "\"message\": \"$3" || fail "no remark on $2: $3"
}

# How many remarks a report has.
remark_count() { # report
  sed -n '/^  "remarks": \[/,$p' "$1" | grep -c '^ *"subject": ' || true
}

# Left behind by a failure to be looked at, else removed; at_exit is for scripts to replace.
at_exit() { :; }
finish() {
  local code=$?
  at_exit
  [ "$code" -ne 0 ] || { cd / && rm -rf "$work"; }
}
work=$PWD/work
rm -rf "$work"
mkdir "$work"
cd "$work" || exit
trap finish EXIT
set -o errtrace
trap 'echo "FAILED: ${0##*/} line $LINENO: $BASH_COMMAND" >&2' ERR
