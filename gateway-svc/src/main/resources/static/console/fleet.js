// The fleet: metrics of all instances, stuck sagas, and dead letters.

import {h, number, operatorsOnly, s, showNotice} from './dom.js';
import {deadLetters} from './letters.js';
import {relays} from './relays.js';
import {stream} from './stream.js';
import {stuckSagas} from './stuck.js';

const REMEMBERED = 60;

function sum(members, meter) {
  return members.reduce((total, member) => total + (member.meters[meter] || 0), 0);
}

function most(members, meter) {
  return members.reduce((top, member) => Math.max(top, member.meters[meter] || 0), 0);
}

function ended(members, outcome) {
  return sum(members, `saga_orders_duration_seconds_count{outcome="${outcome}"}`);
}

// The buckets of the sagas' duration, summed over the instances: the number of sagas up to each bound in seconds.
function buckets(members) {
  const counts = new Map();
  for (const {meters} of members) {
    for (const [meter, count] of Object.entries(meters)) {
      const bucket = meter.match(/^saga_orders_duration_seconds_bucket{.*\ble="([^"]+)"/);
      if (bucket) {
        const bound = bucket[1] === '+Inf' ? Infinity : Number(bucket[1]);
        counts.set(bound, (counts.get(bound) || 0) + count);
      }
    }
  }
  return counts;
}

// A quantile of the sagas between two looks at the buckets, in seconds, as Prometheus computes it; null if none ended.
function quantile(of, before, now) {
  const bounds = [...now.keys()].sort((one, other) => one - other);
  const ended = bounds.map((bound) => now.get(bound) - (before.get(bound) || 0));
  const rank = of * ended.at(-1);
  if (!(rank > 0)) {
    return null;
  }
  const at = ended.findIndex((count) => count >= rank);
  const [low, below] = at === 0 ? [0, 0] : [bounds[at - 1], ended[at - 1]];
  return bounds[at] === Infinity ? low : low + (bounds[at] - low) * (rank - below) / (ended[at] - below);
}

function millis(seconds) {
  return seconds === null ? '–' : `${number(Math.round(1000 * seconds))} ms`;
}

export function fleet(view) {
  if (operatorsOnly(view, 'Fleet')) {
    return () => {};
  }
  const figures = h('dl', {class: 'figures'});
  const line = s('svg', {class: 'spark', viewBox: '0 0 240 48', role: 'img', 'aria-label': 'Sagas per second over the last minute', preserveAspectRatio: 'none'});
  const services = h('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Instances'}, h('p', {}, 'Querying the instances…'));
  const stuck = stuckSagas();
  const relay = relays();
  const letters = deadLetters();
  const rates = [];
  const looks = [];
  let before = null;

  function onFleet(now) {
    const orders = now.find((service) => service.name === 'order-service').instances;
    const total = ended(orders, 'confirmed') + ended(orders, 'cancelled');
    const at = performance.now();
    const all = orders.every((member) => Object.keys(member.meters).length > 0);
    const rate = all && before && total >= before.total ? (total - before.total) * 1000 / (at - before.at) : 0;
    before = all ? {total, at} : null; // an instance did not respond: no rate
    rates.push(rate);
    rates.splice(0, rates.length - REMEMBERED);
    looks.push(buckets(orders));
    looks.splice(0, looks.length - REMEMBERED);
    const finalAfter = (of) => millis(quantile(of, looks[0], looks.at(-1)) ?? quantile(of, new Map(), looks.at(-1)));
    figures.replaceChildren(...[
      ['Sagas per second', rate < 10 ? rate.toFixed(1) : number(Math.round(rate)), 'rate'],
      ['Final after, median', finalAfter(0.5)],
      ['Final after, p99', finalAfter(0.99)],
      ['Pending', number(most(orders, 'saga_orders_open{status="PENDING"}')), 'pending'],
      ['Cancelling', number(most(orders, 'saga_orders_open{status="CANCELLING"}'))],
      ['Stuck cancelling', number(most(orders, 'saga_orders_stuck'))],
      ['Confirmed since the start', number(ended(orders, 'confirmed')), 'confirmed'],
      ['Cancelled since the start', number(ended(orders, 'cancelled'))],
    ].map(([name, value, id]) => h('div', {}, h('dt', {}, name), h('dd', {id: id || null}, value))));
    spark(line, rates);
    services.replaceChildren(table(now));
  }

  function table(now) {
    return h('table', {},
      h('thead', {}, h('tr', {}, ['Instance', 'State', 'Outbox depth', 'Consumer lag', 'Events published', 'Retries', 'Parked'].map((title) => h('th', {scope: 'col'}, title)))),
      h('tbody', {}, now.flatMap((service) => service.instances.length === 0
        ? [h('tr', {}, h('th', {scope: 'row'}, service.name), h('td', {colspan: 6}, 'No instance is known.'))]
        : service.instances.map((member) => h('tr', {},
          h('th', {scope: 'row'}, service.name, h('small', {}, member.address)),
          h('td', {}, h('span', {class: `badge ${member.ready ? 'CONFIRMED' : 'CANCELLED'}`}, member.ready ? 'ready' : 'away')),
          ...['saga_outbox_depth', 'saga_inbox_lag', 'saga_outbox_published_total', 'saga_inbox_retries_total', 'saga_inbox_parked_total']
            .map((meter) => h('td', {}, number(member.meters[meter]))))))));
  }

  view.append(h('h1', {}, 'Fleet'),
    h('section', {}, figures, line),
    h('section', {}, h('h2', {}, 'Instances'), services),
    h('section', {tabindex: -1}, h('h2', {}, 'Relays'), relay.place),
    h('div', {class: 'columns'},
      h('section', {tabindex: -1}, h('h2', {}, 'Stuck sagas'), stuck.place),
      h('section', {tabindex: -1}, h('h2', {}, 'Dead letters'), letters.element)));
  const closes = [
    stream('/fleet', {each: onFleet, failed: (refused) => showNotice(refused.message, {error: true})}),
    stuck.close,
    relay.close,
    letters.close,
  ];
  return () => closes.forEach((close) => close());
}

function spark(svg, rates) {
  const top = Math.max(1, ...rates);
  const points = rates.map((rate, at) => `${(240 * at / (REMEMBERED - 1)).toFixed(1)},${(46 - 44 * rate / top).toFixed(1)}`);
  svg.replaceChildren(s('polyline', {points: points.join(' ')}));
}
