# shellcheck shell=bash
# `mulligan test`: every test, the real ones too, in a state directory of their own, and nothing left behind.
# Needs: say.sh, run.sh, process.sh, services.sh.

# test_command JAVA_HOME ARGUMENT…: the arguments go to Maven, and its exit code is the launcher's.
#
# MULLIGAN_STATE is a fresh directory, below /var/tmp because /tmp may be in memory: no test can touch anybody's
# sandboxes. What the tests of several modules need, an image that takes a minute to build, they build once, in
# MULLIGAN_IMAGE_CACHE: below that directory, or elsewhere if it is set, to be found again by the next run.
test_command() {
  TEST_STATE=$(mktemp -d "${TMPDIR:-/var/tmp}/mulligan-test.XXXXXX")
  trap 'test_finish $?' EXIT
  trap 'exit "$EXIT_INTERRUPTED"' INT
  trap 'exit "$EXIT_TERMINATED"' TERM HUP
  chmod 711 "$TEST_STATE" # QEMU runs as another user and must get through to its disks
  touch "$TEST_STATE/started"
  services_ensure libvirt docker
  (test_machines) >"$TEST_STATE/machines"
  (test_containers) >"$TEST_STATE/containers"
  run_watched 'test_finish $?' test_maven "$@"
}

# test_maven JAVA_HOME ARGUMENT…: without its watchdog and its start-up check, Testcontainers needs nothing from
# a registry; test_clean does the watchdog's work. MULLIGAN_TEST_RUN marks each process of this run, and directories of
# machines. MULLIGAN_SERVICES_STATE leads a test that restarts libvirtd to the launcher's record of it. One module after
# another, unlike in .mvn/maven.config: a machine needs all the cores.
test_maven() {
  cd "$MULLIGAN_HOME" || exit
  exec env JAVA_HOME="$1" MULLIGAN_TEST_RUN="$TEST_STATE" \
    MULLIGAN_STATE="$TEST_STATE" MULLIGAN_SERVICES_STATE="$STATE" \
    MULLIGAN_IMAGE_CACHE="${MULLIGAN_IMAGE_CACHE:-$TEST_STATE/images}" \
    MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED ${MAVEN_OPTS:-}" \
    TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_CHECKS_DISABLE=true \
    mvn -B -ntp -T 1 -fae verify -Pvm "${@:2}" </dev/null
}

# test_finish STATUS: cleans up, then prints the totals, last and on stdout.
test_finish() {
  local totals
  trap '' INT TERM HUP
  totals=$(test_totals)
  test_clean "$1" || warn "cleaning up did not succeed entirely: see '$TEST_STATE'"
  printf '%s\n' "$totals"
}

# test_totals: the sum of all reports that this run has written.
test_totals() {
  find "$MULLIGAN_HOME" -mindepth 4 -maxdepth 4 -path '*/target/*-reports/TEST-*.xml' \
    -newer "$TEST_STATE/started" -exec grep -hm1 '<testsuite ' {} + |
    awk '
      function count(name) {
        if (!match($0, " " name "=\"[0-9]+\"")) return 0
        return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
      }
      { tests += count("tests"); failures += count("failures"); errors += count("errors"); skipped += count("skipped") }
      END {
        printf "Tests run: %d, Failures: %d, Errors: %d, Skipped: %d\n", tests, failures, errors, skipped
        printf "%d passed, %d failed, %d skipped\n", tests - failures - errors - skipped, failures + errors, skipped
      }'
}

# test_clean STATUS: removes whatever the tests left, naming it: each thing named here is a fault of some test.
test_clean() {
  local left kept=$MULLIGAN_HOME/target/failed-test-state
  left=$(test_sweep)
  if [ -n "$left" ]; then
    warn "the tests left behind, and it was removed:"
    printf '%s\n' "$left" | sed 's/^/  /' >&2
  fi
  services_stop "${SERVICES_STARTED[@]}"
  if [ "$1" -ne 0 ] && rm -rf "$kept" && mkdir -p "$kept" 2>/dev/null; then
    (cd "$TEST_STATE" && find . -type f \( -name '*.log' -o -name '*.xml' \) -size -10M -exec cp --parents {} "$kept" \;)
    rmdir "$kept" 2>/dev/null || say "logs of the failed run: $kept"
  fi
  rm -rf --one-file-system "$TEST_STATE"
  [ -n "$left" ] || say "nothing left behind: no process, machine, container, mount or directory"
}

# test_sweep: removes processes, machines, containers, mounts and directories of this run, printing a line for each.
# Tests have machines in this run's state, in temporary directories of JUnit, and in directories with this run's mark.
test_sweep() {
  local each description marked=/var/tmp/mull-${TEST_STATE##*.}-
  for each in $(test_processes); do
    printf 'process %s: %s\n' "$each" "$(tr '\0' ' ' <"/proc/$each/cmdline" 2>/dev/null | cut -c 1-100)"
    kill -TERM "$each" 2>/dev/null || :
  done
  test_await_processes 10 || :
  for each in $(test_processes); do
    kill -KILL "$each" 2>/dev/null || :
  done
  for each in $(test_new machines); do
    description=$(virsh -c qemu:///system dumpxml "$each" 2>/dev/null) || continue
    if [[ $description == *"$TEST_STATE"* || $description == */junit* || $description == *"$marked"* ]]; then
      printf 'machine %s\n' "$each"
      virsh -c qemu:///system destroy "$each" >/dev/null 2>&1 || :
      virsh -c qemu:///system undefine "$each" --snapshots-metadata --checkpoints-metadata >/dev/null 2>&1 || :
    fi
  done
  for each in $(test_new containers); do
    printf 'container %s\n' "$each"
    docker rm -f "$each" >/dev/null 2>&1 || :
  done
  # The last mounted first.
  awk -v state="$TEST_STATE/" 'index($5, state) == 1 { print $5 }' /proc/self/mountinfo | tac |
    while IFS= read -r each; do
      each=$(printf '%b' "${each//\\/\\0}") # the kernel writes a space as \040
      printf 'mount %s\n' "$each"
      umount "$each" 2>/dev/null || umount --lazy "$each" || :
    done
  for each in "$marked"*; do
    if [ -d "$each" ]; then
      printf 'directory %s\n' "$each"
      rm -rf --one-file-system "$each"
    fi
  done
}

# test_processes: those that inherited this run's mark, wherever they went since.
test_processes() {
  grep -alF "MULLIGAN_TEST_RUN=$TEST_STATE" /proc/[0-9]*/environ 2>/dev/null | cut -d / -f 3
}

test_await_processes() {
  local deadline=$((SECONDS + $1))
  while [ -n "$(test_processes)" ]; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}

# test_new machines|containers: what is there now and was not when the tests began.
test_new() {
  if [ -e "$TEST_STATE/$1" ]; then
    comm -13 "$TEST_STATE/$1" <("test_$1")
  fi
}

test_machines() {
  timeout 20 virsh -c qemu:///system list --all --uuid 2>/dev/null | grep . | sort || :
}

test_containers() {
  timeout 20 docker ps -aq --no-trunc --filter label=org.testcontainers=true 2>/dev/null | sort || :
}
