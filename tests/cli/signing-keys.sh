#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The keys that sign: what is told before they expire, two of them while one takes the place of the
# other, keys that gpg keeps, credentials of systemd, and that no secret gets anywhere.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need gpg gpgconf gpgv openssl
need_python yaml

export GNUPGHOME=$work/gnupg
mkdir -m 700 "$GNUPGHOME"
printf 'allow-preset-passphrase\ns2k-count 65536\n' > "$GNUPGHOME/gpg-agent.conf"
at_exit() { gpgconf --kill all; }
gpg() { command gpg --batch --quiet --pinentry-mode loopback --passphrase "${pass-}" "$@" 2>> gpg.log; }

new_key() { # name lifetime [option...]
  local name=$1 lifetime=$2
  shift 2
  gpg "$@" --quick-gen-key "$name" ed25519 sign "$lifetime"
  gpg --armor --export-secret-keys "$name" > "$name.secret.asc"
  gpg --export "$name" > "$name.gpg"
}
new_certificate() { # name days
  openssl req -x509 -newkey rsa:2048 -nodes -days "$2" -subj "/CN=$1" \
    -keyout "$1.key.pem" -out "$1.crt.pem" 2>> openssl.log
}
configure() { # signing, as YAML in one line
  printf 'repositories:\n  - {id: appstream, packages: %s}\nsigning: %s\nmetrics: %s\n' \
    "$fixtures/mirror/AppStream/x86_64/os" "$1" "$PWD/metrics.prom" > own.yaml
}
build() { "$reposbom" build -c own.yaml -o tree "$@"; } # option...
some_set() { find tree/store -mindepth 2 -maxdepth 2 -type d | sort | head -n 1; }

# --- keys that expire -----------------------------------------------------------------------

new_key lasting never
new_key short 10d
new_certificate lasting 730
new_certificate short 10

configure '{openpgp: {key: lasting.secret.asc}, x509: {key: lasting.key.pem, certificate: lasting.crt.pem}}'
expect_exit 0 build
expect_silence
configure '{openpgp: {key: short.secret.asc}, x509: {key: short.key.pem, certificate: short.crt.pem}}'
warns() {
  grep -cE "^reposbom: (warning: )?signing key [0-9A-Fa-f]{40,64}: expires on 20[0-9-]{8}; " stderr || true
}
expect_exit 0 build
expect_equal 2 "$(warns)" 'warnings of keys that expire'
expect_exit 0 build
expect_equal 2 "$(warns)" 'warnings when nothing changed'
expect_equal 2 "$(grep -c '^reposbom_signing_key_expiry_timestamp_seconds{fingerprint="' metrics.prom)" metrics
expect_exit 0 "$python" "$support/check_metrics.py" metrics.prom "$source_dir/packaging/alerts.yaml" \
  "reposbom_signing_key_expiry_timestamp_seconds{fingerprint=\"$(openssl x509 -in short.crt.pem \
    -outform DER | sha256sum | cut -d ' ' -f 1)\"}=$(date -d "$(openssl x509 -in short.crt.pem \
    -noout -enddate | cut -d = -f 2)" +%s)"
expect_exit 0 build --log-format json
grep -q '"level": *"warning"' stderr || fail 'no warning for collectors'

# What is published depends on the time of the run alone, never on the clock.
! grep -q 'signing key' tree/current/report.json || fail 'the report of a run of long ago warns'
expect_exit 0 env SOURCE_DATE_EPOCH="$(date +%s)" "$reposbom" build -c own.yaml -o tree
expect_equal 2 "$(sed -n '/^  "remarks": \[/,$p' tree/current/report.json |
  grep -c '"subject": "signing key ')" 'remarks on keys'
grep -q 'expires on 20' tree/current/report.html || fail 'report.html does not warn'

new_key late 30d --faked-system-time 20200101T000000
configure '{openpgp: {key: late.secret.asc}}'
expect_refusal 4 'late.secret.asc: key [0-9A-F]{40} expired on 2020-01-31' \
  "$reposbom" build -c own.yaml -o never
[ ! -e never ] || fail 'a run without a valid key has begun a tree'
rm -rf tree

# --- two signers ----------------------------------------------------------------------------

new_key old never
new_key new never
new_certificate old 730
new_certificate new 730
by_gpgv() { (cd "$1" && gpgv --quiet --keyring "$work/$2.gpg" "$3" SHA256SUMS 2>> "$work/gpgv.log"); }
by_openssl() {
  (cd "$1" && openssl cms -verify -binary -inform DER -in "$3" -content SHA256SUMS \
    -CAfile "$work/$2.crt.pem" -no-CApath -no-CAstore -partial_chain -purpose any -out /dev/null \
    2>> "$work/openssl.log")
}
configure '{openpgp: [{key: old.secret.asc}, {key: new.secret.asc}],
  x509: [{key: old.key.pem, certificate: old.crt.pem}, {key: new.key.pem, certificate: new.crt.pem}]}'
