#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Verifies this companion disk: the signature over SHA256SUMS, every file that it
# lists, and every document that the SHA256SUMS of a set lists. Needs a POSIX shell,
# coreutils, and gpgv or openssl. Exits 0 if all is well, 3 if anything is not,
# 1 if it was called wrongly.

usage='usage: sh verify.sh [KEY]
KEY is an OpenPGP public key (armoured or binary) or an X.509 certificate (PEM)
that came to you by another way than this disk.'

set -u
LC_ALL=C
export LC_ALL
unset CDPATH

fail() {
  printf 'FAILED: %s\n' "$1"
  exit 3
}

refuse() {
  printf '%s\n' "$1" >&2
  exit 1
}

has() {
  command -v "$1" > /dev/null 2>&1
}

# --- the signature ----------------------------------------------------------------

temporary=
trap '[ -z "$temporary" ] || rm -f "$temporary"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# gpgv reads binary keys only. Each armoured block ends at its checksum or its END line.
dearmor() { # armoured keys on standard input
  inside=no
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%"$carriage_return"}
    case $inside:$line in
      *:"-----BEGIN PGP PUBLIC KEY BLOCK-----"*)
        inside=header
        block=
        ;;
      header:) inside=body ;;
      body:=* | body:-----END*)
        printf '%s' "$block" | base64 -d || return 1
        inside=no
        ;;
      body:*) block=$block$line ;;
    esac
  done
}
carriage_return=$(printf '\r')

# GOODSIG is told only if the key is neither expired nor revoked; gpgv exits 0 all the same. Two keys
# may have signed, in a file each: one of them must be known, and no signature may be bad.
check_openpgp() { # --keyring FILE ...
  has gpgv || return 1
  trouble=
  signed=no
  for signature in SHA256SUMS.asc SHA256SUMS.[2-9].asc; do
    [ -f "$signature" ] || continue
    status=$(gpgv --status-fd 1 "$@" "./$signature" ./SHA256SUMS 2> /dev/null)
    bad="$signature is not a good signature over SHA256SUMS by the key"
    case $status in
      *'[GNUPG:] BADSIG '*) fail "$bad" ;;
      *'[GNUPG:] GOODSIG '*)
        signer=${status#*'[GNUPG:] VALIDSIG '}
        printf 'OK: SHA256SUMS is signed by OpenPGP key %s\n' "${signer%% *}"
        signed=yes
        ;;
      *'[GNUPG:] VALIDSIG '*) trouble='the key that signed SHA256SUMS is expired or revoked' ;;
      *) trouble=${trouble:-$bad} ;;
    esac
  done
  [ $signed = yes ] || fail "$trouble"
}

# Nothing but the certificate is trusted: neither the authorities of the system nor one inside the
# signature.
is_signed_by() { # CERTIFICATE SIGNATURE
  SSL_CERT_FILE=/dev/null SSL_CERT_DIR=/dev/null openssl cms -verify -binary -inform DER \
    -in "$2" -content SHA256SUMS -CAfile "$1" -no-CApath -partial_chain -purpose any \
    -out /dev/null > /dev/null 2>&1
}

check_cms() { # CERTIFICATE ...
  has openssl || return 1
  for certificate; do
    for signature in SHA256SUMS.p7s SHA256SUMS.[2-9].p7s; do
      [ -f "$signature" ] && is_signed_by "$certificate" "$signature" || continue
      printf 'OK: SHA256SUMS is signed by certificate %s\n' "${certificate##*/}"
      return
    done
  done
  fail 'SHA256SUMS.p7s is not a good signature over SHA256SUMS by the certificate'
}

check_with_certificate() { # CERTIFICATE
  [ -f SHA256SUMS.p7s ] || fail 'there is no SHA256SUMS.p7s for a certificate to verify'
  check_cms "$1" || refuse 'openssl is not installed: it is needed to verify with a certificate'
}

check_with_openpgp_key() { # KEY
  [ -f SHA256SUMS.asc ] || fail 'there is no SHA256SUMS.asc for an OpenPGP key to verify'
  has gpgv || refuse 'gpgv is not installed: it is needed to verify with an OpenPGP key'
  check_openpgp --keyring "$1"
}

check_with() { # KEY
  if [ ! -f "$1" ] || [ ! -r "$1" ]; then
    refuse "$1: cannot be read"
  fi
  case $(tr -cd '[:print:]' < "$1") in
    *'-----BEGIN CERTIFICATE-----'*) check_with_certificate "$1" ;;
    *'-----BEGIN PGP PUBLIC KEY BLOCK-----'*)
      temporary=$(mktemp) || refuse 'cannot make a temporary file'
      dearmor < "$1" > "$temporary" || refuse "$1: damaged"
      check_with_openpgp_key "$temporary"
      ;;
    *) check_with_openpgp_key "$1" ;;
  esac
}

