# shellcheck shell=bash
# The libvirt daemon: used untouched where one answers, started where nobody would.
# Needs: say.sh, process.sh, acceleration.sh.

# Below a subreaper, because libvirt waits for each QEMU that it probes until somebody has reaped it, and a
# first process that is no real init takes seconds. QEMU itself outlives both, as it should.
LIBVIRT_REAPER=(tini -s --)

libvirt_answers() {
  timeout 10 virsh -c qemu:///system uri >/dev/null 2>&1
}

# libvirt_lives: the same without asking, in no time: its own pid file names a process, and its socket is there.
libvirt_lives() {
  local pid
  { read -r pid </run/libvirtd.pid; } 2>/dev/null || [ -n "${pid:-}" ] || return 1
  [ -S /run/libvirt/libvirt-sock ] && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = libvirtd ]
}

# libvirt_ensure: afterwards libvirt answers, or the launcher has ended with the reason.
libvirt_ensure() {
  if [ "$EUID" -ne 0 ]; then
    return 0 # qemu:///session, whose daemon libvirt starts itself when somebody connects
  fi
  if libvirt_lives || libvirt_answers; then
    return 0
  fi
  if [ -d /run/systemd/system ]; then
    say "starting libvirtd through systemd"
    systemctl start libvirtd || give_up "systemd could not start libvirtd" "look at: systemctl status libvirtd"
    libvirt_answers || give_up "libvirtd runs, but does not answer" "look at: journalctl -u libvirtd"
    return 0
  fi
  libvirt_start
}

# libvirt_start: virtlogd first, because the system daemon gives each machine's console log to it and starts no
# machine without it.
libvirt_start() {
  say "no service manager here: starting virtlogd and libvirtd (logs in $SERVICES)"
  if ! process_ours virtlogd >/dev/null; then
    process_start virtlogd virtlogd
    process_await virtlogd 20 test -S /run/libvirt/virtlogd-sock
  fi
  if kvm_usable || [ ! -e /dev/kvm ]; then
    process_start libvirtd "${LIBVIRT_REAPER[@]}" libvirtd
  else
    libvirt_start_without_kvm
  fi
  process_await libvirtd 60 libvirt_answers
}

# libvirt_start_without_kvm: a /dev/kvm that exists and does not work makes libvirt probe QEMU anew for each
# start, some 20 times. An unreadable file in its place, for this daemon only, stops that. Its mount namespace
# hears of later mounts outside (slave) and passes them on to the namespaces that libvirt makes for each QEMU
# (shared): without the latter, libvirt cannot carry the file over ("Unable to move … mount to /dev/kvm").
libvirt_start_without_kvm() {
  mkdir -p "$SERVICES"
  : >"$SERVICES/no-kvm"
  chmod 000 "$SERVICES/no-kvm"
  # shellcheck disable=SC2016 # expanded by the inner shell
  process_start libvirtd unshare --mount --propagation slave \
    sh -c 'set -e; mount --bind "$1" /dev/kvm; mount --make-rshared /; shift; exec "$@"' \
    sh "$SERVICES/no-kvm" "${LIBVIRT_REAPER[@]}" libvirtd
}
