# shellcheck shell=bash
# What the launcher tells people: on stderr, in colour only on a terminal and unless NO_COLOR is set.

# Exit codes, the same ones that `mulligan help exit-codes` describes. 143 is what a shell says of a TERM.
# shellcheck disable=SC2034 # used by the files that source this one
readonly EXIT_USAGE=2 EXIT_ENVIRONMENT=5 EXIT_INTERRUPTED=130 EXIT_TERMINATED=143

# say TEXT…: a line of progress.
say() {
  printf '%s%s%s\n' "$(paint '2')" "$*" "$(paint 0)" >&2
}

# warn TEXT…: something the reader should know, which does not stop the launcher.
warn() {
  printf '%swarning:%s %s\n' "$(paint '33')" "$(paint 0)" "$*" >&2
}

# complain TEXT…: an error; each further argument goes on a line of its own.
complain() {
  printf '%serror:%s %s\n' "$(paint '31')" "$(paint 0)" "$1" >&2
  shift
  if [ $# -gt 0 ]; then
    printf '  %s\n' "$@" >&2
  fi
}

# give_up TEXT…: complains, and ends the launcher: the environment is not ready.
give_up() {
  complain "$@"
  exit "$EXIT_ENVIRONMENT"
}

paint() {
  if [ -t 2 ] && [ -z "${NO_COLOR:-}" ]; then
    printf '\033[%sm' "$1"
  fi
}
