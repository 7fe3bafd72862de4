# shellcheck shell=bash
# What must be installed, and installing it on Debian.
# Needs: say.sh, acceleration.sh, java.sh.

# setup_programs PURPOSE…: one line for each program that the purposes need: "PROGRAM PACKAGE WHY". A package without
# a program is known by a directory of its.
setup_programs() {
  local purpose
  for purpose in "$@"; do
    case $purpose in
      build)
        printf '%s\n' 'mvn maven builds Mulligan from its sources'
        ;;
      machines)
        printf '%s\n' \
          "qemu-system-$HOSTTYPE qemu-system-$(setup_family) runs the sandboxes" \
          'qemu-img qemu-utils makes disks for sandboxes' \
          'libvirtd libvirt-daemon-system starts and stops sandboxes' \
          'virsh libvirt-clients asks libvirt whether it is there' \
          'mmdebstrap mmdebstrap makes the base image' \
          'mke2fs e2fsprogs makes file systems'
        if ! setup_is_root; then # mmdebstrap only recommends it
          printf '%s\n' 'newuidmap uidmap gives a build as an ordinary user the users that own its files'
        fi
        if [ ! -d /run/systemd/system ]; then
          printf '%s\n' 'tini tini keeps libvirt quick where no service manager runs'
        fi
        ;;
      docker)
        printf '%s\n' 'dockerd docker.io builds images from Dockerfiles'
        if [ "$(setup_release)" != 'debian 12' ]; then
          printf '%s\n' 'docker docker-cli asks the Docker engine whether it is there'
        fi
        ;;
      tests)
        printf '%s\n' \
          'busybox busybox-static fills the small guests of the tests' \
          'cpio cpio packs the small guests of the tests' \
          'openssl openssl checks an export of the record, as anybody could' \
          'jq jq reads what a command prints, in the README' \
          '/usr/lib/python3/dist-packages/grpc python3-grpcio speaks to the host agent, in the README' \
          '/usr/lib/python3/dist-packages/grpc_tools python3-grpc-tools makes that client, in the README'
        ;;
    esac
  done
}

# A function of its own for the tests: nobody can change EUID.
setup_is_root() {
  [ "$EUID" -eq 0 ]
}

# Debian's name for the package with QEMU for this processor.
setup_family() {
  case $HOSTTYPE in
    aarch64) printf arm ;;
    *) printf x86 ;;
  esac
}

# setup_release: "debian 12"; OS_RELEASE is there for the tests.
setup_release() {
  # shellcheck source=/dev/null
  (. "${OS_RELEASE:-/etc/os-release}" 2>/dev/null && printf '%s %s' "${ID:-unknown}" "${VERSION_ID:-}")
}

# setup_missing PURPOSE…: the lines of setup_programs whose program is not there, and a JDK if none is.
setup_missing() {
  local program package why
  while read -r program package why; do
    if ! command -v "$program" >/dev/null && ! [ -d "$program" ]; then
      printf '%s %s %s\n' "$program" "$package" "$why"
    fi
  done < <(setup_programs "$@")
  if [[ " $* " = *' build '* ]] && ! java_find >/dev/null; then
    printf '%s\n' "java openjdk-$JAVA_NEEDED-jdk-headless builds and runs Mulligan (a JDK $JAVA_NEEDED)"
  fi
  if [[ " $* " = *' machines '* ]] && setup_wants_backports && setup_too_old; then
    printf '%s\n' \
      "qemu-system-$HOSTTYPE qemu-system-$(setup_family) replaces a QEMU that crashes guests without KVM" \
      'libvirtd libvirt-daemon-system replaces a libvirt that cannot return to a full checkpoint'
  fi
}

# setup_wants_backports: QEMU 7.2 of Debian 12 crashes guests when it emulates the processor.
setup_wants_backports() {
  [ "$(setup_release)" = 'debian 12' ] && ! kvm_usable
}

# setup_from_backports PACKAGES: whether some of them must come from there.
setup_from_backports() {
  [[ " $1" = *\ qemu-* || " $1" = *\ libvirt-* ]] && setup_wants_backports
}

