#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Repositories, trees and configurations that somebody made to do harm: bombs, entities, nesting,
# names and links that lead elsewhere. Each is refused with one line, in bounded memory and time,
# and nothing outside of the output is read, written or reached.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need gzip xz zstd bzip2 mkfifo
need_python

# What sanitizers add to memory is not the program's.
limit_mib=512
! grep -qF __asan_init "$reposbom" || limit_mib=4096
# Nothing here may take long: a hang is a failure, also where many tests run at once.
patience=600

expect_bounded_refusal() { # code pattern command...
  local code=$1 pattern=$2
  shift 2
  expect_refusal "$code" "$pattern" \
    timeout "$patience" "$python" "$support/peak_memory.py" peak "$@"
  [ "$(wc -c < stderr)" -lt 1000 ] || fail "a message of $(wc -c < stderr) bytes"
  [ "$(cat peak)" -lt "$limit_mib" ] || fail "peak memory of $(cat peak) MiB: $*"
}

expect_refused_repository() { # code pattern folder
  expect_bounded_refusal "$1" "$2" "$reposbom" build "$3" -o refused
  [ ! -e refused ] || fail "a refused build made a tree: $3"
}

# --- making repositories -------------------------------------------------------------------------

head='<?xml version="1.0" encoding="UTF-8"?>'
record() { # name [href]
  cat << END
<package type="rpm"><name>$1</name><arch>noarch</arch><version epoch="0" ver="1" rel="1"/>
<checksum type="sha256" pkgid="YES">$(printf '%064d' 7)</checksum><summary>x</summary>
<time file="1700000000" build="1700000000"/><size package="1" installed="1" archive="1"/>
<location href="${2:-x.rpm}"/><format><rpm:license>MIT</rpm:license>
<rpm:sourcerpm>x-1-1.src.rpm</rpm:sourcerpm>${3:-}</format></package>
END
}
primary() { # reads records
  echo "$head"
  echo '<metadata xmlns="http://linux.duke.edu/metadata/common" xmlns:rpm="urn:rpm" packages="1">'
  cat
  echo '</metadata>'
}
part() { # repository type file-below-it
  cat << END
<data type="$2"><checksum type="sha256">$(sha256sum "$1/$3" | cut -d ' ' -f 1)</checksum>
<location href="$3"/><timestamp>1700000000</timestamp></data>
END
}
seal() { # repository, "type file" on each line of stdin
  local type file
  {
    echo "$head"
    echo '<repomd xmlns="http://linux.duke.edu/metadata/repo"><revision>1700000000</revision>'
    while read -r type file; do part "$1" "$type" "$file"; done
    echo '</repomd>'
  } > "$1/repodata/repomd.xml"
}
# A sound primary.xml of one package, to stand beside what is hostile.
begin() { # repository
  mkdir -p "$1/repodata"
  record sound | primary > "$1/repodata/primary.xml"
}

begin sound
echo 'primary repodata/primary.xml' | seal sound
expect_exit 0 "$reposbom" build sound -o sound-tree
expect_exit 0 "$reposbom" verify sound-tree
rm -r sound-tree

# --- decompression bombs -------------------------------------------------------------------------

# One block of 64 MiB, packed once and repeated: 4 GiB and more when unpacked, small on disk.
head -c $((64 << 20)) /dev/zero | tr '\0' ' ' > block
bomb() { # tool beginning: to stdout
  printf '%s' "$2" | "$1" -c
  [ -s "block.$1" ] || "$1" -c < block > "block.$1"
  local i
  for ((i = 0; i < 65; ++i)); do cat "block.$1"; done
}
metadata='<metadata xmlns="http://linux.duke.edu/metadata/common">'
for tool in gzip xz zstd bzip2; do
  begin "bomb-$tool"
  bomb "$tool" "$metadata" > "bomb-$tool/repodata/primary.xml.packed"
  [ "$(stat -c %s "bomb-$tool/repodata/primary.xml.packed")" -lt 8000000 ] || fail "$tool: no bomb"
  echo 'primary repodata/primary.xml.packed' | seal "bomb-$tool"
  expect_refused_repository 3 'primary.xml.packed: .*more than the allowed 1073741824 bytes' \
    "bomb-$tool"
  echo "4 GiB in $(stat -c %s "bomb-$tool/repodata/primary.xml.packed") bytes of $tool:" \
    "refused within $(cat peak) MiB"
  rm -r "bomb-$tool"
