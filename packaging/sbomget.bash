# SPDX-License-Identifier: Apache-2.0
# Completion of bash for sbomget.

_sbomget() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  local command='' i options='--config --quiet --help --version'
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      import | fetch | merge | verify | list) command=${COMP_WORDS[i]} && break ;;
    esac
  done
  COMPREPLY=()
  case $before in
    -f | --format)
      local formats='spdx-json spdx-xml spdx-yaml cyclonedx-json cyclonedx-xml spdx3-json'
      mapfile -t COMPREPLY < <(compgen -W "$formats" -- "$word")
      return
      ;;
    -d | --directory | -r | --root | --dbpath)
      mapfile -t COMPREPLY < <(compgen -d -- "$word")
      return
      ;;
    -c | --config | -o | --output | -k | --key | -p | --packages | --password-file | -s | --source)
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return
      ;;
  esac
  case $command in
    '') options="$options import fetch merge verify list" ;;
    import) options="$options --key --password-file" ;;
    fetch) options="$options --output --source --format --root --dbpath --packages --allow-older" ;;
    merge) options="$options --output --format --root --dbpath --packages --directory" ;;
    verify) options="$options --directory" ;;
    list) options="$options --directory --root --dbpath --packages" ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
  if [ "$command" = import ] && [[ $word != -* ]]; then
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
  fi
}
complete -o filenames -F _sbomget sbomget
