# shellcheck shell=bash
# Starting, stopping and showing the daemons that the launcher brought up itself.
# Needs: say.sh, process.sh, libvirt.sh, docker.sh.
#
# Whoever uses them holds a shared lock on the lease (file descriptor 8) for as long as it runs, also after the
# launcher has become Java. They are stopped only by someone who can have the lease alone, and not while a
# machine or a container runs in them, or a host agent is connected.

# services_ensure libvirt|docker…: afterwards these answer. One launcher starts them, the others wait for it.
# What was started is noted in SERVICES_STARTED, so that `test` and `demo` stop that and nothing else.
services_ensure() {
  local service
  if ! mkdir -p "$SERVICES" 2>/dev/null || ! [ -w "$SERVICES" ]; then
    give_up "cannot write to '$SERVICES'" "expected: a directory of your own; set MULLIGAN_STATE to one"
  fi
  exec 8>>"$SERVICES/lease"
  flock -s 8
  exec 9>>"$SERVICES/starting"
  flock 9
  for service in "$@"; do
    "${service}_ensure"
  done
  exec 9>&-
}

# services_stop NAME…: stops those that run, are recorded as ours, and are used by nobody.
services_stop() {
  local name reason
  [ $# -gt 0 ] || return 0
  exec 8>&-
  [ -d "$SERVICES" ] || return 0
  exec 7>>"$SERVICES/lease"
  if ! flock -n 7; then
    warn "left running, because another mulligan command uses them: $*; later: ./mulligan services stop"
    exec 7>&-
    return 0
  fi
  for name in "${SERVICES_ALL[@]}"; do
    if [[ " $* " != *" $name "* ]] || ! process_ours "$name" >/dev/null; then
      continue
    fi
    reason=$(services_busy "$name")
    if [ -n "$reason" ]; then
      warn "$name is left running: $reason"
    else
      process_stop "$name" "$(services_patience "$name")"
      say "stopped $name"
    fi
  done
  exec 7>&-
}

# services_busy NAME: why it must not be stopped; nothing when it may be. virtlogd holds the consoles of the
# machines, so it stays as long as libvirtd does.
services_busy() {
  local names
  case $1 in
    libvirtd)
      names=$(timeout 10 virsh -c qemu:///system list --name 2>/dev/null | tr -s '\n' ' ')
      if [ -n "${names// /}" ]; then
        printf 'machines run in it: %s' "$names"
      elif timeout 10 virt-admin -c libvirtd:///system client-list libvirtd 2>/dev/null | grep -q unix; then
        printf 'a program is connected to it, perhaps a host agent (mulligan down ends that)'
      fi
      ;;
    virtlogd) ! process_ours libvirtd >/dev/null || printf 'libvirtd needs it' ;;
    dockerd)
      names=$(timeout 10 docker ps -q 2>/dev/null | tr -s '\n' ' ')
      [ -z "${names// /}" ] || printf 'containers run in it: %s' "$names"
      ;;
  esac
}

# services_patience NAME: how long it may take to end. dockerd waits for containers; libvirtd 11.3 sometimes
# hangs in its own shutdown, and is made to be killed.
services_patience() {
  case $1 in
    dockerd) printf 30 ;;
    *) printf 5 ;;
  esac
}

# services_status: one line for each, on stdout.
services_status() {
  local name pid
  for name in "${SERVICES_ALL[@]}"; do
    if pid=$(process_ours "$name"); then
      printf '%s: running, started by mulligan, process %s, log %s\n' "$name" "$pid" "$SERVICES/$name.log"
    else
      printf '%s: not started by mulligan\n' "$name"
    fi
  done
}

# The order in which they are stopped.
SERVICES_ALL=(dockerd libvirtd virtlogd)

# services_command start|stop|status
services_command() {
  case ${1:-} in
    start)
      setup_ensure machines docker
      services_ensure libvirt docker
      services_status
      ;;
    stop) services_stop "${SERVICES_ALL[@]}" ;;
    status) services_status ;;
    *)
      complain "unknown services command: '${1:-}' (expected: start, stop or status)"
      exit "$EXIT_USAGE"
      ;;
  esac
}