expect_exit 0 build
expect_silence
for folder in tree/current "$(some_set)"; do
  by_gpgv "$folder" old SHA256SUMS.asc || fail "gpgv with the old key: $folder"
  by_gpgv "$folder" new SHA256SUMS.2.asc || fail "gpgv with the new key: $folder"
  by_openssl "$folder" old SHA256SUMS.p7s || fail "openssl with the old certificate: $folder"
  by_openssl "$folder" new SHA256SUMS.2.p7s || fail "openssl with the new certificate: $folder"
done
for name in old new; do
  expect_exit 0 "$reposbom" verify tree --key "$name.gpg"
  expect_exit 0 "$reposbom" verify tree --certificate "$name.crt.pem"
done
(cd tree/current && gpgv --keyring "$work/tree/keys/reposbom.gpg" SHA256SUMS.asc SHA256SUMS &&
  gpgv --keyring "$work/tree/keys/reposbom.gpg" SHA256SUMS.2.asc SHA256SUMS) 2>> gpgv.log ||
  fail 'the published keyring does not hold both keys'
expect_equal 2 "$(find tree/keys -name '*.crt.pem' | wc -l)" 'published certificates'
expect_exit 0 build --check
set_of_two=$(some_set)
cp -a "$set_of_two" set
flip_byte set/SHA256SUMS.2.asc 100
expect_refusal 3 'SHA256SUMS.2.asc: ' "$reposbom" verify set --key old.gpg --key new.gpg
cp "$set_of_two/SHA256SUMS.2.asc" set
rm set/SHA256SUMS.2.p7s
expect_refusal 3 'has 3 of its 4 signatures' "$reposbom" verify set --key old.gpg

# The old key goes; who has the new one verifies what both have signed, and what it has alone.
configure '{openpgp: {key: new.secret.asc}, x509: {key: new.key.pem, certificate: new.crt.pem}}'
expect_exit 0 build
by_gpgv tree/current new SHA256SUMS.asc || fail 'gpgv with the new key alone'
expect_exit 0 "$reposbom" verify tree --key new.gpg --certificate new.crt.pem
expect_exit 0 "$reposbom" verify tree
rm -rf tree

# --- keys that gpg keeps --------------------------------------------------------------------

listed() { # key fpr|grp
  gpg --with-colons --with-keygrip --list-keys "$1" | sed -n "s/^$2:*\([^:]*\):\$/\1/p" | head -n 1
}
configure "{openpgp: {gpg: $(listed lasting fpr), homedir: gnupg}}"
expect_exit 0 build
expect_silence
for folder in tree/current "$(some_set)"; do
  by_gpgv "$folder" lasting SHA256SUMS.asc || fail "gpgv with a key of gpg: $folder"
  (cd "$folder" && gpgv --quiet --keyring "$work/tree/keys/reposbom.gpg" SHA256SUMS.asc SHA256SUMS) \
    2>> gpgv.log || fail "gpgv with the published keyring: $folder"
done
expect_exit 0 "$reposbom" verify tree --key lasting.gpg
grep -q "14 good signatures" stdout || fail 'not every signature is verified'
expect_exit 0 build --verbose
grep -q 'nothing changed: ' stderr || fail 'a second run with a key of gpg does not stand still'
expect_exit 0 build --check
mv tree first
expect_exit 0 build
expect_same_tree first tree
rm -rf first tree

# The user's own gpg, a key that expires, and one that is locked.
configure "{openpgp: {gpg: $(listed short fpr)}}"
expect_exit 0 build
expect_equal 1 "$(warns)" 'warnings of a key of gpg that expires'
expect_exit 0 "$python" "$support/check_metrics.py" metrics.prom "$source_dir/packaging/alerts.yaml" \
  "reposbom_signing_key_expiry_timestamp_seconds{fingerprint=\"$(listed short fpr)\"}=$(
    gpg --with-colons --list-keys short | sed -n 's/^pub:\([^:]*:\)\{5\}\([0-9]*\):.*/\2/p')"
rm -rf tree
configure "{openpgp: {gpg: $(listed late fpr)}}"
expect_refusal 4 'gpg key [0-9A-F]{40}: expired on 2020-01-31' "$reposbom" build -c own.yaml -o never
expect_refusal 1 'gpg: cannot be run: ' env PATH=/nonexistent "$reposbom" build -c own.yaml -o never
configure '{openpgp: {gpg: 0123456789ABCDEF0123456789ABCDEF01234567, homedir: gnupg}}'
expect_refusal 1 'gpg has no such secret key' "$reposbom" build -c own.yaml -o never
printf 'horse staple battery correct' > preset.secret
pass=$(cat preset.secret) new_key locked never
gpgconf --kill gpg-agent
configure "{openpgp: {gpg: $(listed locked fpr)}}"
expect_refusal 4 'gpg-agent: key [0-9A-F]{40} is locked, ' "$reposbom" build -c own.yaml -o never
[ ! -e never ] || fail 'a run without a key that signs has begun a tree'
"$(gpgconf --list-dirs libexecdir)/gpg-preset-passphrase" --preset "$(listed locked grp)" < preset.secret
expect_exit 0 build --verbose --log-format json
cp stderr agent.log
by_gpgv tree/current locked SHA256SUMS.asc || fail 'gpgv with a key of gpg that was locked'
expect_exit 0 "$python" "$support/find_secret.py" tree agent.log metrics.prom -- preset.secret
rm -rf tree