# setup_too_old: QEMU or libvirt is there, but not from backports. Asking them takes longer than all the rest, so
# a good answer is kept until one of the packages is installed anew.
setup_too_old() {
  local answer=$SERVICES/versions-are-fine version packages=/var/lib/dpkg/info
  if [ "$answer" -nt "$packages/qemu-system-$(setup_family).list" ] && [ "$answer" -nt "$packages/libvirt-clients.list" ]; then
    return 1
  fi
  version=$("qemu-system-$HOSTTYPE" --version 2>/dev/null) || return 1
  case $version in
    'QEMU emulator version '[0-9].*) return 0 ;;
  esac
  version=$(virsh --version 2>/dev/null) || return 1
  case $version in
    [0-9].*) return 0 ;;
  esac
  { mkdir -p "$SERVICES" && : >"$answer"; } 2>/dev/null || :
  return 1
}

# setup_ensure PURPOSE…: afterwards everything the purposes need is there, or the launcher has ended with the
# reason. Costs nothing but a few look-ups when nothing is missing.
setup_ensure() {
  local missing packages
  missing=$(setup_missing "$@" | awk '!seen[$2]++')
  if [ -z "$missing" ]; then
    return 0
  fi
  case $(setup_release) in
    'debian 12')
      case $missing in
        *openjdk-*) java_missing ;; # Debian 12 has none
      esac
      ;;
    'debian '*) ;;
    *)
      complain "this is not Debian ($(setup_release)): Mulligan cannot install what is missing"
      printf '%s\n' "$missing" | while read -r program package why; do
        printf '  %s – %s (Debian: %s)\n' "$program" "$why" "$package" >&2
      done
      give_up "install these programs, then try again"
      ;;
  esac
  packages=$(printf '%s\n' "$missing" | cut -d ' ' -f 2 | sort -u | tr '\n' ' ')
  say "Mulligan needs what is not on this machine yet:"
  printf '%s\n' "$missing" | while read -r program package why; do
    printf '  %-22s %s\n' "$package" "$why" >&2
  done
  if setup_from_backports "$packages"; then
    printf '  %s\n' "QEMU and libvirt come from bookworm-backports, because this machine has no usable KVM" \
      "and the QEMU of Debian 12 crashes guests without it." >&2
  fi
  setup_agree "$packages"
  setup_install "$packages"
  missing=$(setup_missing "$@")
  [ -z "$missing" ] || give_up "still missing after the installation:" "$missing"
}

# setup_agree PACKAGES: asks a person who has not answered already. Where nobody can be asked, the command that was
# given is the answer: it says that it sets up what is missing.
setup_agree() {
  local answer
  if ! setup_is_root && ! command -v sudo >/dev/null; then
    give_up "installing needs root, and there is no sudo" "as root: $(setup_by_hand "$1")"
  fi
  if ! setup_is_root && ! setup_has_terminal && ! sudo -n true 2>/dev/null; then
    give_up "installing needs root, sudo wants a password, and there is no terminal to ask for it" \
      "as root: $(setup_by_hand "$1")"
  fi
  if [ "${MULLIGAN_YES:-}" = 1 ] || [ "${CI:-}" = true ]; then
    return 0
  fi
  if ! [ -t 0 ] || ! [ -t 2 ]; then
    return 0
  fi
  printf 'Install them with apt-get now? [y/N] ' >&2
  read -r answer || answer=
  case $answer in
    y | Y | yes | Yes) ;;
    *) give_up "nothing was installed" "by hand: $(setup_by_hand "$1")" ;;
  esac
}

# setup_by_hand PACKAGES: the command that a person would type.
setup_by_hand() {
  printf 'apt-get install --no-install-recommends %s' "$1"
  if setup_from_backports "$1"; then
    printf -- '-t bookworm-backports (which must be among the package sources)'
  fi
}

