# shellcheck shell=bash
# `mulligan demo`: with the daemons it needs, which it also stops again if it was the one to start them.
# Needs: run.sh, services.sh.

# demo_command COMMAND…
demo_command() {
  trap demo_finish EXIT
  services_ensure libvirt
  run_watched demo_finish "$@"
}

demo_finish() {
  services_stop "${SERVICES_STARTED[@]}"
}
