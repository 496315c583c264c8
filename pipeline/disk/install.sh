#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Installs sbomget from this companion disk: its RPM, the repository file for updates of it, the
# public keys of the publisher, and where SBOMs come from. Nothing is touched before verify.sh
# has found the disk right and you have agreed. Needs a POSIX shell, coreutils and rpm, and what
# verify.sh needs; no network. Exits 0 if all is done, 1 if it was called wrongly or something is
# missing, 3 if the disk is not right, 4 if something cannot be written.

usage='usage: sh install.sh [OPTION...]
  --key FILE         the publisher'"'"'s OpenPGP key or certificate, which came to you by another
                     way than this disk: the disk must be signed by it
  --fingerprint HEX  the fingerprint of that OpenPGP key, in its place
  --source PLACE     where sbomget shall look for SBOMs: a folder, the ISO file of this disk, or
                     a URL; may be repeated. Without it: this disk, where it is mounted now, then
                     the server that the publisher names
  --repository URL   where dnf shall look for updates of sbomget. Without it: this disk
  --root DIR         install into the system below DIR
  --dry-run          say what would be done, and do nothing
  --yes              do not ask
  --uninstall        remove what this script has added, and nothing else'

set -u
LC_ALL=C
export LC_ALL
unset CDPATH
umask 022

refuse() {
  printf 'install.sh: %s\n' "$1" >&2
  exit 1
}

fail() {
  printf 'install.sh: %s\n' "$1" >&2
  exit 4
}

has() {
  command -v "$1" > /dev/null 2>&1
}

say() { # line...
  printf '%s\n' "$@"
}

# --- what was asked for -------------------------------------------------------------------

key='' fingerprint='' sources='' repository='' root='' dry_run=no agreed=no action=install
newline='
'
from=$(pwd)

add_source() {
  case $1 in
    *"$newline"* | '') refuse 'a source is a folder, a file or a URL' ;;
    https://* | http://*) sources=$sources$1$newline ;;
    /*) sources=$sources$1$newline ;;
    *) sources=$sources$from/$1$newline ;;
  esac
}

while [ $# -gt 0 ]; do
  case $1 in
    --key | --fingerprint | --source | --repository | --root)
      [ $# -ge 2 ] && [ -n "$2" ] || refuse "$1 needs a value; sh install.sh --help lists all options"
      case $1 in
        --key) key=$2 ;;
        --fingerprint) fingerprint=$(printf %s "$2" | tr -d ' :' | tr a-f A-F) ;;
        --source) add_source "$2" ;;
        --repository) repository=$2 ;;
        --root) root=${2%/} ;;
      esac
      shift
      ;;
    --dry-run) dry_run=yes ;;
    --yes | -y) agreed=yes ;;
    --uninstall) action=uninstall ;;
    --help | -h)
      say "$usage" && exit 0
      ;;
    *) refuse "'$1' is no option; sh install.sh --help lists all" ;;
  esac
  shift
done
case $key in '' | /*) ;; *) key=$from/$key ;; esac
case $root in '' | /*) ;; *) root=$from/$root ;; esac
case $fingerprint in *[!0-9A-F]*) refuse 'a fingerprint has the digits 0 to 9 and A to F' ;; esac
case $repository in
  '' | https://* | http://* | file:///*) ;;
  *) refuse "--repository: '$repository' is no URL" ;;
esac
[ -z "$root" ] || [ -d "$root" ] || refuse "$root: is no folder"
cd "$(dirname "$0")" || refuse 'cannot enter the folder of this script'
disk=$(pwd)
disk_url=file://$(printf %s "$disk" | sed 's/ /%20/g')

settings=$root/etc/sbomget
configuration=$root/etc/sbomget.conf
record=$settings/installed-from-disk # lines: WHAT DIGEST PATH-BELOW-ROOT
begin='# Begin of what install.sh of a companion disk has added'
end='# End of what install.sh of a companion disk has added'

# --- the disk -----------------------------------------------------------------------------

# Nothing of the disk is used before this has passed. It prints who has signed.
check_disk() {
  say "Verifying the disk in $disk"
  verdict=$(sh ./verify.sh ${key:+"$key"})
  code=$?
  say "$verdict"
  [ $code -eq 0 ] || {
    say 'install.sh: the disk is not right: nothing is installed' >&2
    exit $code
  }
  case $verdict in
    *'OK: SHA256SUMS is signed by '*) ;;
    *)
      say 'install.sh: the disk is not signed, so sbomget could trust nothing on it' >&2
      exit 3
      ;;
  esac
  [ -n "$fingerprint" ] || return 0
  case $verdict$newline in
    *"OK: SHA256SUMS is signed by OpenPGP key $fingerprint$newline"*) ;;
    *)
      say "install.sh: the disk is not signed by the key $fingerprint: nothing is installed" >&2
      exit 3
      ;;
  esac
}

# --- what is to be done -------------------------------------------------------------------

digest_of() { # FILE
  sum=$(sha256sum "$1") || fail "$1: cannot be read"
  say "${sum%% *}"
}

installed_version() {
  version=$(rpm ${root:+--root "$root"} -q --qf '%{EVR}' sbomget 2> /dev/null) && say "$version"
}

client_rpm() {
  for file in client/sbomget-*.rpm client/*/sbomget-*.rpm; do
    if [ -f "$file" ]; then
      printf '%s\n' "$file"
      return
    fi
  done
}

