# shellcheck shell=bash
# Running a command to its end with the launcher still there, to clean up whatever way it ends.
# Needs: say.sh.

# run_watched CLEANUP COMMAND…: runs COMMAND, then CLEANUP, and ends the launcher with COMMAND's exit code; also
# after Ctrl-C (130), a TERM or a closed terminal, which reach COMMAND as a TERM, and then once more CLEANUP.
run_watched() {
  local cleanup=$1 status=0
  shift
  # shellcheck disable=SC2064 # the name is meant now
  trap "$cleanup" EXIT
  trap 'run_interrupted "$EXIT_INTERRUPTED"' INT
  trap 'run_interrupted "$EXIT_TERMINATED"' TERM HUP
  # In the background, because bash answers signals while it waits, but not while a foreground command runs.
  "$@" <&0 8>&- &
  RUN_CHILD=$!
  wait "$RUN_CHILD" || status=$?
  RUN_CHILD=
  exit "$status"
}

RUN_CHILD=

run_interrupted() {
  trap '' INT TERM HUP
  say "interrupted: cleaning up"
  if [ -n "$RUN_CHILD" ]; then
    kill -TERM "$RUN_CHILD" 2>/dev/null || :
    wait "$RUN_CHILD" 2>/dev/null || :
  fi
  exit "$1"
}
