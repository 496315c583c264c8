#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The commands about a tree that is there already: what changed between two runs, going back to a
# run, removing what is not to be kept; and two programs that want the tree at once.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"

own_config > own.yaml
build() { # option...
  expect_exit 0 "$reposbom" build -c own.yaml --allow-shrink "$@"
  expect_silence
}
run_name() { basename "$(readlink tree/current)"; }

build --only quillsh
first=$(run_name)
build --only '[gq]*'
second=$(run_name)
[ "$first" != "$second" ] || fail 'two runs have one name'

# Why a set would be made, and that nothing is done.
cp -a tree before
expect_exit 0 "$reposbom" build -c own.yaml --dry-run
grep -qx 'make [^ ]*: new build' stdout || fail 'no reason for a new build'
sed 's/^creator: .*/creator: {name: Somebody Else}/' own.yaml > other.yaml
expect_exit 0 "$reposbom" build -c other.yaml --only quillsh --dry-run --allow-shrink
grep -qx 'make quillsh-[^ ]*: configuration or key' stdout || fail 'no reason for a changed creator'
expect_same_tree before tree

# What changed, for people and for programs.
expect_exit 0 "$reposbom" diff "tree/runs/$first" tree/current
grep -q "^From $first to $second: [1-9][0-9]* added, 0 updated, 0 removed" stdout ||
  fail 'the difference is not told'
expect_exit 0 "$reposbom" diff -c own.yaml "$first" "$second" --json
cmp stdout "tree/runs/$second/diff.json" || fail 'diff --json is not diff.json'
expect_exit 0 "$reposbom" diff -o tree "$second" current
grep -q 'nothing changed' stdout || fail 'a run differs from itself'
expect_refusal 1 'is no run' "$reposbom" diff -o tree 20200101T000000Z current

# Back, and on.
expect_exit 0 "$reposbom" rollback -c own.yaml
expect_equal "$first" "$(run_name)" 'the run that was rolled back to'
expect_exit 0 "$reposbom" verify tree
expect_refusal 1 'no run before it' "$reposbom" rollback -o tree
expect_exit 0 "$reposbom" rollback -o tree "$second"
expect_same_tree before tree
flip_byte "tree/runs/$first/index.json"
expect_refusal 3 'index.json' "$reposbom" rollback -o tree "$first"
expect_equal "$second" "$(run_name)" 'the run after a rollback that was refused'
cp before/runs/"$first"/index.json tree/runs/"$first"/index.json

# Removing: nothing by default, for all is within what is kept; then all but the current run.
expect_exit 0 "$reposbom" prune -c own.yaml
expect_same_tree before tree
cp own.yaml short.yaml
printf 'keep: {runs: 1}\n' >> short.yaml
mkdir -p "tree/store/aa/$(printf 'a%.0s' {1..64})"
expect_exit 0 "$reposbom" prune -c short.yaml --dry-run
grep -qx "would remove runs/$first" stdout || fail 'the first run would not be removed'
[ -d "tree/runs/$first" ] || fail 'a dry run removes'
expect_exit 0 "$reposbom" prune -c short.yaml
grep -qx "removed runs/$first" stdout || fail 'the first run is not told to be removed'
[ ! -e "tree/runs/$first" ] || fail 'the first run is there'
[ ! -e tree/store/aa ] || fail 'a set that nothing refers to is there'
expect_exit 0 "$reposbom" verify tree

# A damaged set is made again in its place.
document=$(find -L tree/current/sets/q -name '*.x86_64.cdx.json' | head -n 1)
cp "$document" good
flip_byte "$document"
expect_exit 3 "$reposbom" verify tree
expect_exit 0 "$reposbom" build -c own.yaml --only '[gq]*' --force
grep -q 'was damaged, and its set has been replaced' stderr || fail 'a repair is not told'
cmp good "$document" || fail 'a damaged document was not replaced'
expect_exit 0 "$reposbom" verify tree

# While somebody holds the tree: exit 75 names them, --wait waits.
exec 9<> tree/.lock
flock 9
printf 'build, process 1 on elsewhere\n' >&9
expect_refusal 75 'build, process 1 on elsewhere.*--wait' "$reposbom" build -c own.yaml --allow-shrink
expect_refusal 75 'another run' "$reposbom" prune -o tree
expect_refusal 75 'another run' "$reposbom" rollback -o tree "$first" --wait 1s
# Interrupted while it waits, it ends at once.
set -m
"$reposbom" build -c own.yaml --allow-shrink --wait 1h > stdout 2> stderr < /dev/null 9<&- &
set +m
sleep 1
kill -s TERM $!
code=0
wait $! || code=$?
expect_equal 143 "$code" 'the exit code of a build that waited'
(sleep 1 && flock -u 9) &
expect_exit 0 "$reposbom" build -c own.yaml --allow-shrink --wait 10m
wait
exec 9<&-
expect_exit 0 "$reposbom" verify tree
