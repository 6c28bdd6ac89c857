#compdef fairlead
# Completes commands and flags of fairlead in zsh: source <(fairlead completion zsh)
_fairlead() {
  local -a found
  local line word help
  while IFS= read -r line; do
    word="${line%%$'\t'*}"
    help="${line#*$'\t'}"
    found+=("${word//:/\\:}:${help}")
  done < <("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( ${#found} )); then
    _describe 'fairlead' found
  else
    _files
  fi
}
compdef _fairlead fairlead
