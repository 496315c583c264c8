#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# repomd.xml.asc and what can be wrong with it or with the key that made it: exit 3, a message of its
# own for each, and nothing published.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need gpg gpgconf

export GNUPGHOME=$work/gnupg
mkdir -m 700 "$GNUPGHOME"
at_exit() { gpgconf --kill all; }
gpg() { command gpg --batch --quiet --pinentry-mode loopback --passphrase '' "$@" 2>> gpg.log; }

new_key() { # name [option...]
  local name=$1
  shift
  gpg "$@" --quick-gen-key "$name" ed25519 sign "${lifetime:-never}"
  gpg --armor --export "$name" > "$name.asc"
}

cp -a "$fixtures/mirror/AppStream/x86_64/os" repository
repomd=repository/repodata/repomd.xml
sign() { gpg --yes --armor --detach-sign --output "$repomd.asc" "$@" "$repomd"; } # option...

configure() { # key...
  printf 'repositories:\n  - id: signed\n    packages: repository\n    keys: [%s]\n' \
    "$(IFS=, && echo "$*")" > signed.yaml
}
refuse() { # pattern
  expect_refusal 3 "repodata/repomd.xml: $1" "$reposbom" build -c signed.yaml -o out
  [ ! -e out ] || fail 'a refused build made a tree'
  cat stderr >> messages
}
accept() {
  expect_exit 0 "$reposbom" build -c signed.yaml -o out
  rm -rf out
}

new_key known
new_key stranger
configure known.asc
sign -u known
accept

rm "$repomd.asc"
refuse 'has no repomd.xml.asc beside it, but the configuration gives keys'
: > "$repomd.asc"
refuse 'the signature is empty'
echo 'no signature' > "$repomd.asc"
refuse 'there is no OpenPGP signature in it'

sign -u stranger
stranger=$(gpg --with-colons --list-keys stranger | sed -n 's/^pub:[^:]*:[^:]*:[^:]*:\([^:]*\).*/\1/p')
refuse "signed by key $stranger, which is not among the given keys"
configure known.asc stranger.asc
accept
configure known.asc
sign -u stranger -u known
accept

sign -u known
cp "$repomd" whole.xml
sed -i 's/<revision>/<revision>1/' "$repomd"
refuse 'the signature by key [0-9A-F]{40} \(known\) is bad: the data or the signature was changed'
mv whole.xml "$repomd"
accept

lifetime=30d new_key late --faked-system-time 20200101T000000
configure late.asc
sign -u late --faked-system-time 20200102T000000
refuse 'signed by key [0-9A-F]{40} \(late\), which expired on 2020-01-31'

configure known.asc
sign -u known --faked-system-time 20900101T000000
refuse 'the signature by key [0-9A-F]{40} \(known\) is dated in the future, on 2090-01-01'

new_key gone
configure gone.asc
sign -u gone
accept
fingerprint=$(gpg --with-colons --list-keys gone | sed -n 's/^fpr:*\([0-9A-F]*\):.*/\1/p' | head -n 1)
sed -i 's/^:---/---/' "$GNUPGHOME/openpgp-revocs.d/$fingerprint.rev"
gpg --import "$GNUPGHOME/openpgp-revocs.d/$fingerprint.rev"
gpg --armor --export gone > gone.asc
refuse "signed by key $fingerprint \(gone\), which is revoked"

# Eight troubles, eight messages.
expect_equal 8 "$(sort -u messages | wc -l)" 'different messages'
