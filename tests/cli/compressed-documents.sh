#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# `compress`: gunzip and unzstd make of the documents those of a plain tree; all that leads to them
# names them as they are called and stays plain; they are the same on every run; and whatever reads
# a tree reads this one.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need bsdtar gpgv gunzip sha256sum unzstd
at_exit() { chmod -R u+w "$work"; }

own_config > plain.yaml
for method in gzip zstd; do
  sed "s,^output: .*,output: $PWD/$method," plain.yaml > $method.yaml
  printf 'compress: %s\nsha256_files: true\n' $method >> $method.yaml
done
build() { # configuration option...
  local configuration=$1
  shift
  expect_exit 0 "$reposbom" build -c "$configuration" "$@"
  expect_silence
}
build plain.yaml
list_documents() { # run suffix
  (cd "$1" && find -L sets releases -type f \( -name "*.spdx.*$2" -o -name "*.cdx.*$2" \) \
    ! -name '*.sha256' | sort)
}
list_documents tree/current '' > plain.list
[ -s plain.list ] || fail 'no documents'
(cd tree/current && tr '\n' '\0' < "$work/plain.list" | xargs -0 sha256sum) > plain.sums

check_tree() { # method suffix unpacker...
  local method=$1 suffix=$2 set
  shift 2
  local run=$method/current
  build "$method.yaml"
  list_documents "$run" '' > list
  cmp -s list <(sed "s/\$/$suffix/" plain.list) ||
    fail "$method: documents: $(diff list <(sed "s/\$/$suffix/" plain.list) | head -n 5)"

  # With stock tools: the digests of what is there, and what is in it.
  gpgv --keyring "$work/$method/keys/reposbom.gpg" "$run/SHA256SUMS.asc" "$run/SHA256SUMS" \
    2> said || fail "$method: $(cat said)"
  (cd "$run" && sha256sum --check --strict --quiet SHA256SUMS) || fail "$method: the run"
  for set in "$method"/store/*/*/; do
    (cd "$set" && sha256sum --check --strict --quiet SHA256SUMS -- *.sha256) || fail "$set"
    expect_equal "$(find "$set" -name "*$suffix" | wc -l)" \
      "$(find "$set" -name "*$suffix.sha256" | wc -l)" "digests beside documents of $set"
  done
  cp -rL "$run" unpacked
  find unpacked -type f ! -name '*.sha256' -name "*$suffix" -print0 | xargs -0 "$@"
  (cd unpacked && tr '\n' '\0' < "$work/plain.list" | xargs -0 sha256sum) > sums
  cmp -s plain.sums sums || fail "$method: other documents: $(diff plain.sums sums | head -n 5)"
  rm -rf unpacked

  # What names them, and what this program says of them.
  cut -d '"' -f 2 "$run/changes.csv" > named
  [ -s named ] || fail "$method: changes.csv names nothing"
  ! grep -v "\\$suffix\$" named || fail "$method: changes.csv names others"
  (cd "$run" && xargs -d '\n' ls) < named > said || fail "$method: changes.csv names what is not"
  expect_equal "$(wc -l < tree/current/changes.csv)" "$(wc -l < named)" "$method: changes"
  grep -qF "\".spdx.json$suffix\"" "$run/index.json" || fail "$method: suffixes of index.json"
  expect_exit 0 "$reposbom" verify tree
  grep -oE '[0-9]+ documents' stdout > documents
  expect_exit 0 "$reposbom" verify "$method"
  grep -oE '[0-9]+ documents' stdout | cmp -s documents - || fail "$method: documents verified"
  expect_exit 0 "$reposbom" verify tree --quality
  sed -n '/^quality of/,$p' stdout > quality
  [ -s quality ] || fail 'no quality'
  expect_exit 0 "$reposbom" verify "$method" --quality
  sed -n '/^quality of/,$p' stdout | cmp -s quality - || fail "$method: another quality"

  # Nothing changed: nothing is touched, by one thread or many, today or tomorrow.
  find "$method" -printf '%P %i %T@ %C@\n' | sort > before
  build "$method.yaml"
  find "$method" -printf '%P %i %T@ %C@\n' | sort > after
  cmp -s before after || fail "$method: a run that changes nothing touches something"
  expect_exit 0 "$reposbom" build -c "$method.yaml" --check
  sleep 1
  build "$method.yaml" -o again --jobs 1
  expect_same_tree "$method" again
  rm -rf again

  # Another value makes the sets anew; what is said in the documents stays the same.
  expect_exit 0 "$reposbom" build -c "$method.yaml" -o tree --dry-run
  grep -q '^make .*: configuration or key$' stdout || fail "$method: no reason to make sets"
  cp -a tree switched
  build "$method.yaml" -o switched
  list_documents switched/current '' | cmp -s list - || fail "$method: documents after a change"
  expect_exit 0 "$reposbom" verify switched
  rm -rf switched

  # A disk has them as they are in the tree, and the document of the media likewise.
  expect_exit 0 "$reposbom" disk -c "$method.yaml" --media "$fixtures/media.iso" -o disk.iso
  expect_exit 0 "$reposbom" verify disk.iso
  expect_exit 0 "$reposbom" verify disk.iso --quality
  ! grep -q '^quality: there is no document' stdout || fail "$method: nothing judged on the disk"
  mkdir disk
  bsdtar -xf disk.iso -C disk
  chmod -R u+w disk
  expect_exit 0 sh disk/verify.sh
  (cd disk && find sets -type f -print0 | xargs -0 sha256sum) > on-disk
  grep -q "\.spdx\.json\\$suffix\$" on-disk || fail "$method: no document on the disk"
  (cd "$run" && sha256sum --check --quiet) < on-disk || fail "$method: other sets on the disk"
  grep -qE '^its document +releases/AlmaLinux-9-4-x86_64-dvd\.\*$' disk/media.txt ||
    fail "$method: media.txt: $(grep document disk/media.txt)"
  expect_exit 0 "$reposbom" show -c plain.yaml "$fixtures/media.iso"
  "$@" "disk/releases/AlmaLinux-9-4-x86_64-dvd.spdx.json$suffix"
  cmp -s stdout disk/releases/AlmaLinux-9-4-x86_64-dvd.spdx.json ||
    fail "$method: the document of the media"
  rm -rf disk disk.iso
}
check_tree gzip .gz gunzip
check_tree zstd .zst unzstd -q --rm

# No time and no name in what gzip wrote (RFC 1952).
document=$(find gzip/store -name '*.spdx.json.gz' | sort | sed -n 1p)
expect_equal 1f8b080000000000 "$(od -An -tx1 -N 8 "$document" | tr -d ' ')" "the header of $document"

# What is damaged is found.
cp -a gzip damaged
flip_byte "damaged/${document#gzip/}"
expect_refusal 3 'spdx\.json\.gz' "$reposbom" verify damaged
sed 's/^compress: .*/compress: xz/' gzip.yaml > bad.yaml
expect_refusal 1 "'compress' must be none, gzip or zstd, not 'xz'" "$reposbom" build -c bad.yaml
