#!/usr/bin/env bash
# Plays three sagas with curl: paid, rolled back, out of stock. Then, if Kafka runs in compose, sends a record with each
# codec, which must arrive (as a dead letter, which is then discarded). Exits with 0 only if each ended as expected.
#   compose/smoke.sh [ORDER_URL [INVENTORY_URL [PAYMENT_URL]]]
set -euo pipefail
order=${1:-http://127.0.0.1:${ORDER_PORT:-8081}}
inventory=${2:-http://127.0.0.1:${INVENTORY_PORT:-8082}}
payment=${3:-http://127.0.0.1:${PAYMENT_PORT:-8083}}
product=SMOKE-$$-$(date +%s)
failures=0

call() { curl -sS --fail-with-body --max-time 40 -H 'Content-Type: application/json' "$@"; }
field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"; }
toggle() { call -X PUT "$payment/payment-gateway" -d "{\"mode\":\"$1\",\"latencyMillis\":0,\"failureRate\":0.0}" >/dev/null; }
# Approves payments again, however this script ends.
trap 'toggle APPROVE || true' EXIT

row() { printf '%-28s %-11s %-18s %-11s %s\n' "$@"; }
saga() { # name quantity expected-status expected-reason
  local answer status reason verdict=ok
  answer=$(call "$order/smoke/orders" -H 'Prefer: wait=30' -d "{\"productId\":\"$product\",\"qty\":$2}")
  status=$(field status <<<"$answer"); reason=$(field cancelReason <<<"$answer")
  if [ "$status $reason" != "$3 $4" ]; then verdict="FAILED, expected $3 $4"; failures=$((failures + 1)); fi
  row "$1" "$status" "$reason" "$(call "$inventory/products/$product" | field available)" "$verdict"
}

call -X PUT "$inventory/products/$product" -d '{"name":"smoke","unitPrice":1500,"stock":100}' >/dev/null
toggle APPROVE
row saga status reason available verdict
saga "an order that is paid" 10 CONFIRMED null
toggle DECLINE
saga "an order that is declined" 5 CANCELLED PAYMENT_DECLINED
toggle APPROVE
saga "more than there is" 1000 CANCELLED OUT_OF_STOCK

left=$(call "$inventory/products/$product" | field available)
[ "$left" = 90 ] || { echo "available is $left instead of 90"; failures=$((failures + 1)); }

# Uses the console producer of compose, or the one that PRODUCER names ("kafka-console-producer.sh --bootstrap-server ...").
compose="docker compose -f $(dirname "$0")/compose.yaml"
if [ -z "${PRODUCER:-}" ] && [ -n "$($compose ps -q kafka 2>/dev/null || true)" ]; then
  PRODUCER="$compose exec -T kafka /opt/kafka/bin/kafka-console-producer.sh --bootstrap-server localhost:19092"
fi
parked() { # service text: waits for the dead letter with this text and discards it
  local letter=''
  for _ in $(seq 40); do
    letter=$(call "$1/dead-letters?limit=200" | tr '{' '\n' | grep -F "$2" | field id || true)
    if [ -n "$letter" ]; then call -X DELETE "$1/dead-letters/$letter"; return; fi
    sleep 0.5
  done
  return 1
}
codec() { # name: both consumers of the topic must get the record
  local text=$product-$1 verdict=ok
  $PRODUCER --topic order --compression-codec "$1" <<<"$text" >/dev/null 2>&1 || verdict="FAILED, not sent"
  for service in "$inventory" "$payment"; do parked "$service" "$text" || verdict="FAILED, not read by $service"; done
  [ "$verdict" = ok ] || failures=$((failures + 1))
  row "a record by $1" READ '' '' "$verdict"
}
if [ -n "${PRODUCER:-}" ]; then for name in none gzip snappy lz4 zstd; do codec "$name"; done; fi
exit $((failures > 0))
