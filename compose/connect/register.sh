#!/bin/sh
# Registers the connector of orders.json in Kafka Connect, or changes it, and waits until it runs.
#   register.sh [--status | --watch] [URL of Connect]      default: http://127.0.0.1:8084
# A connector or task that has failed is started again once. Exit code 0: connector and tasks are RUNNING. Exit code 1: they
# are not within TIMEOUT seconds (default 90); the reason is on standard error.
# --status: changes nothing; prints the state, and exits with 0 if it is RUNNING.
# --watch: never ends; looks every 10 s, prints each change, and starts again what has failed.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
mode=register
case ${1:-} in --status | --watch) mode=${1#--}; shift ;; esac
url=${1:-${CONNECT_URL:-http://127.0.0.1:8084}}
name=${CONNECTOR:-orders}
file=${CONNECTOR_FILE:-$here/orders.json}
timeout=${TIMEOUT:-90}
end=$(($(date +%s) + timeout))
body=$(mktemp) || exit 1
trap 'rm -f "$body"' EXIT
trap 'exit 1' INT TERM

# call METHOD PATH [curl arguments]: prints the status, 000 if there is no response; the response is in $body.
call() {
  method=$1 path=$2
  shift 2
  curl -sS -m 10 -o "$body" -w '%{http_code}' -X "$method" -H 'Content-Type: application/json' "$@" "$url$path" 2>/dev/null || true
}
message() { sed -n 's/.*"message":"\(\([^"\\]\|\\.\)*\)".*/\1/p' "$body" | sed 's/\\n/ /g; s/\\"/"/g' | cut -c 1-500; }
fail() { echo "connector $name: $*" >&2; exit 1; }
in_time() { [ "$(date +%s)" -lt "$end" ]; }

# Prints the states of the connector and its tasks, the connector's first.
states() { grep -o '"state":"[A-Z_]*"' "$body" | sed 's/.*:"//; s/"//'; }
# Prints the first line of the first trace, and its last cause, which names the reason.
reason() { # shellcheck disable=SC2016 # $ is sed's last line
  sed -n 's/.*"trace":"\(\([^"\\]\|\\.\)*\)".*/\1/p' "$body" | sed 's/\\n/\
/g; s/\\t/ /g; s/\\"/"/g' | sed -n '1p; /^Caused by: /h; ${x;/./p;}' | cut -c 1-500
}
# Sets state to RUNNING, FAILED or another one that may still change.
look() {
  state=UNKNOWN
  if [ "$(call GET "/connectors/$name/status")" != 200 ]; then return; fi
  all=$(states)
  case $all in *FAILED*) state=FAILED; return ;; esac
  # The connector and at least one task.
  if [ "$(echo "$all" | wc -l)" -ge 2 ] && ! echo "$all" | grep -qv "^RUNNING$"; then state=RUNNING; fi
}
restart() { call POST "/connectors/$name/restart?includeTasks=true&onlyFailed=true" >/dev/null; }

register() {
  status=000
  while in_time; do
    status=$(call PUT "/connectors/$name/config" --data-binary "@$file")
    case $status in
      200 | 201) return ;;
      000 | 404 | 409 | 500 | 503) sleep 1 ;; # Connect starts, or its workers are being counted
      *) fail "refused with $status: $(message)" ;;
    esac
  done
  if [ "$status" = 000 ]; then fail "Kafka Connect at $url does not respond"; fi
  fail "Kafka Connect at $url responds $status: $(message)"
}

await() {
  restarted=no
  sleep 1
  while in_time; do
    look
    case $state in
      RUNNING) echo "connector $name: RUNNING"; return ;;
      FAILED)
        if [ $restarted = yes ]; then reason >&2; fail "FAILED, see the reason above"; fi
        restart; restarted=yes; sleep 2 ;;
    esac
    sleep 1
  done
  fail "not RUNNING after $timeout s, but $state"
}

show() { echo "connector $name: $state"; if [ "$state" = FAILED ]; then reason; fi; }

if [ "$mode" = status ]; then look; show; [ "$state" = RUNNING ]; exit; fi
if [ "$mode" = register ]; then register; await; exit 0; fi
until (end=$(($(date +%s) + timeout)); register); do sleep 10; done
before=
while :; do
  look
  if [ "$state" != "$before" ]; then show; fi
  before=$state
  if [ "$state" = FAILED ]; then restart; fi
  sleep 10
done