# --- secrets --------------------------------------------------------------------------------

pass='correct horse battery staple'
printf '%s' "$pass" > passphrase.secret
new_key guarded never
openssl pkey -in lasting.key.pem -aes256 -passout file:passphrase.secret -out guarded.key.pem
mkdir credentials
printf '%s\n' "$pass" > credentials/passphrase
cp guarded.secret.asc credentials/sbom-secret.asc
configure '{openpgp: {key: {credential: sbom-secret.asc}, passphrase_file: {credential: passphrase}},
  x509: {key: guarded.key.pem, certificate: lasting.crt.pem, passphrase_file: {credential: passphrase}}}'
expect_refusal 1 'CREDENTIALS_DIRECTORY/sbom-secret.asc: .* LoadCredential=sbom-secret.asc:' \
  "$reposbom" build -c own.yaml -o tree
export CREDENTIALS_DIRECTORY=$PWD/credentials
mkdir written
expect_exit 0 build --verbose --log-format json
cat stdout stderr > written/good.log
expect_exit 0 "$reposbom" verify tree --key guarded.gpg --certificate lasting.crt.pem
cat stdout stderr > written/verify.log

# The secret numbers themselves: the seed of Ed25519, at the end of its packet, and the exponent of RSA.
pass='' gpg --pinentry-mode loopback --export-secret-keys lasting > lasting.bin
"$python" - << 'END'
data = open("lasting.bin", "rb").read()
size = data[1] if data[0] & 3 == 0 else 256 * data[1] + data[2]
open("seed.secret", "wb").write(data[: size + 2][-34:-2])
END
openssl rsa -in lasting.key.pem -noout -text 2> /dev/null |
  sed -n '/^privateExponent:/,/^prime1:/{/^ /s/[ :]//gp}' | tr -d '\n' |
  "$python" -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read())[-64:])' > rsa.secret
tail -n 4 lasting.key.pem | head -n 1 | tr -d '\n' > pem.secret

printf 'wrong horse battery staple\n' > credentials/passphrase
expect_refusal 4 'the passphrase is wrong' "$reposbom" build -c own.yaml -o other --verbose
cat stderr > written/wrong.log
printf 'wrong horse battery staple' > wrong.secret
configure '{openpgp: {key: lasting.secret.asc}, x509: {key: lasting.key.pem, certificate: lasting.crt.pem}}'
expect_exit 0 build --verbose --log-format json
cat stderr > written/plain.log
expect_exit 0 "$python" "$support/find_secret.py" tree written metrics.prom -- \
  passphrase.secret wrong.secret seed.secret rsa.secret pem.secret
# That it would be found: in the files that do hold it.
expect_exit 1 "$python" "$support/find_secret.py" lasting.key.pem -- rsa.secret
expect_exit 1 "$python" "$support/find_secret.py" lasting.bin -- seed.secret
expect_exit 1 "$python" "$support/find_secret.py" lasting.secret.asc lasting.key.pem -- pem.secret

# A process that waits, with its keys read, is killed so that it would leave a core.
printf 'creator: {name: Another}\n' >> own.yaml
mkdir cores
(
  cd cores
  ulimit -c unlimited 2> /dev/null || true
  exec flock ../tree/.lock sleep 60
) &
holder=$!
until ! flock --nonblock tree/.lock true; do sleep 0.1; done
(
  cd cores
  ulimit -c unlimited 2> /dev/null || true
  exec "$reposbom" build -c ../own.yaml -o ../tree --wait 1m
) 2> waiting.log &
waiting=$!
# It has read its keys when it waits; until then one of the two may be as it was.
for _ in $(seq 300); do
  limit=$(sed -n 's/^Max core file size *\([^ ]*\) .*/\1/p' "/proc/$waiting/limits")
  filter=$((16#$(cat "/proc/$waiting/coredump_filter")))
  [ "$limit $filter" != '0 0' ] || break
  sleep 0.1
done
expect_equal 0 "$limit" 'largest core of a process with keys'
expect_equal 0 "$filter" 'memory in a core of it'
kill -SEGV "$waiting"
wait "$waiting" 2> /dev/null || true
kill "$holder"
expect_equal '' "$(ls cores)" 'files that a crash left'
