# shellcheck shell=bash
# Running a command to its end with the launcher still there, to clean up whatever way it ends.
# Needs: say.sh.

# run_watched CLEANUP COMMAND…: runs COMMAND, then CLEANUP, and ends the launcher with COMMAND's exit code; also
# after Ctrl-C (130), a TERM or a closed terminal, which reach COMMAND as a TERM, and then once more CLEANUP.
run_watched() {
  local cleanup=$1 status=0
  shift
  RUN_BEFORE=${!:-}
  # shellcheck disable=SC2064 # the name is meant now
  trap "$cleanup" EXIT
  trap 'run_interrupted "$EXIT_INTERRUPTED"' INT
  trap 'run_interrupted "$EXIT_TERMINATED"' TERM HUP
  # In the background, because bash answers signals while it waits, but not while a foreground command runs.
  "$@" <&0 8>&- &
  wait "$!" || status=$?
  RUN_BEFORE=$!
  exit "$status"
}

# What was started in the background before COMMAND, or COMMAND when it has ended. Only $! tells what runs: a variable of
# our own would be set a moment after the start, and a signal may come in between.
RUN_BEFORE=

run_interrupted() {
  trap '' INT TERM HUP
  say "interrupted: cleaning up"
  if [ "${!:-}" != "$RUN_BEFORE" ]; then
    kill -TERM "$!" 2>/dev/null || :
    wait "$!" 2>/dev/null || :
  fi
  exit "$1"
}
