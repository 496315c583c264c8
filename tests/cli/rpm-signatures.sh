#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# With keys, the signature of every header of an RPM or SRPM is verified, on disk and on a server: one
# that was changed ends the run, one by somebody unknown costs its package, and where there is none
# the digest of the whole file vouches for the header.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need gpg gpgconf rpmsign rpm createrepo_c
need_python hashlib
# shellcheck source=support/servers.bash
. "$support/servers.bash"

export GNUPGHOME=$work/gnupg
mkdir -m 700 "$GNUPGHOME" home
stop_servers=$(declare -f at_exit)
eval "stop_servers${stop_servers#at_exit}"
at_exit() {
  stop_servers
  gpgconf --kill all
}
gpg_options=(--batch --pinentry-mode loopback --passphrase '')
gpg() { command gpg --quiet "${gpg_options[@]}" "$@" 2>> gpg.log; }

new_key() { # name algorithm [option...]
  local name=$1 algorithm=$2
  shift 2
  gpg "$@" --quick-gen-key "$name" "$algorithm" sign "${lifetime:-never}"
  gpg --armor --export "$name" > "$name.asc"
}
fingerprint() { # key
  gpg --with-colons --list-keys "$1" | sed -n 's/^fpr:*\([0-9A-F]*\):.*/\1/p' | head -n 1
}

# Anew by that key; `time` is when, if it is not now.
sign() { # key rpm...
  local key=$1
  shift
  HOME=$work/home rpmsign --define "_gpg_name $key" --define "__gpg $(type -P gpg)" \
    --define "_gpg_sign_cmd_extra_args --batch --pinentry-mode loopback --passphrase '' ${time:+--faked-system-time $time}" \
    --resign "$@" >> rpmsign.log 2>&1 || fail "rpmsign: $(tail -n 3 rpmsign.log)"
}

# Repodata of what is there, signed by a key.
index() { # repository
  rm -rf "$1/repodata"
  createrepo_c --quiet --no-database --workers 1 --revision 1717977600 --set-timestamp-to-revision "$1"
  gpg --yes --armor --local-user repo --output "$1/repodata/repomd.xml.asc" \
    --detach-sign "$1/repodata/repomd.xml"
}

new_key repo ed25519
new_key rsa rsa2048
new_key eddsa ed25519
new_key stranger rsa2048

mkdir -p signed/os signed/source
cp "$fixtures"/mirror/AppStream/x86_64/os/Packages/{webgale,mod_gale_ssl}-2.4.57-11.*.rpm \
  "$fixtures"/mirror/AppStream/x86_64/os/Packages/{harborctl,python3-harborctl,sharedkit}-[0-9]*.rpm signed/os
