#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A disk that is full, early or at the last moment: exit 4, one line that names the file, nothing
# published and nothing that was published touched; once there is room, a run does the whole.
# Needs a small disk of its own, which root, or anybody where the kernel lets them, can mount.
set -euo pipefail
namespace=(unshare --mount --map-root-user)
if [ "${IN_NAMESPACE:-}" != yes ] && "${namespace[@]}" mount -t tmpfs none /mnt 2> /dev/null; then
  IN_NAMESPACE=yes exec "${namespace[@]}" "$0" "$@"
fi
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
[ "${IN_NAMESPACE:-}" = yes ] || skip 'a disk cannot be mounted here'

mkdir disk
mount_disk() { # kilobytes
  mount -t tmpfs -o size="${1}k" none disk
}
mount_disk 1000000
build_fixtures disk/tree
cp -a disk/tree whole
needed=$(df --output=used -k disk | tail -n 1)
umount disk

for missing in $((needed - 40)) $((needed / 2)) 1500 600 200 60 20 4; do
  mount_disk $((needed - missing))
  expect_refusal 4 'disk/tree.*No space left' "$reposbom" build -c "$config" -o disk/tree
  [ ! -e disk/tree/current ] || fail "$missing kB short: current is there"
  [ -z "$(find disk/tree/runs -mindepth 1 -maxdepth 1 2> /dev/null)" ] ||
    fail "$missing kB short: a run is there"
  mount -o remount,size=1000000k disk
  build_fixtures disk/tree
  expect_same_tree whole disk/tree
  umount disk
done

# Something is published already: it stays, whole, and it is what readers see.
mount_disk $((needed * 9 / 10))
build_fixtures disk/tree --only quillsh
cp -a disk/tree before
expect_refusal 4 'disk/tree.*No space left' "$reposbom" build -c "$config" -o disk/tree
expect_equal "$(readlink before/current)" "$(readlink disk/tree/current)" current
expect_same_tree before/runs disk/tree/runs
expect_same_tree before/keys disk/tree/keys
expect_exit 0 "$reposbom" verify disk/tree
mount -o remount,size=1000000k disk
build_fixtures disk/tree
expect_exit 0 "$reposbom" verify disk/tree
expect_equal "$(count_of packages whole/current/report.json)" \
  "$(count_of packages disk/tree/current/report.json)" 'packages in the end'
umount disk

# Room for the run alone, but not for two: the next one fails, prune makes room, also when full.
mount_disk $((needed * 12 / 10))
build_fixtures disk/tree
dd if=/dev/zero of=disk/filler bs=1024 2> /dev/null || true
sed -E "s,([ [])(mirror|keys)/,\\1$fixtures/\\2/,g; s/^creator: .*/creator: {name: Somebody}/" \
  "$config" > other.yaml
expect_refusal 4 'disk/tree.*No space left' "$reposbom" build -c other.yaml -o disk/tree
expect_exit 0 "$reposbom" verify disk/tree
expect_exit 0 "$reposbom" prune -o disk/tree
rm disk/filler
mount -o remount,size=1000000k disk
expect_exit 0 "$reposbom" build -c other.yaml -o disk/tree
dd if=/dev/zero of=disk/filler bs=1024 2> /dev/null || true
mount -o remount,size="$(df --output=used -k disk | tail -n 1)k" disk
printf 'keep: {runs: 1}\n' >> other.yaml
expect_exit 0 "$reposbom" prune -c other.yaml -o disk/tree
expect_exit 0 "$reposbom" verify disk/tree
expect_equal 1 "$(find disk/tree/runs -mindepth 1 -maxdepth 1 | wc -l)" 'runs after pruning'
umount disk