# Each key once: some are on the disk as a keyring for gpgv as well.
key_names() {
  for file in keys/*.asc keys/*.pem keys/*.crt; do
    if [ -f "$file" ]; then printf '%s\n' "${file#keys/}"; fi
  done
}

default_sources() {
  [ -z "$sources" ] || return 0
  sources=$disk$newline
  [ ! -f sources.txt ] || sources=$sources$(cat sources.txt)$newline
}

# The RPM is as the publisher's signature over the disk says; what dnf gets later must be signed
# itself, or be asked for by name.
repository_text() {
  signed=$(rpm -qp --nosignature --qf '%{RSAHEADER:pgpsig}%{DSAHEADER:pgpsig}' "$rpm" 2> /dev/null)
  say '# Added by install.sh of a companion disk.'
  say '[sbomget]'
  say 'name=sbomget, the client for SBOMs'
  say "baseurl=${repository:-$disk_url/client}"
  say 'skip_if_unavailable=1'
  case $signed in
    '' | '(none)(none)')
      say '# Its packages are not signed: dnf --enablerepo=sbomget upgrade sbomget'
      say 'enabled=0'
      say 'gpgcheck=0'
      ;;
    *)
      say 'enabled=1'
      say 'gpgcheck=1'
      urls=
      for name in $(key_names); do
        case $name in *.asc) urls="$urls${urls:+ }file:///etc/sbomget/keys/$name" ;; esac
      done
      say "gpgkey=$urls"
      ;;
  esac
}

# The lines of a file without those between our marks.
without_block() { # FILE
  # Where somebody took the last of our lines away, nothing tells which are ours.
  if grep -qx "$end" "$1"; then
    sed "/^$begin\$/,/^$end\$/d" "$1"
  else
    cat "$1"
  fi
}

has_settings() { # FILE: whether somebody has set anything in it
  without_block "$1" | grep -q '^[[:space:]]*[^#[:space:]]'
}

source_lines() {
  printf '%s' "$sources" | sed 's/^/source = /'
}

plan() {
  default_sources
  rpm=$(client_rpm)
  before=$(installed_version)
  say '' "This will be done${root:+ below $root}:"
  if [ -n "$rpm" ]; then
    [ -z "$before" ] || say "  sbomget $before is installed; it is upgraded if the disk has a newer one"
    [ -n "$before" ] || say "  install the package ${rpm##*/}"
    say "  write   /etc/yum.repos.d/sbomget.repo (updates from ${repository:-this disk})"
  elif [ -z "$before" ]; then
    refuse 'this disk has no RPM of sbomget: install it first, from where its publisher says'
  fi
  for name in $(key_names); do
    say "  trust   the key /etc/sbomget/keys/$name"
  done
  if [ -f "$configuration" ] && has_settings "$configuration"; then
    say '  leave   /etc/sbomget.conf as it is, since it has settings; these lines would be ours:'
  else
    say '  add to  /etc/sbomget.conf:'
  fi
  source_lines | sed 's/^/            /'
}

ask() {
  if [ $dry_run = yes ]; then
    say '' 'Nothing was done: this was a dry run.'
    exit 0
  fi
  [ $agreed = no ] || return 0
  printf '\n%s [y/N] ' "$1"
  read -r answer || answer=
  case $answer in
    y | Y | yes) ;;
    *) say 'Nothing was done.' && exit 1 ;;
  esac
}

# --- doing it -----------------------------------------------------------------------------

remember() { # WHAT [PATH below the root]
  digest=-
  if [ "$1" = file ]; then digest=$(digest_of "$root$2"); fi
  if [ -f "$record" ]; then
    grep -v "^$1 [^ ]* ${2-}\$" "$record" > "$record.new"
    [ $? -le 1 ] || fail "$record: cannot be written"
  else
    : > "$record.new" || fail "$record: cannot be written"
  fi
  say "$1 $digest ${2-}" >> "$record.new" && mv "$record.new" "$record" || fail "$record: cannot be written"
}

make_folder() { # PATH below the root, perhaps there
  [ -d "$root$1" ] && return 0
  mkdir -p "$root$1" || fail "$root$1: cannot be made"
  made="$1 ${made-}"
}

# Where there is a file already, only one of ours is replaced, and only if nobody has changed it.
put_file() { # PATH below the root; its content on standard input
  cat > "$root$1.new" || fail "$root$1: cannot be written"
  if [ -f "$root$1" ] && ! is_ours "$1"; then
    cmp -s "$root$1.new" "$root$1" || say "$root$1: is there, and not ours as it is now; it is left"
    rm -f "$root$1.new"
    return
  fi
  mv "$root$1.new" "$root$1" || fail "$root$1: cannot be written"
  remember file "$1"
}