done

for type in updateinfo modules; do
  begin "bomb-$type"
  case $type in updateinfo) beginning='<updates>' ;; *) beginning='---' ;; esac
  bomb zstd "$beginning" > "bomb-$type/repodata/$type"
  printf '%s\n' 'primary repodata/primary.xml' "$type repodata/$type" | seal "bomb-$type"
  expect_refused_repository 3 "repodata/$type: .*more than the allowed" "bomb-$type"
  rm -r "bomb-$type"
done

# Some package requires a file that no primary.xml lists, so that filelists.xml is read.
mkdir -p bomb-filelists/repodata
record sound x.rpm '<rpm:requires><rpm:entry name="/opt/some/file"/></rpm:requires>' | primary \
  > bomb-filelists/repodata/primary.xml
bomb zstd '<filelists>' > bomb-filelists/repodata/filelists
printf '%s\n' 'primary repodata/primary.xml' 'filelists repodata/filelists' | seal bomb-filelists
expect_refused_repository 3 'repodata/filelists: .*more than the allowed' bomb-filelists
rm -r bomb-filelists block block.*

# Bombs that are well-formed: many small records, many attributes.
begin many-records
{ yes '<package/>' || true; } | head -n 5000000 | primary | gzip > many-records/repodata/primary.xml.gz
echo 'primary repodata/primary.xml.gz' | seal many-records
expect_refused_repository 3 'primary.xml.gz: line [0-9]+: more than 10,000 packages' many-records

begin many-attributes
{ printf '<package' && seq -f ' a%.0f=""' 1000000 | tr -d '\n' && echo '/>'; } | primary \
  > many-attributes/repodata/primary.xml
echo 'primary repodata/primary.xml' | seal many-attributes
expect_refused_repository 3 'primary.xml: line [0-9]+: .*too many attributes' many-attributes

# --- entities: nothing is expanded, opened or fetched --------------------------------------------

mkfifo never-opened
echo 'the secret of this test' > secret
"$python" "$support/listen.py" port connections &
listener=$!
at_exit() { kill "$listener" 2> /dev/null || :; }
while [ ! -s port ]; do sleep 0.1; done

document_type() { # of what root: one of each kind of entity
  echo "<!DOCTYPE $1 SYSTEM \"http://127.0.0.1:$(cat port)/dtd\" ["
  echo '<!ENTITY e0 "ha">'
  for i in 1 2 3 4 5 6 7 8 9; do
    echo "<!ENTITY e$i \"$(yes "&e$((i - 1));" | head -n 10 | tr -d '\n')\">"
  done
  echo "<!ENTITY file SYSTEM \"file://$PWD/secret\"><!ENTITY pipe SYSTEM \"file://$PWD/never-opened\">"
  echo "<!ENTITY net SYSTEM \"http://127.0.0.1:$(cat port)/entity\">"
  echo "<!ENTITY % more SYSTEM \"http://127.0.0.1:$(cat port)/parameter\"> %more; ]>"
}
for root in repomd metadata updates filelists; do
  for entity in e9 file pipe net; do
    folder=entity-$root-$entity
    begin "$folder"
    case $root in
      repomd)
        { document_type repomd && echo "<repomd><revision>&$entity;</revision></repomd>"; } \
          > "$folder/repodata/repomd.xml"
        ;;
      metadata)
        { document_type metadata && echo "<metadata><package>&$entity;</package></metadata>"; } \
          > "$folder/repodata/primary.xml"
        echo 'primary repodata/primary.xml' | seal "$folder"
        ;;
      updates)
        { document_type updates && echo "<updates><update>&$entity;</update></updates>"; } \
          > "$folder/repodata/updateinfo.xml"
        printf '%s\n' 'primary repodata/primary.xml' 'updateinfo repodata/updateinfo.xml' |
          seal "$folder"
        ;;
      filelists)
        record sound x.rpm '<rpm:requires><rpm:entry name="/opt/f"/></rpm:requires>' | primary \
          > "$folder/repodata/primary.xml"
        { document_type filelists && echo "<filelists>&$entity;</filelists>"; } \
          > "$folder/repodata/filelists.xml"
        printf '%s\n' 'primary repodata/primary.xml' 'filelists repodata/filelists.xml' |
          seal "$folder"
        ;;
    esac
    expect_refused_repository 3 "xml: line 1: a document type .<!DOCTYPE $root>. is not allowed" \
      "$folder"
    ! grep -qF 'the secret' stderr || fail "$folder: the file was read"
  done
