#!/bin/sh
# Makes a Debian or Ubuntu root file system boot as a sandbox. Runs inside it, as root, where the image is
# built: in mmdebstrap's chroot, or in a container of the Docker build. Doing it twice changes nothing.
#
#   guest-setup.sh packages   installs kernel, init and what the guest agent needs, if they are missing
#   guest-setup.sh settings   everything else; after the guest agent was unpacked
set -eu

packages() {
  # shellcheck source=/dev/null
  . /etc/os-release
  architecture=$(dpkg --print-architecture)
  wanted='busybox-static systemd-sysv udev util-linux coreutils bash tar passwd'
  if ! ls /boot/vmlinuz-* >/dev/null 2>&1; then
    case " $ID ${ID_LIKE:-} " in
      *' ubuntu '*) wanted="$wanted linux-image-virtual" ;;
      *) wanted="$wanted linux-image-cloud-$architecture" ;;
    esac
  fi
  missing=
  for package in $wanted; do
    if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed'; then
      missing="$missing $package"
    fi
  done
  if [ -z "$missing" ]; then
    return
  fi
  # No initrd: the builder makes its own, a tenth as large.
  export DEBIAN_FRONTEND=noninteractive INITRD=No
  apt-get update
  # shellcheck disable=SC2086 # one argument for each package
  apt-get install --yes --no-install-recommends $missing
  apt-get clean
  rm -rf /var/lib/apt/lists/*
}

settings() {
  agent_user
  quick_boot
  agent_first
  # What the Dockerfile's ENV has set.
  if [ -f /opt/mulligan/build/environment ]; then
    cat /opt/mulligan/build/environment >/etc/environment
  fi
  rm -rf /opt/mulligan/build
  # Not "uninitialized": an empty file gives each sandbox an id of its own without a first boot's ceremony.
  : >/etc/machine-id
  # Not the builder's: mmdebstrap leaves its name and its name server, and neither is a guest's business.
  echo sandbox >/etc/hostname || :
  echo '# A sandbox has no network card.' >/etc/resolv.conf || :
  # Nobody can log in at a sandbox; root is reached through the guest agent only.
  passwd --lock root >/dev/null
  rm -f /boot/initrd.img* /initrd.img* /var/cache/apt/*.bin
}

# The user whose name the tools run under: uid 1000. A base may have given the number to another name.
agent_user() {
  current=$(getent passwd 1000 | cut -d: -f1)
  if [ -z "$current" ]; then
    useradd --uid 1000 --user-group --create-home --home-dir /home/agent --shell /bin/bash agent
  elif [ "$current" != agent ]; then
    usermod --login agent --home /home/agent --move-home --shell /bin/bash "$current"
    if [ "$(getent group 1000 | cut -d: -f1)" = "$current" ]; then
      groupmod --new-name agent "$current"
    fi
  fi
  [ -d /home/agent ] || install -d -o 1000 -g 1000 -m 755 /home/agent
  if [ ! -e /etc/default/locale ]; then
    echo LANG=C.UTF-8 >/etc/default/locale
  fi
}

mask() {
  for unit in "$@"; do
    ln -sf /dev/null "/etc/systemd/system/$unit"
  done
}

# What a machine without KVM would wait for, and a sandbox has no use for. Each can be had back with
# `systemctl unmask`. Measured in images/README.md.
quick_boot() {
  mkdir -p /etc/systemd/system /etc/systemd/system-generators /etc/systemd/journald.conf.d /etc/tmpfiles.d \
    /etc/modprobe.d
  ln -sf /usr/lib/systemd/system/multi-user.target /etc/systemd/system/default.target

  # No firmware, no TPM, no partition table, no swap, no screen, no /etc/fstab.
  for generator in debug fstab getty gpt-auto hibernate-resume rc-local run ssh system-update sysv tpm2; do
    ln -sf /dev/null "/etc/systemd/system-generators/systemd-$generator-generator"
  done
  mask systemd-pcrmachine.service systemd-pcrphase.service systemd-pcrphase-sysinit.service \
    systemd-tpm2-setup.service systemd-tpm2-setup-early.service systemd-pcrextend.socket systemd-pcrlock.socket \
    systemd-creds.socket systemd-hibernate-clear.service systemd-pstore.service systemd-boot-random-seed.service \
    systemd-remount-fs.service systemd-bsod.service
  # Nobody logs in at a console, so no sessions either.
  mask getty.target getty@.service getty-static.service serial-getty@.service console-getty.service \
    systemd-logind.service systemd-user-sessions.service systemd-ask-password-console.path \
    systemd-ask-password-wall.path systemd-update-utmp.service systemd-update-utmp-runlevel.service
  ln -sf /dev/null /etc/tmpfiles.d/systemd-nologin.conf
  # Work that the build has done already, or that the host does: clock, random seed, updates, upkeep.
  mask ldconfig.service systemd-journal-catalog-update.service systemd-firstboot.service \
    systemd-hwdb-update.service systemd-update-done.service systemd-sysusers.service \
    systemd-machine-id-commit.service systemd-random-seed.service systemd-timesyncd.service \
    systemd-udev-load-credentials.service systemd-tmpfiles-setup-dev-early.service \
    apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer fstrim.timer e2scrub_all.timer \
    e2scrub_reap.service motd-news.timer man-db.timer
  # Modules and mounts that are loaded and made when they are used, or never.
  mask kmod-static-nodes.service modprobe@.service systemd-binfmt.service proc-sys-fs-binfmt_misc.automount \
    dev-hugepages.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount \
    sys-fs-fuse-connections.mount systemd-rfkill.socket systemd-initctl.socket systemd-sysext.socket \
    systemd-networkd.service systemd-networkd.socket systemd-networkd-wait-online.service \
    systemd-network-generator.service systemd-resolved.service remote-fs.target
  rm -f /etc/modules-load.d/modules.conf
  printf 'blacklist %s\n' autofs4 ip_tables ip6_tables >/etc/modprobe.d/mulligan.conf

  # /tmp stays on the disk: it is rolled back with the rest, and costs no memory.
  mask tmp.mount
  printf '[Journal]\nStorage=volatile\nRuntimeMaxUse=32M\nReadKMsg=no\nAudit=no\n' \
    >/etc/systemd/journald.conf.d/mulligan.conf
  mask systemd-journal-flush.service
}

# The guest agent needs nothing of what the machine still has to start, and the host waits for it alone. Its
# port is there already: the memory disk's init has named it, so systemd must not wait until udev does.
agent_first() {
  mask 'dev-virtio\x2dports-dev.mulligan.guest.0.device'
  later='systemd-journald systemd-udevd systemd-udev-trigger systemd-tmpfiles-setup systemd-sysctl
    systemd-modules-load'
  if ! grep -q '^After=.*local-fs' /usr/lib/systemd/system/mulligan-guest.service 2>/dev/null; then
    later="$later systemd-tmpfiles-setup-dev" # local-fs.target waits for this one
  fi
  for unit in $later; do
    mkdir -p "/etc/systemd/system/$unit.service.d"
    printf '[Unit]\nAfter=mulligan-guest.service\n' >"/etc/systemd/system/$unit.service.d/mulligan.conf"
  done
}

"$1"
