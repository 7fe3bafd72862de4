# shellcheck shell=bash
# A JDK to build with and to run on: new enough, complete, found without knowing anybody's name for it.
# Needs: say.sh.

readonly JAVA_NEEDED=25

# java_version HOME: the feature version of the JDK there (25 for "25.0.3"), read from its release file; it
# fails for what is no JDK at all, or only a JRE: the build needs javac and jlink.
java_version() {
  local line version=
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -x "$1/bin/jlink" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      JAVA_VERSION=*)
        version=${line#JAVA_VERSION=}
        version=${version//\"/}
        version=${version%%[!0-9]*}
        ;;
    esac
  done <"$1/release"
  [ -n "$version" ] && printf '%s' "$version"
}

# java_places: where JDKs usually lie, one directory a line. JAVA_PLACES (colon-separated) is there for the tests.
java_places() {
  local place places="${JAVA_PLACES-/usr/lib/jvm:${HOME:-}/.sdkman/candidates/java:${HOME:-}/.jdks:/opt}"
  while [ -n "$places" ]; do
    place=${places%%:*}
    places=${places#"$place"}
    places=${places#:}
    printf '%s\n' "$place"
  done
}

# java_candidates: homes to consider, best first: what the user named, what is on the path, then the usual places.
java_candidates() {
  local place home program
  if [ -n "${JAVA_HOME:-}" ]; then
    printf '%s\n' "$JAVA_HOME"
  fi
  if program=$(command -v java); then
    program=$(readlink -f -- "$program")
    printf '%s\n' "${program%/bin/java}"
  fi
  java_places | while IFS= read -r place; do
    for home in "$place"/*; do
      if [ -d "$home" ]; then
        printf '%s\n' "$home"
      fi
    done
  done
}

# java_obey: MULLIGAN_JAVA_HOME is an order, not a hint: where it does not fit, the launcher ends.
java_obey() {
  if [ -n "${MULLIGAN_JAVA_HOME:-}" ] && ! java_fits "$MULLIGAN_JAVA_HOME"; then
    give_up \
      "MULLIGAN_JAVA_HOME is '$MULLIGAN_JAVA_HOME' (expected: a JDK $JAVA_NEEDED or newer, with bin/javac and bin/jlink)" \
      "point it at one, or unset it to let the launcher search"
  fi
}

# java_find: prints the home of a JDK that is new enough; fails when there is none.
java_find() {
  local home
  if [ -n "${MULLIGAN_JAVA_HOME:-}" ]; then
    printf '%s' "$MULLIGAN_JAVA_HOME"
    return 0
  fi
  while IFS= read -r home; do
    if java_fits "$home"; then
      printf '%s' "$home"
      return 0
    fi
  done < <(java_candidates)
  return 1
}

# java_choose RECORD: sets JAVA_CHOSEN to what java_find finds; fails when there is none. Searching takes as long as
# running a command does, so the answer is kept in RECORD: a line for what was asked, one for the home. It holds as long
# as the same is asked and the home's release file has the same time as RECORD.
java_choose() {
  local asked found='' home=''
  asked="$PATH|${MULLIGAN_JAVA_HOME:-}|${JAVA_HOME:-}|${JAVA_PLACES-}|${HOME:-}"
  asked=${asked//$'\n'/ }
  if [ -r "$1" ]; then
    { IFS= read -r found && IFS= read -r home; } <"$1" || found=
  fi
  if [ "$found" = "$asked" ] && [ -x "$home/bin/java" ] && [ -r "$home/release" ] &&
    ! [ "$home/release" -nt "$1" ] && ! [ "$home/release" -ot "$1" ]; then
    JAVA_CHOSEN=$home
    return 0
  fi
  JAVA_CHOSEN=$(java_find) || return 1
  # Under its name only when it is complete. Where nobody may write, the search is done each time.
  { [ -d "${1%/*}" ] && printf '%s\n%s\n' "$asked" "$JAVA_CHOSEN" >"$1.$$" &&
    touch -r "$JAVA_CHOSEN/release" "$1.$$" && mv -f "$1.$$" "$1"; } 2>/dev/null || :
}

java_fits() {
  local version
  version=$(java_version "$1") && [ "$version" -ge "$JAVA_NEEDED" ]
}

# java_missing: ends the launcher, saying what was looked for and where.
java_missing() {
  local home version place lines=() searched=
  while IFS= read -r place; do
    searched="$searched, $place/*"
  done < <(java_places)
  while IFS= read -r home; do
    if version=$(java_version "$home"); then
      lines+=("too old: $home (version $version)")
    fi
  done < <(java_candidates | sort -u)
  give_up "no JDK $JAVA_NEEDED or newer found" \
    "searched: \$MULLIGAN_JAVA_HOME, \$JAVA_HOME, java on the path$searched" \
    "${lines[@]}" \
    "expected: a JDK (not only a JRE) whose release file says JAVA_VERSION=\"$JAVA_NEEDED…\" or higher" \
    "what to do: on Debian 13, ./mulligan setup installs openjdk-25-jdk-headless; elsewhere, unpack a JDK $JAVA_NEEDED below /opt or ~/.jdks, or set MULLIGAN_JAVA_HOME to it"
}