# setup_install PACKAGES: with apt-get, from backports where they must come from there.
setup_install() {
  local package plain=() backports=()
  for package in $1; do
    case $package in
      qemu-* | libvirt-*) backports+=("$package") ;;
      *) plain+=("$package") ;;
    esac
  done
  if setup_from_backports "$1"; then
    setup_add_backports
    # All four, for they belong together and must not be mixed with older ones.
    backports=(-t bookworm-backports "qemu-system-$(setup_family)" qemu-utils libvirt-daemon-system libvirt-clients)
  fi
  say "apt-get update"
  setup_apt update -q || warn "not every package list could be fetched: going on with those that are here"
  if [ ${#plain[@]} -gt 0 ]; then
    say "apt-get install ${plain[*]}"
    setup_apt install "${plain[@]}" || setup_failed "${plain[*]}"
  fi
  if [ ${#backports[@]} -gt 0 ]; then
    say "apt-get install ${backports[*]}"
    setup_apt install "${backports[@]}" || setup_failed "${backports[*]}"
  fi
}

setup_failed() {
  give_up "apt-get could not install: $1" "its messages are above"
}

# setup_apt COMMAND ARGUMENT…: apt-get without questions, its chatter on stderr only when it fails.
setup_apt() {
  local log status=0
  log=$(mktemp)
  setup_as_root env DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends "$@" >"$log" 2>&1 </dev/null ||
    status=$?
  if [ "$status" -ne 0 ]; then
    tail -n 20 "$log" | sed 's/^/  /' >&2
  fi
  rm -f "$log"
  return "$status"
}

# setup_as_root COMMAND…: through sudo for others than root; it asks for a password on the terminal, or not at all.
setup_as_root() {
  if setup_is_root; then
    "$@"
  elif setup_has_terminal; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

# setup_has_terminal: where sudo asks for a password, wherever our outputs go.
setup_has_terminal() {
  { : </dev/tty; } 2>/dev/null
}

# setup_add_backports: adds the suite on the mirror, and with the key, that Debian itself comes from here.
# APT_SOURCES is there for the tests.
setup_add_backports() {
  local file=${APT_SOURCES:-/etc/apt/sources.list.d}/mulligan-backports.sources targets uri key entry
  # shellcheck disable=SC2016 # apt's placeholders
  local format='$(RELEASE) $(REPO_URI) $(SOURCESENTRY)'
  targets=$(apt-get indextargets --format "$format" 'Created-By: Packages' 2>/dev/null || :)
  if ! grep -q '^bookworm ' <<<"$targets"; then
    setup_apt update -q || : # a fresh system knows its sources only after the first update
    targets=$(apt-get indextargets --format "$format" 'Created-By: Packages' 2>/dev/null || :)
  fi
  if grep -q '^bookworm-backports ' <<<"$targets"; then
    return 0
  fi
  read -r _ uri entry < <(grep '^bookworm ' <<<"$targets") ||
    give_up "no package source for Debian 12 (bookworm) is set up here" "look at: apt-get indextargets"
  key=$(setup_source_key "${entry%:*}")
  say "adding bookworm-backports from the same mirror ($file)"
  {
    printf '%s\n' 'Types: deb' "URIs: $uri" 'Suites: bookworm-backports' 'Components: main'
    [ -z "$key" ] || printf '%s\n' "Signed-By: $key"
  } | setup_as_root tee "$file" >/dev/null
}

# setup_source_key FILE: the key file that bookworm is signed with, from a deb822 or a one-line source list;
# nothing where the list names none, and apt takes the keys it trusts for all.
setup_source_key() {
  case $1 in
    *.sources)
      awk -v RS= '/Suites:[^\n]*bookworm/ && match($0, /Signed-By: *\/[^ \n]+/) {
        key = substr($0, RSTART, RLENGTH); sub(/Signed-By: */, "", key); print key; exit
      }' "$1"
      ;;
    *) sed -nE '/^deb .*bookworm/s/.*signed-by=([^] ]+).*/\1/p' "$1" | head -n 1 ;;
  esac
}
