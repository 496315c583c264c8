#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Keys that stay in a token (PKCS#11): they sign as from a file, with one login, and nothing tells
# their PIN. The token is SoftHSM, behind OpenSC's spy, which notes every call.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need openssl softhsm2-util
need_python yaml
openssl engine pkcs11 > /dev/null 2>&1 || skip 'OpenSSL has no engine pkcs11'
library() { # name
  find /usr/lib64 /usr/lib -name "$1" 2> /dev/null | sort | head -n 1
}
PKCS11SPY=$(library libsofthsm2.so)
spy=$(library pkcs11-spy.so)
[ -n "$PKCS11SPY" ] && [ -n "$spy" ] || skip 'libsofthsm2.so or pkcs11-spy.so is not installed'
export PKCS11SPY PKCS11SPY_OUTPUT=$work/calls SOFTHSM2_CONF=$work/softhsm2.conf

# The engine keeps what it had of a token that does not open, and is unloaded before the leak
# detector of a sanitized program asks whose that is.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0

mkdir tokens
printf 'directories.tokendir = %s/tokens\n' "$PWD" > softhsm2.conf
printf 'a PIN of 17 signs' > pin.secret
pin=$(cat pin.secret)
softhsm2-util --init-token --free --label signing --so-pin sosososo --pin "$pin" > softhsm.log
printf '%s\n' "$pin" > pin

new_key() { # name days algorithm...
  local name=$1 days=$2
  shift 2
  openssl req -x509 -newkey "$@" -nodes -days "$days" -subj "/CN=$name" \
    -keyout "$name.key.pem" -out "$name.crt.pem" 2>> openssl.log
  openssl pkcs8 -topk8 -nocrypt -in "$name.key.pem" -out "$name.p8"
  softhsm2-util --import "$name.p8" --token signing --label "$name" --id "0${#name}" --pin "$pin" \
    >> softhsm.log
}
uri() { # object [token]
  printf 'pkcs11:token=%s;object=%s;type=private?module-path=%s' "${2-signing}" "$1" "$spy"
}
configure() { # key certificate [pin]
  printf 'repositories:\n  - {id: appstream, packages: %s}\nmetrics: %s\n' \
    "$fixtures/mirror/AppStream/x86_64/os" "$PWD/metrics.prom" > own.yaml
  printf 'signing: {x509: {key: "%s", certificate: %s, passphrase_file: %s}}\n' "$1" "$2" "${3-pin}" \
    >> own.yaml
}
build() { "$reposbom" build -c own.yaml -o tree "$@"; } # option...
calls() { # function
  grep -c ": $1$" calls || true
}
by_openssl() { # folder certificate
  (cd "$1" && openssl cms -verify -binary -inform DER -in SHA256SUMS.p7s -content SHA256SUMS \
    -CAfile "$work/$2.crt.pem" -no-CApath -no-CAstore -partial_chain -purpose any -out /dev/null \
    2>> "$work/openssl.log")
}
some_set() { find tree/store -mindepth 2 -maxdepth 2 -type d | sort | head -n 1; }

# --- RSA: the same tree as with the key in a file -------------------------------------------

new_key lasting 730 rsa:3072
configure "$(uri lasting)" lasting.crt.pem
expect_exit 0 build
expect_silence
expect_equal 1 "$(calls C_Login)" logins
[ "$(calls C_Sign)" -ge 14 ] || fail 'the token did not sign everything'
for folder in tree/current "$(some_set)"; do
  by_openssl "$folder" lasting || fail "openssl with a key in a token: $folder"
done
expect_exit 0 "$reposbom" verify tree --certificate lasting.crt.pem
expect_exit 0 build --verbose
grep -q 'nothing changed: ' stderr || fail 'a second run with a token does not stand still'
expect_exit 0 build --check
# Without a module the engine asks p11-kit, which knows those that are installed.
configure 'pkcs11:token=signing;object=lasting' lasting.crt.pem
expect_exit 0 build --check
mv tree of-token
configure lasting.key.pem lasting.crt.pem
expect_exit 0 build
expect_same_tree of-token tree
rm -rf of-token tree