cp "$fixtures"/mirror/AppStream/Source/Packages/{webgale-2.4.57-11,harborctl}*.src.rpm signed/source
chmod -R u+w signed
sign rsa signed/os/*gale* signed/source/webgale*
sign eddsa signed/os/*harborctl* signed/os/sharedkit* signed/source/harborctl*
index signed/os
index signed/source

keys='repo.asc, rsa.asc, eddsa.asc'
configure() { # place [more lines of the repository]
  printf 'cache: cache\nlimits: {failures: %s, shrink: 100%%}\nformats: [spdx-json]\n' "${failures:-0}"
  printf 'repositories:\n  - id: one\n    packages: %s/os\n    sources: %s/source\n' "$1" "$1"
  [ -z "$keys" ] || printf '    keys: [%s]\n' "$keys"
  printf '    published: https://repo.example.com/os\n    sources_published: https://repo.example.com/source\n'
  [ -z "${2:-}" ] || printf '    %s\n' "$2"
} > sign.yaml
build() { # code
  expect_exit "$1" "$reposbom" build -c sign.yaml -o out
}
refuse() { # code pattern
  rm -rf out
  expect_refusal "$1" "$2" "$reposbom" build -c sign.yaml -o out
  [ ! -e out ] || fail 'a refused build made a tree'
}
expect_headers() { # signed unsigned refused
  expect_equal "$*" "$("$python" -c 'import json
print(*json.load(open("out/current/report.json"))["repositories"][0]["headers"].values())')" \
    'headers signed, unsigned, refused'
}
fresh() { # folder to begin from
  rm -rf out cache os-and-source
  cp -a "$1" os-and-source
}

# --- good ones ---------------------------------------------------------------------------------

configure signed
build 0
expect_silence
expect_headers 7 0 0
cp -a out sound

# Nothing is read again but repomd.xml: what it names is not even there.
mv signed/os/webgale*.rpm .
build 0
expect_silence
mv webgale*.rpm signed/os

serve main --folder .
url=http://127.0.0.1:$port
configure "$url/signed"
rm -rf out
build 0
expect_headers 7 0 0
expect_equal 7 "$(requests main '\.rpm bytes=0-[0-9]+ 206')" 'requests for headers'
expect_equal 0 "$(requests main '\.rpm - ')" 'requests for whole packages'
expect_same_tree sound out

# --- who has no key can make every digest right, but no signature ------------------------------

forger="signature by key $(fingerprint rsa) \\(rsa\\) is bad"
for forged in os/webgale source/webgale; do
  fresh signed
  "$python" "$support/tamper_rpm.py" "$(echo os-and-source/$forged*.rpm)" 'example.com' 'exbmple.com'
  rpm -K --nosignature os-and-source/$forged*.rpm > rpm.log || fail "rpm sees it too: $(cat rpm.log)"
  index "os-and-source/${forged%/*}"
  configure os-and-source
  refuse 3 "os-and-source/$forged[^ ]*\\.rpm: the $forger"
  configure "$url/os-and-source"
  refuse 3 "$url/os-and-source/$forged[^ ]*\\.rpm: the $forger"
  keys='' configure os-and-source
  build 0
  expect_headers 0 0 0
  # What was read without keys does not count once they are there.
  configure os-and-source
  expect_refusal 3 "$forger" "$reposbom" build -c sign.yaml -o out
done

# What vouched for a header once does not vouch for another one in its place.
fresh signed
configure os-and-source
build 0
"$python" "$support/tamper_rpm.py" "$(echo os-and-source/source/webgale*)" 'example.com' 'exbmple.com'
sed -i 's/<revision>1/<revision>2/' os-and-source/os/repodata/repomd.xml
gpg --yes --armor --local-user repo --output os-and-source/os/repodata/repomd.xml.asc \
  --detach-sign os-and-source/os/repodata/repomd.xml
expect_refusal 3 "source/webgale[^ ]*: the $forger" "$reposbom" build -c sign.yaml -o out

# --- keys that are not given, or not to be trusted ---------------------------------------------

unknown='signed by key [0-9A-F]{16}, which is not among the given keys: add it to .keys.'
fresh signed
sign stranger os-and-source/os/webgale*
index os-and-source/os
for place in os-and-source "$url/os-and-source"; do
  rm -rf out
  configure "$place"
  refuse 5 "os/webgale[^ ]*: $unknown"
  failures=1 configure "$place"
  build 2
  expect_headers 6 0 1
  grep -qE "os/webgale[^ ]*: $unknown" stderr || fail 'the unknown key is not told'
done
# Giving the key is enough; taking it away again is noticed.
keys="$keys, stranger.asc" configure os-and-source
build 0
expect_headers 7 0 0
failures=1 configure os-and-source
build 2
expect_headers 6 0 1

lifetime=30d new_key late rsa2048 --faked-system-time 20200101T000000
lifetime=30d new_key early rsa2048 --faked-system-time 20200101T000000
new_key gone rsa2048
fresh signed
time=20200115T000000 sign late os-and-source/os/webgale*
time=20200115T000000 sign early os-and-source/os/mod_gale*
sign gone os-and-source/os/sharedkit*
index os-and-source/os
keys="$keys, late.asc, early.asc, gone.asc"
failures=0 configure os-and-source
build 0
expect_headers 7 0 0

# The keys are others now, though their names are the same.
gpg --faked-system-time 20200102T000000 --quick-set-expire "$(fingerprint early)" 7d
gpg --armor --export early > early.asc
sed -i 's/^:---/---/' "$GNUPGHOME/openpgp-revocs.d/$(fingerprint gone).rev"
gpg --import "$GNUPGHOME/openpgp-revocs.d/$(fingerprint gone).rev"
gpg --armor --export gone > gone.asc
failures=2 configure os-and-source
build 2
expect_headers 5 0 2
grep -qE 'mod_gale[^ ]*: signed by .*\(early\) on 2020-01-15, but it had expired on 2020-01-0[89]' stderr ||
  fail 'an expired key is not told'
grep -qE 'sharedkit[^ ]*: signed by .*\(gone\), which is revoked' stderr || fail 'a revoked key is not told'

# --- without a signature -----------------------------------------------------------------------

keys='repo.asc, rsa.asc, eddsa.asc'
fresh signed
cp "$fixtures"/mirror/AppStream/x86_64/os/Packages/sharedkit-[0-9]*.rpm os-and-source/os
cp "$fixtures"/mirror/AppStream/Source/Packages/harborctl*.src.rpm os-and-source/source
index os-and-source/os
index os-and-source/source
configure os-and-source
build 0
expect_headers 5 2 0
rm -rf out
: > main.log
configure "$url/os-and-source"
build 0
expect_headers 5 2 0
expect_equal 2 "$(requests main '\.rpm - 200')" 'whole packages that were asked for'
: > main.log
rm -rf out
build 0
expect_headers 5 2 0
expect_equal 0 "$(requests main '\.rpm ')" 'packages that were asked for again'

cp -a os-and-source unsigned
for tampered in os/sharedkit source/harborctl; do
  fresh unsigned
  rpm=$(echo os-and-source/$tampered*.rpm)
  "$python" "$support/tamper_rpm.py" "$rpm" 'example.com' 'exbmple.com'
  failures=1 configure os-and-source
  build 2
  grep -qE "$tampered[^ ]*: is of SHA256 [0-9a-f]{64}, but the repository says" stderr || fail 'not told'
  failures=1 configure "$url/os-and-source"
  rm -rf out
  build 2
  grep -qE "$tampered[^ ]*: .*SHA256" stderr || fail 'not told of a server'
done

# --- halves of a repository --------------------------------------------------------------------

fresh signed
rm os-and-source/source/repodata/repomd.xml.asc
configure os-and-source
refuse 3 'source/repodata/repomd.xml: has no repomd.xml.asc'
configure os-and-source 'sources: {packages: os-and-source/source, keys: []}'
sed -i '/^    sources: os-and-source/d' sign.yaml
build 0
expect_headers 5 0 0
