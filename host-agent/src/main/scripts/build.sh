# shellcheck shell=bash
# Builds Mulligan with Maven when the sources are newer than the build.
# Needs: say.sh. Uses: MULLIGAN_HOME, the root of the sources.

# build_look: begins to look for anything that the build reads and that is newer than the last build. Directories count
# as well: theirs is the only time that changes when a file is deleted.
build_look() {
  exec {BUILD_LOOK}< <(cd "$MULLIGAN_HOME" && exec find pom.xml .mvn ./*/pom.xml ./*/src images/recipes \
    \( -path '*/src/test' -o -path '*/src/main/scripts' \) -prune -o \
    -newer "$MULLIGAN_HOME/host-agent/target/launcher.stamp" -print -quit 2>/dev/null)
}

# build_stale: whether there is such a thing, or no build at all. What build_look has begun counts once.
build_stale() {
  local newer='' target=$MULLIGAN_HOME/host-agent/target
  [ -n "${BUILD_LOOK:-}" ] || build_look
  read -r newer <&"$BUILD_LOOK" || :
  exec {BUILD_LOOK}<&-
  BUILD_LOOK=
  [ -n "$newer" ] || ! [ -e "$target/mulligan-host-agent.jar" ] || ! [ -e "$target/launcher.stamp" ]
}

# build_ensure JAVA_HOME: one launcher builds, the others wait for it and find the work done.
build_ensure() {
  local started=$SECONDS target=$MULLIGAN_HOME/host-agent/target
  build_stale || return 0
  command -v mvn >/dev/null || give_up "Mulligan must be built, and there is no mvn on the path" \
    "expected: Maven 3.8 or newer" "what to do: ./mulligan setup, or apt-get install maven"
  exec 9<"$MULLIGAN_HOME/pom.xml" # held open, not changed: a lock that needs no file of its own
  if ! flock -n 9; then
    say "another launcher is building: waiting for it"
    flock 9
  fi
  if build_stale; then
    say "building Mulligan (its sources are newer than the build) …"
    mkdir -p "$target"
    touch "$target/launcher.stamp.new" # the time before the build: an edit during it is newer
    build_with_maven "$1" >"$target/launcher.log" 2>&1 || {
      sed 's/\x1b\[[0-9;]*m//g' "$target/launcher.log" | grep -v '^WARNING: ' | tail -n 40 >&2
      give_up "the build failed" "the same again, with more output: JAVA_HOME='$1' mvn -DskipTests -pl host-agent -am package"
    }
    mv "$target/launcher.stamp.new" "$target/launcher.stamp"
    say "built in $((SECONDS - started)) s"
  fi
  exec 9<&-
}

# build_with_maven JAVA_HOME: without what only matters to who changes the sources: tests and formatter.
build_with_maven() {
  (
    cd "$MULLIGAN_HOME" || exit
    # A host agent that runs keeps the jars that it has open; written over, they would break under it.
    rm -f host-agent/target/mulligan-*.jar host-agent/target/lib/mulligan-*.jar
    export JAVA_HOME=$1 MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED ${MAVEN_OPTS:-}"
    exec mvn -q -B -ntp -Dstyle.color=never -DskipTests -Dspotless.check.skip=true -pl host-agent -am package \
      9<&- </dev/null
  )
}