done
[ ! -e connections ] || fail "the network was used: $(cat connections)"
"$python" -c "import socket; socket.create_connection(('127.0.0.1', $(cat port))).close()"
for ((i = 0; i < 100; ++i)); do
  [ ! -s connections ] || break
  sleep 0.1
done
[ -s connections ] || fail 'the listener does not hear'
kill "$listener"

# --- nesting, length -------------------------------------------------------------------------------

nested() { # depth
  printf '<a>%.0s' $(seq "$1") && printf '</a>%.0s' $(seq "$1")
}
for depth in 100 100000; do
  begin "deep-$depth"
  nested "$depth" | primary > "deep-$depth/repodata/primary.xml"
  echo 'primary repodata/primary.xml' | seal "deep-$depth"
  expect_refused_repository 3 'primary.xml: line [0-9]+: .*nested too deeply' "deep-$depth"
  begin "deep-updateinfo-$depth"
  { echo '<updates>' && nested "$depth" && echo '</updates>'; } \
    > "deep-updateinfo-$depth/repodata/updateinfo.xml"
  printf '%s\n' 'primary repodata/primary.xml' 'updateinfo repodata/updateinfo.xml' |
    seal "deep-updateinfo-$depth"
  expect_refused_repository 3 'updateinfo.xml: line [0-9]+: .*nested too deeply' \
    "deep-updateinfo-$depth"
  begin "deep-modules-$depth"
  printf '[%.0s' $(seq "$depth") > "deep-modules-$depth/repodata/modules.yaml"
  printf '%s\n' 'primary repodata/primary.xml' 'modules repodata/modules.yaml' |
    seal "deep-modules-$depth"
  expect_refused_repository 3 'modules.yaml: line 1: nested too deeply' "deep-modules-$depth"
  { printf 'formats: ' && printf '[%.0s' $(seq "$depth") && printf ']%.0s' $(seq "$depth"); } \
    > "deep-$depth.yaml"
  expect_bounded_refusal 1 "deep-$depth.yaml:1:[0-9]+: nested too deeply" \
    "$reposbom" build -c "deep-$depth.yaml"
done

# A provide of 1 MiB can be described; a longer one is no repository's.
head -c 1048576 /dev/zero | tr '\0' p > mebibyte
begin long-attribute
record sound x.rpm "<rpm:provides><rpm:entry name=\"$(< mebibyte)\"/></rpm:provides>" 2> /dev/null |
  primary > long-attribute/repodata/primary.xml
echo 'primary repodata/primary.xml' | seal long-attribute
expect_exit 0 "$reposbom" build long-attribute -o long
expect_exit 0 "$reposbom" verify long
sed -i 's/entry name="/&p/' long-attribute/repodata/primary.xml
echo 'primary repodata/primary.xml' | seal long-attribute
expect_refused_repository 3 'primary.xml: line [0-9]+: attribute name is too long' long-attribute
begin long-name
record "$(< mebibyte)" | primary > long-name/repodata/primary.xml
echo 'primary repodata/primary.xml' | seal long-name
expect_refused_repository 5 'ppp.*ppp' long-name

# --- names ------------------------------------------------------------------------------------------

mkdir -p outside
touch outside/kept
names=0
while IFS=$'\t' read -r code name href pattern; do
  names=$((names + 1))
  begin "name-$names"
  { record sound && record "$name" "$href"; } | primary > "name-$names/repodata/primary.xml"
  echo 'primary repodata/primary.xml' | seal "name-$names"
  expect_refused_repository "$code" "$pattern" "name-$names"
