# shellcheck shell=bash
# Whether this machine can run guests at hardware speed.

# kvm_usable: /dev/kvm alone proves nothing: some hosts offer it and every guest dies. The processor's flags
# must agree. CPUINFO and KVM_DEVICE are there for the tests.
kvm_usable() {
  grep -qwE 'vmx|svm' "${CPUINFO:-/proc/cpuinfo}" 2>/dev/null &&
    [ -r "${KVM_DEVICE:-/dev/kvm}" ] && [ -w "${KVM_DEVICE:-/dev/kvm}" ]
}