is_ours() { # PATH below the root
  [ -f "$record" ] && grep -q "^file $(digest_of "$root$1") $1\$" "$record"
}

install_package() {
  if [ -z "$root" ] && has dnf; then
    # Whatever else it needs comes from the disk, or is installed.
    [ -z "$before" ] && verb=install || verb=upgrade
    dnf --quiet --assumeyes --disablerepo='*' --repofrompath="sbomget-disk,$disk_url/client" \
      --enablerepo=sbomget-disk --setopt=sbomget-disk.gpgcheck=0 "$verb" sbomget
  elif [ -z "$before" ]; then
    rpm ${root:+--root "$root"} -i "$rpm"
  else
    rpm ${root:+--root "$root"} -F "$rpm"
  fi || fail 'the package could not be installed: see above; nothing else was done'
}

add_sources() {
  if [ -f "$configuration" ]; then
    has_settings "$configuration" && return 0
    without_block "$configuration" > "$configuration.new" || fail "$configuration: cannot be read"
  else
    : > "$configuration.new" || fail "$configuration: cannot be written"
    remember made-configuration
  fi
  {
    say "$begin"
    source_lines
    say "$end"
  } >> "$configuration.new" && cat "$configuration.new" > "$configuration" &&
    rm "$configuration.new" ||
    fail "$configuration: cannot be written"
  remember sources
}

do_install() {
  made=
  if [ -n "$rpm" ]; then install_package; fi
  for folder in /etc /etc/sbomget /etc/sbomget/keys; do
    make_folder "$folder"
  done
  if [ -n "$rpm" ] && [ -z "$before" ]; then remember package; fi
  if [ -n "$rpm" ]; then
    make_folder /etc/yum.repos.d
    repository_text | put_file /etc/yum.repos.d/sbomget.repo || exit 4
  fi
  for name in $(key_names); do
    put_file "/etc/sbomget/keys/$name" < "keys/$name"
  done
  add_sources
  for folder in $made; do
    remember folder "$folder"
  done
  say '' 'Done. Now: sbomget fetch; or every day: systemctl enable --now sbomget.timer'
}

# --- undoing it ---------------------------------------------------------------------------

remove_file() { # DIGEST PATH below the root
  [ -f "$root$2" ] || return 0
  if [ "$(digest_of "$root$2")" != "$1" ]; then
    say "$root$2: was changed; it is left"
  else
    rm "$root$2" || fail "$root$2: cannot be removed"
    say "removed $root$2"
  fi
}

remove_sources() {
  [ -f "$configuration" ] || return 0
  without_block "$configuration" > "$configuration.new" &&
    cat "$configuration.new" > "$configuration" && rm "$configuration.new" ||
    fail "$configuration: cannot be written"
  if grep -q '^made-configuration ' "$record" && [ ! -s "$configuration" ]; then
    rm "$configuration"
  fi
  say "removed our lines of $configuration"
}

# Last, when the package has taken its own away, and only if nothing of others is in them.
remove_folders() {
  for folder in $folders; do
    rmdir "$root$folder" 2> /dev/null && say "removed $root$folder"
  done
}

do_uninstall() {
  [ -f "$record" ] || refuse "nothing was installed by this script${root:+ below $root}"
  say "This will be undone${root:+ below $root}; what was changed since is left:"
  sed -e 's/^file [^ ]* /  remove  /' -e 's/^folder [^ ]* \(.*\)/  remove  \1 if it is empty/' \
    -e 's/^package .*/  remove  the package sbomget/' -e '/^made-configuration /d' \
    -e 's,^sources .*,  remove  the lines added to /etc/sbomget.conf,' "$record"
  ask 'Go on?'
  package=no folders=
  while read -r what digest path; do
    case $what in
      file) remove_file "$digest" "$path" ;;
      folder) folders="$folders $path" ;;
      package) package=yes ;;
      sources) remove_sources ;;
    esac
  done < "$record"
  rm "$record" || fail "$record: cannot be removed"
  if [ $package = yes ] && [ -n "$(installed_version)" ]; then
    rpm ${root:+--root "$root"} -e sbomget || {
      say 'package - ' > "$record"  # To try again with --uninstall.
      fail 'the package could not be removed: see above'
    }
    say 'removed the package sbomget'
  fi
  remove_folders
}

has rpm || refuse 'rpm is not installed: sbomget is for systems that are made of RPMs'
if [ $dry_run = no ] && [ "$(id -u)" -ne 0 ] && [ ! -w "${root:-/}" ]; then
  refuse 'only root can install; --dry-run says what would be done'
fi
if [ $action = uninstall ]; then
  do_uninstall
else
  check_disk
  plan
  ask "$(if [ -n "$key$fingerprint" ]; then
    printf 'Go on?'
  else
    printf 'Is the key above that of the publisher, as you know it from elsewhere, and shall I go on?'
  fi)"
  do_install
fi
