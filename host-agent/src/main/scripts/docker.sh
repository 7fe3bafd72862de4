# shellcheck shell=bash
# The Docker engine, for Dockerfile builds and tests: used untouched where one answers, else started.
# Needs: say.sh, process.sh.

docker_answers() {
  # With a server's version in the answer: an unreachable engine still prints the client's part.
  [ -n "$(timeout 10 docker info --format '{{.ServerVersion}}' 2>/dev/null)" ]
}

# docker_ensure: afterwards the engine answers, or the launcher has ended with the reason.
docker_ensure() {
  if docker_answers; then
    return 0
  fi
  if [ "$EUID" -ne 0 ]; then
    give_up "the Docker engine does not answer to $(id -un)" \
      "start it (sudo systemctl start docker) and join its group (sudo usermod -aG docker $(id -un), then log in anew)"
  fi
  if [ -d /run/systemd/system ]; then
    say "starting docker through systemd"
    systemctl start docker || give_up "systemd could not start docker" "look at: systemctl status docker"
    docker_answers || give_up "docker runs, but does not answer" "look at: journalctl -u docker"
    return 0
  fi
  docker_start
}

# docker_start: in a mount namespace of its own, so that nothing it mounts outlives it. containerd is its child.
docker_start() {
  say "no service manager here: starting dockerd (log in $SERVICES)"
  mkdir -p "$SERVICES"
  rm -f "$SERVICES/dockerd.own.pid"
  process_start dockerd unshare --mount --propagation slave dockerd --pidfile "$SERVICES/dockerd.own.pid"
  process_await dockerd 60 docker_answers
}
