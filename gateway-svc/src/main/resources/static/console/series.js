// The figures of the last 15 minutes, gathered in the browser from the counters and gauges of all instances.

export const SPAN = 15 * 60 * 1000;
const STEP = 5000;
const MINUTE = 60 * 1000;
const REFUSED = 'refused';
const BUCKET = /^saga_orders_duration_seconds_bucket{.*\ble="([^"]+)"/;

function add(counts, key, more) {
  counts.set(key, (counts.get(key) || 0) + more);
}

function addAll(counts, more) {
  more.forEach((value, key) => add(counts, key, value));
  return counts;
}

/** Returns an instance's counters: the ended sagas up to each bound in seconds, and the refused requests. */
function counters(meters) {
  const counts = new Map();
  for (const [meter, value] of Object.entries(meters)) {
    const bucket = meter.match(BUCKET);
    if (bucket) {
      add(counts, bucket[1] === '+Inf' ? Infinity : Number(bucket[1]), value);
    } else if (meter.startsWith('saga_http_refusals_total')) {
      add(counts, REFUSED, value);
    }
  }
  return counts;
}

/** Returns the gain of all instances that both looks know. An instance whose counters fell was restarted at 0. */
function gain(before, now) {
  const all = new Map();
  now.forEach((counts, address) => {
    const old = before.get(address);
    if (old) {
      const restarted = [...old].some(([key, value]) => (counts.get(key) || 0) < value);
      counts.forEach((value, key) => add(all, key, value - (restarted ? 0 : old.get(key) || 0)));
    }
  });
  return all;
}

function gauge(members, meter) {
  return members.map(({meters}) => Number(meters[meter]) || 0);
}

/** A quantile of ended sagas in seconds, as Prometheus computes it from the buckets; null if none ended. */
export function quantile(of, counts) {
  const bounds = [...counts.keys()].filter((key) => key !== REFUSED).sort((one, other) => one - other);
  const ended = bounds.map((bound) => counts.get(bound));
  const rank = of * (ended.at(-1) || 0);
  if (!(rank > 0)) {
    return null;
  }
  const at = ended.findIndex((count) => count >= rank);
  const [low, below] = at === 0 ? [0, 0] : [bounds[at - 1], ended[at - 1]];
  return bounds[at] === Infinity ? low : low + (bounds[at] - low) * (rank - below) / (ended[at] - below);
}

/** The sagas that ended and the requests that were refused, per second. */
export function sagasPerSecond({counts, seconds}) {
  return (counts.get(Infinity) || 0) / seconds;
}

export function refusedPerSecond({counts, seconds}) {
  return (counts.get(REFUSED) || 0) / seconds;
}

/**
 * Creates a bounded series. A point is `{at, seconds, counts, age, lag}`: what was counted in `seconds`, the highest age of
 * an outbox in seconds, and the highest lag of all consumers together.
 */
export function series() {
  const points = [];
  let last = null;
  let open = null;
  let latest = null;

  /** Adds the fleet as it is at a time in milliseconds. */
  function look(fleet, at) {
    const members = fleet.flatMap(({instances}) => instances).filter(({meters}) => Object.keys(meters).length > 0);
    const counts = new Map(members.map(({address, meters}) => [address, counters(meters)]));
    if (last && at > last.at) {
      latest = {at, seconds: (at - last.at) / 1000, counts: gain(last.counts, counts)};
      open = open || {since: last.at, counts: new Map(), age: 0, lag: 0};
      open = {
        since: open.since,
        at,
        seconds: (at - open.since) / 1000,
        counts: addAll(open.counts, latest.counts),
        age: Math.max(open.age, ...gauge(members, 'saga_outbox_age_seconds')),
        lag: Math.max(open.lag, gauge(members, 'saga_inbox_lag').reduce((sum, lag) => sum + lag, 0)),
      };
      close(at);
    }
    last = {at, counts};
  }

  function close(at) {
    if (at - open.since >= STEP) {
      points.push(open);
      open = null;
    }
    while (points.length > SPAN / STEP || points[0]?.at < at - SPAN) {
      points.shift();
    }
  }

  /** What the last minute counted; what the processes counted since their start, if no saga ended in it. */
  function recent() {
    const minute = [...points, ...(open ? [open] : [])].filter(({at}) => at > last.at - MINUTE)
      .reduce((all, point) => addAll(all, point.counts), new Map());
    return minute.get(Infinity) > 0 ? minute : [...last.counts.values()].reduce(addAll, new Map());
  }

  return {
    points,
    look,
    recent,
    /** What was counted between the last two looks; null before the second. */
    latest: () => latest,
    /** Ends the current step: nobody looks for a while. */
    pause: () => {
      last = null;
      open = null;
      latest = null;
    },
  };
}