# --- EC: other bytes each time, which is no reason to make sets again -----------------------

new_key curve 10 ec -pkeyopt ec_paramgen_curve:P-256
configure "$(uri curve)" curve.crt.pem
expect_exit 0 build
expect_equal 1 "$(grep -cE '^reposbom: (warning: )?signing key [0-9a-f]{64}: expires on ' stderr)" warnings
expect_exit 0 "$python" "$support/check_metrics.py" metrics.prom "$source_dir/packaging/alerts.yaml" \
  "reposbom_signing_key_expiry_timestamp_seconds{fingerprint=\"$(openssl x509 -in curve.crt.pem \
    -outform DER | sha256sum | cut -d ' ' -f 1)\"}=$(date -d "$(openssl x509 -in curve.crt.pem \
    -noout -enddate | cut -d = -f 2)" +%s)"
by_openssl tree/current curve || fail 'openssl with an EC key in a token'
expect_exit 0 "$reposbom" verify tree --certificate curve.crt.pem
expect_exit 0 build --verbose
grep -q 'nothing changed: ' stderr || fail 'a second run with an EC key does not stand still'
expect_exit 0 build --check

# --- what cannot sign is one clear error, before there is a tree ----------------------------

mkdir written
refuse() { # code pattern [environment...]
  local code=$1 pattern=$2
  shift 2
  : > calls
  expect_refusal "$code" "$pattern" env "$@" "$reposbom" build -c own.yaml -o never --verbose
  cat stderr >> written/refusals.log
  [ ! -e never ] || fail 'a run without a key has begun a tree'
}
printf 'another PIN of 17' > wrong.secret
configure "$(uri lasting)" lasting.crt.pem wrong.secret
refuse 4 'object=lasting.*: the PIN is wrong; it was tried once$'
expect_equal 1 "$(calls C_Login)" 'logins with a wrong PIN'
configure "$(uri none)" lasting.crt.pem
refuse 1 'object=none.*: there is no such token, or no such private key in it$'
configure "$(uri lasting none)" lasting.crt.pem
refuse 1 'token=none.*: there is no such token, or no such private key in it$'
expect_equal 0 "$(calls C_Login)" 'logins where there is no such token'
configure "$(uri lasting)" curve.crt.pem
refuse 4 'curve.crt.pem: no certificate in it belongs to the key pkcs11:'
configure 'pkcs11:token=signing;object=lasting?module-path=/nonexistent.so' lasting.crt.pem
refuse 1 ': there is no such PKCS#11 module: /nonexistent.so$'
configure "$(uri lasting)" lasting.crt.pem
refuse 1 'install the package libengine-pkcs11-openssl \(Debian\) or openssl-pkcs11 \(EL9\)$' \
  OPENSSL_ENGINES="$PWD/none"
configure "$(uri lasting)&pin-value=$(cat wrong.secret)" lasting.crt.pem
refuse 1 "own.yaml:4:23: 'key' is a PKCS#11 URI that has a 'pin-value': put the PIN into a file"
sed -i 's/, passphrase_file: pin//; s/&pin-value=[^"]*//' own.yaml
refuse 1 'the token needs a PIN; configure a passphrase_file$'
expect_equal 0 "$(calls C_Login)" 'logins without a PIN'

# --- the PIN: from systemd, and nowhere else ------------------------------------------------

mkdir credentials
cp pin credentials/pin
export CREDENTIALS_DIRECTORY=$PWD/credentials
configure "$(uri lasting)" lasting.crt.pem '{credential: pin}'
expect_exit 0 build --verbose --log-format json
cp stderr written/build.log
expect_exit 0 "$python" "$support/find_secret.py" tree written metrics.prom -- pin.secret wrong.secret
expect_exit 1 "$python" "$support/find_secret.py" credentials -- pin.secret
