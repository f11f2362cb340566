#!/usr/bin/env bash
# Places one order that is paid and one that is declined at a running ./saga up, and shows the one shipment.
# Other ports than usual: ORDER=http://… INVENTORY=http://… KAFKA=host:port ./demo.sh
set -euo pipefail
cd "$(dirname "$0")"
ORDER=${ORDER:-http://127.0.0.1:8081}
INVENTORY=${INVENTORY:-http://127.0.0.1:8082}
export KAFKA=${KAFKA:-127.0.0.1:9092}

curl -fsS "$ORDER/health_check" >/dev/null || { echo "No order-svc at $ORDER: start ./saga up first." >&2; exit 1; }
[ -d node_modules ] || npm ci --prefer-offline --no-audit --no-fund

node shipping.js &
service=$!
trap 'kill $service 2>/dev/null || true; wait $service || true' EXIT

curl -fsS -X PUT "$INVENTORY/products/SHIPPED" -H 'Content-Type: application/json' \
  -d '{"name":"A parcel","unitPrice":1500,"stock":100}' >/dev/null
order() { # $1: payment token. Prints the order's id and status.
  curl -fsS "$ORDER/ann/orders" -H 'Content-Type: application/json' -H 'Prefer: wait=20' \
    -d "{\"lines\":[{\"productId\":\"SHIPPED\",\"qty\":1}],\"paymentToken\":\"$1\"}" |
    sed 's/.*"orderId":"\([^"]*\)".*"status":"\([^"]*\)".*/\1 \2/'; echo
}
read -r paid status < <(order tok_approve)
echo "order $paid is $status"
read -r declined status < <(order tok_decline)
echo "order $declined is $status"

for _ in $(seq 100); do
  npm run --silent shipments | grep "$paid" && break
  sleep 0.2
done
npm run --silent shipments | grep -q "$paid" || { echo "no shipment for the paid order" >&2; exit 1; }
if npm run --silent shipments | grep "$declined"; then echo "a shipment for the declined order" >&2; exit 1; fi
echo "one shipment for the paid order, none for the declined one"