# With the keys on the disk. Returns 1 if there is no signature that can be checked.
check_with_own_keys() {
  checked=1
  if [ -f SHA256SUMS.asc ]; then
    set --
    for ring in ./keys/*.gpg; do
      [ -f "$ring" ] && set -- "$@" --keyring "$ring"
    done
    [ $# -gt 0 ] && check_openpgp "$@" && checked=0
  fi
  if [ -f SHA256SUMS.p7s ]; then
    set -- ./keys/*.pem
    [ -f "$1" ] && check_cms "$@" && checked=0
  fi
  return $checked
}

check_signature() { # [KEY]
  if [ -n "$1" ]; then
    check_with "$1"
  elif check_with_own_keys; then
    echo 'WARNING: the key is the one on this disk, which whoever changes the disk can exchange'
    echo 'as well. Compare its fingerprint with one from elsewhere, or run: sh verify.sh KEY'
  elif [ -f SHA256SUMS.asc ] || [ -f SHA256SUMS.p7s ]; then
    refuse 'the signature cannot be checked: install gpgv or openssl'
  else
    echo 'WARNING: this disk is not signed; only damage can be found'
  fi
}

# --- the files --------------------------------------------------------------------

# Lists are taken into variables and split at line ends: reading line by line costs some shells one
# system call for each character.
split_at_lines() {
  set -f
  IFS='
'
}

# The SHA256SUMS of every set.
list_sets() {
  for line in $sums; do
    case $line in
      *'  sets/'*/SHA256SUMS) printf '%s\n' "${line#*  }" ;;
    esac
  done
}

# Their lines as one list with whole paths, so that one sha256sum reads all files.
list_documents() { # SHA256SUMS-of-a-set ...
  for line in $(tail -v -n +1 "$@"); do
    case $line in
      '==> '*) folder=${line#'==> '} folder=${folder%/*} ;;
      *) printf '%s  %s/%s\n' "${line%%  *}" "$folder" "${line#*  }" ;;
    esac
  done
}

# Every name that may be on the disk. Names of folders are repeated, which does no harm.
list_expected() { # the lines of SHA256SUMS and of list_documents
  printf '%s\n' ./sets ./SHA256SUMS ./SHA256SUMS.asc ./SHA256SUMS.p7s
  for line in "$@"; do
    name=./${line#*  }
    printf '%s\n' "$name"
    case $name in
      ./sets/*/SHA256SUMS)
        set=${name%/*}
        printf '%s\n' "$name.asc" "$name.p7s" "$set" "${set%/*}" "${set%/*/*}"
        ;;
      ./sets/*) ;;
      ./*/*) printf '%s\n' "${name%/*}" "${name%/*/*}" ;; # No file is deeper in other folders.
    esac
  done
}

# Of signatures, the first stands for all.
list_present() {
  list_all | sed -e 's,/SHA256SUMS\.[2-9]\.asc$,/SHA256SUMS.asc,' -e 's,/SHA256SUMS\.[2-9]\.p7s$,/SHA256SUMS.p7s,'
}

list_all() {
  folder=.
  # shellcheck disable=SC2045 # No glob finds hidden files at every depth; odd names are what it is for.
  for line in $(ls -AR); do
    case $line in
      .:) ;;
      ./*:) folder=${line%:} ;;
      *) printf '%s\n' "$folder/$line" ;;
    esac
  done
}

# What no list names was put there after the disk was made: of the lines below, those that stand
# there once.
list_unlisted() { # as list_expected
  expected=$(list_expected "$@")
  {
    printf '%s\n' "$expected" "$expected"
    list_present | sort -u
  } | sort | uniq -u
}

check_files() {
  sha256sum --check --strict --quiet SHA256SUMS ||
    fail 'the files named above are not what SHA256SUMS lists'
  split_at_lines
  sums=$(cat SHA256SUMS)
  # shellcheck disable=SC2046 # To be split, as are those below.
  set -- $(list_sets)
  [ $# -gt 0 ] || fail 'there is no set on this disk'
  documents=$(list_documents "$@")
  printf '%s\n' "$documents" | sha256sum --check --strict --quiet - ||
    fail 'the documents named above are not what the SHA256SUMS of their set lists'
  # shellcheck disable=SC2086
  unlisted=$(list_unlisted $sums $documents)
  if [ -n "$unlisted" ]; then
    printf '%s\n' "$unlisted"
    fail 'the files named above do not belong to this disk'
  fi
  printf 'OK: %s files in %s sets are unchanged\n' "$(printf '%s\n' "$documents" | wc -l)" $#
}

case ${1-} in
  -h | --help)
    printf '%s\n' "$usage"
    exit 0
    ;;
  -*) refuse "$usage" ;;
esac
[ $# -le 1 ] || refuse "$usage"
key=${1-}
case $key in
  '' | /*) ;;
  *) key=$(pwd)/$key ;;
esac
has sha256sum || refuse 'sha256sum is not installed: it is part of coreutils'
cd "$(dirname "$0")" || refuse 'cannot enter the folder of this script'
[ -f SHA256SUMS ] || fail 'there is no SHA256SUMS on this disk'
check_signature "$key"
check_files
