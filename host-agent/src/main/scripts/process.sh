# shellcheck shell=bash
# Daemons that the launcher starts: recorded so that exactly they can be stopped, now or by a later launcher.
#
# The record NAME.pid holds "PID STARTTIME". A process is ours only while both agree with /proc: a process
# id that the kernel has given to someone else in the meantime has another start time, and is left alone.
# Needs: say.sh. Uses: SERVICES, the directory of records and logs.

# What this very launcher has started.
SERVICES_STARTED=()

# process_start_time PID: when it started, in clock ticks since boot (proc(5), field 22 of stat); empty if gone.
process_start_time() {
  local stat fields
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
  # The second field is the program's name in parentheses and may itself hold spaces and parentheses.
  read -ra fields <<<"${stat##*) }"
  # A zombie has ended: only its parent still has to hear of it.
  if [ "${fields[0]}" != Z ]; then
    printf '%s' "${fields[19]}"
  fi
}

# process_record NAME PID: notes that we started it.
process_record() {
  printf '%s %s\n' "$2" "$(process_start_time "$2")" >"$SERVICES/$1.pid"
}

# process_ours NAME: prints the pid of the recorded process if that very process still runs; fails otherwise.
process_ours() {
  local pid started
  read -r pid started 2>/dev/null <"$SERVICES/$1.pid" || return 1
  case $pid$started in
    '' | *[!0-9]*) return 1 ;;
  esac
  if [ -z "$started" ] || [ "$(process_start_time "$pid")" != "$started" ]; then
    return 1
  fi
  printf '%s' "$pid"
}

# process_start NAME COMMAND…: starts it in a session of its own, so that Ctrl-C in the terminal passes it by.
# The launcher's locks (file descriptors 8 and 9, see services.sh) are not for daemons.
process_start() {
  local name=$1
  shift
  mkdir -p "$SERVICES"
  setsid "$@" >"$SERVICES/$name.log" 2>&1 </dev/null 8>&- 9>&- &
  process_record "$name" $!
  SERVICES_STARTED+=("$name")
}

# process_await NAME SECONDS CONDITION…: until CONDITION succeeds; gives up when the process ends or time is over.
# CONDITION runs in a subshell: a trap that fired inside the redirection would clean up without a word.
process_await() {
  local name=$1 seconds=$2 deadline
  shift 2
  deadline=$((SECONDS + seconds))
  until ("$@") >/dev/null 2>&1; do
    if ! process_ours "$name" >/dev/null; then
      process_show_log "$name"
      give_up "$name ended while it was starting" "its log: $SERVICES/$name.log"
    fi
    if [ "$SECONDS" -ge "$deadline" ]; then
      process_show_log "$name"
      give_up "$name does not answer after $seconds s (tried: $*)" "its log: $SERVICES/$name.log"
    fi
    sleep 0.1
  done
}

process_show_log() {
  tail -n 15 "$SERVICES/$1.log" 2>/dev/null | sed "s/^/  $1: /" >&2 || :
}

# process_stop NAME SECONDS: ends what process_start started: TERM, and KILL for its whole session after SECONDS.
# Silent when nothing of ours runs. What daemonised into a session of its own, as QEMU does, goes on.
process_stop() {
  local name=$1 seconds=$2 pid deadline
  if ! pid=$(process_ours "$name"); then
    rm -f "$SERVICES/$name.pid"
    return 0
  fi
  deadline=$((SECONDS + seconds))
  kill -TERM "$pid" 2>/dev/null || :
  while process_ours "$name" >/dev/null; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      say "$name (process $pid) has not ended after $seconds s: killed"
      # shellcheck disable=SC2046 # one word for each process
      kill -KILL $(process_session "$pid") 2>/dev/null || :
      deadline=$((SECONDS + 5))
    fi
    sleep 0.1
  done
  rm -f "$SERVICES/$name.pid"
}

# process_session PID: the processes of the session that PID leads (proc(5), field 6 of stat).
process_session() {
  local stat pid session
  for stat in /proc/[0-9]*/stat; do
    read -r pid session <<<"$(sed -E 's/^([0-9]+) .*\) . [0-9]+ [0-9]+ ([0-9]+) .*/\1 \2/' "$stat" 2>/dev/null)"
    if [ "$session" = "$1" ]; then
      printf '%s\n' "$pid"
    fi
  done
}