done << 'END'
5	../../outside/evil	x.rpm	\.\./\.\./outside/evil
5	/etc/evil	x.rpm	/etc/evil
5	evil	../../../etc/passwd	path outside the repository: '\.\./\.\./\.\./etc/passwd'
5	evil	/etc/passwd	path outside the repository: '/etc/passwd'
5	evil	file:///etc/passwd	path outside the repository
5	evil&#10;name	x.rpm	evil
5	evil&#9;name	x.rpm	evil
5	evil&#127;name	x.rpm	evil
3	evil&#0;name	x.rpm	primary.xml: line [0-9]+: 
3	evil&#27;name	x.rpm	primary.xml: line [0-9]+: 
END
expect_equal 10 "$names" 'names tried'
expect_equal kept "$(ls outside)" 'what stands outside'

# --- repomd.xml and links that name other files ------------------------------------------------------

sum=$(sha256sum /etc/passwd | cut -d ' ' -f 1)
for href in /etc/passwd ../../../../../../../../etc/passwd file:///etc/passwd \
  repodata/../../../etc/passwd; do
  begin elsewhere
  sed "s,<location href=[^>]*,<location href=\"$href\"/,; s,[0-9a-f]\{64\},$sum," \
    sound/repodata/repomd.xml > elsewhere/repodata/repomd.xml
  expect_refused_repository 3 'repomd.xml: line [0-9]+: path outside the repository' elsewhere
done
rm -r elsewhere

# A link is followed, for mirrors are made of them; what it leads to must have the right checksum,
# and must be repodata: nothing of another file is told.
begin linked
ln -sf "$PWD/secret" linked/repodata/primary.xml
echo 'primary repodata/primary.xml' | seal linked
expect_refused_repository 3 'repodata/primary.xml: line 1: ' linked
! grep -qF 'the secret' stderr || fail 'a linked file is told'
for target in /dev/zero "$PWD/never-opened" "$PWD"; do
  ln -sfn "$target" linked/repodata/primary.xml
  expect_refused_repository 3 'repodata/primary.xml: cannot be read' linked
done
ln -sf "$PWD/never-opened" linked/repodata/repomd.xml
expect_refused_repository 3 'repodata/repomd.xml: cannot be read' linked
ln -sf repomd.xml linked/repodata/repomd.xml
expect_refused_repository 3 'repodata/repomd.xml: cannot be read' linked

# --- a repository that changes while it is read ------------------------------------------------------

# Some megabytes that cannot be packed tell when the file was read; after them come blanks, so that
# there is time to change the repository before they are parsed.
begin changing
{
  echo "$metadata"
  head -c 4000000 /dev/urandom | base64 | sed 's/^/<!--/; s/$/-->/'
  head -c 600000000 /dev/zero | tr '\0' ' '
  echo '</metadata>'
} | zstd -q > changing/repodata/primary.xml.zst
echo 'primary repodata/primary.xml.zst' | seal changing
code=0
"$reposbom" build changing -o refused > stdout 2> stderr < /dev/null &
builder=$!
size=$(stat -c %s changing/repodata/primary.xml.zst)
while kill -0 "$builder" 2> /dev/null; do
  read=$(sed -n 's/^rchar: //p' "/proc/$builder/io" 2> /dev/null) || break
  [ "${read:-0}" -lt "$size" ] || break
done
sed 's/1700000000/1700000001/' changing/repodata/repomd.xml > changing/repodata/new
mv changing/repodata/new changing/repodata/repomd.xml
wait "$builder" || code=$?
expect_equal 75 "$code" 'exit of a build whose repository changed'
grep -q 'repomd.xml: changed while the repository was read: run again' stderr ||
  fail 'the change is not named'
[ ! -e refused/current ] || fail 'something was published'
rm -rf changing refused

# --- trees ---------------------------------------------------------------------------------------------

expect_exit 0 "$reposbom" build sound -o published
tree_copy() {
  rm -rf tree
  cp -a published tree
}
run=$(readlink published/current)
link=$(cd published && find "$run/sets" -type l)

# No link of a tree leads verify, or the next run, out of it.
for target in / /proc "$PWD/outside" ../../../../../../outside; do
  tree_copy
  ln -sfn "$target" "tree/$link"
  expect_bounded_refusal 3 "leads to $target, which is no set of this tree" "$reposbom" verify tree
done
for target in / /etc .. runs runs/.. "$PWD/outside"; do
  tree_copy
  ln -sfn "$target" tree/current
  expect_bounded_refusal 3 "tree/current: leads to $target, which is no run of this tree" \
    "$reposbom" verify tree
  expect_bounded_refusal 3 "tree/current: leads to $target, which is no run of this tree" \
    "$reposbom" build sound -o tree
  [ -d "tree/$run" ] || fail "a link of the tree made a build remove a run: $target"
done
tree_copy
ln -s / tree/runs/everything
expect_bounded_refusal 3 'runs/everything: is a link' "$reposbom" verify tree

# What a killed run left behind is removed, never what a link in it leads to.
begin other
record other | primary > other/repodata/primary.xml
echo 'primary repodata/primary.xml' | seal other
for staging in link .. runs/.. . ../outside; do
  tree_copy
  mkdir tree/.staging
  if [ "$staging" = link ]; then
    rmdir tree/.staging
    ln -s "$PWD/outside" tree/.staging
  else
    ln -s "$staging" tree/.staging/current
  fi
  expect_exit 0 "$reposbom" build other --allow-shrink -o tree
  [ -d "tree/$run" ] || fail "a link in .staging made a build remove a run: $staging"
  expect_exit 0 "$reposbom" verify tree
  expect_equal kept "$(ls outside)" 'what stands outside'
done

# Damaged indexes: deep, not JSON, names that lead elsewhere.
for index in "$(printf '[%.0s' $(seq 100000))" '{' '[]' \
  '{"packages": [{"nevra": "x-1-1.noarch", "state": "current", "documents": "../../outside/x"}]}'; do
  tree_copy
  printf '%s' "$index" > "tree/$run/index.json"
  expect_bounded_refusal 3 'index.json' "$reposbom" build other --allow-shrink -o tree
  expect_bounded_refusal 3 'index.json: was changed' "$reposbom" verify tree
done

# --- configurations ---------------------------------------------------------------------------------

{
  echo 'a: &a [x, x, x, x, x, x, x, x, x, x]'
  for name in b c d e f g h; do
    echo "$name: &$name [*$(echo "$name" | tr b-h a-g)$(printf ', *%s' "$(echo "$name" | tr b-h a-g)")]"
  done
} > aliases.yaml
expect_bounded_refusal 1 'aliases.yaml:2:[0-9]+: aliases are not supported' \
  "$reposbom" build -c aliases.yaml
printf 'output: "a\\0b"\nrepositories: [{id: x, packages: sound}]\n' > nul.yaml
expect_bounded_refusal 1 'nul.yaml:1:[0-9]+: .*control character' "$reposbom" build -c nul.yaml
printf 'repositories: [{id: ../x, packages: sound}]\n' > id.yaml
expect_bounded_refusal 1 'id.yaml:1:[0-9]+: ' "$reposbom" build -c id.yaml
head -c 2000000 /dev/zero | tr '\0' '#' > large.yaml
expect_bounded_refusal 1 'large.yaml' "$reposbom" build -c large.yaml

begin aliases
{
  printf 'document: modulemd\nx0: &x0 a\n'
  for i in 1 2 3 4 5 6 7 8 9; do
    echo "x$i: &x$i [$(printf "*x$((i - 1)) , %.0s" 1 2 3 4 5 6 7 8 9)*x$((i - 1)) ]"
  done
  echo 'data: {name: n, stream: s, artifacts: {rpms: *x9 }}'
} > aliases/repodata/modules.yaml
printf '%s\n' 'primary repodata/primary.xml' 'modules repodata/modules.yaml' | seal aliases
expect_refused_repository 3 'modules.yaml: line [0-9]+: an alias' aliases
