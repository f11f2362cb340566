// The fleet: metrics of all instances, relays, stuck sagas, and dead letters.

import {duration, h, number, operatorsOnly, showNotice} from './dom.js';
import {deadLetters} from './letters.js';
import {relays} from './relays.js';
import {quantile, sagasPerSecond, series} from './series.js';
import {sparks} from './sparks.js';
import {stream} from './stream.js';
import {stuckSagas} from './stuck.js';

const METERS = ['saga_outbox_depth', 'saga_inbox_lag', 'saga_outbox_published_total', 'saga_inbox_retries_total', 'saga_inbox_parked_total'];
const gathered = series(); // of this tab: it is kept while another view is shown

function sum(members, meter) {
  return members.reduce((total, member) => total + (member.meters[meter] || 0), 0);
}

function most(members, meter) {
  return members.reduce((top, member) => Math.max(top, member.meters[meter] || 0), 0);
}

function ended(members, outcome) {
  return sum(members, `saga_orders_duration_seconds_count{outcome="${outcome}"}`);
}

function finalAfter(of) {
  const seconds = quantile(of, gathered.recent());
  return duration(seconds === null ? null : 1000 * seconds);
}

function figuresOf(orders) {
  const latest = gathered.latest();
  const rate = latest ? sagasPerSecond(latest) : 0;
  return [
    ['Sagas per second', rate < 10 ? rate.toFixed(1) : number(Math.round(rate)), 'sagasPerSecond'],
    ['Final after, median', finalAfter(0.5)],
    ['Final after, p99', finalAfter(0.99)],
    ['Pending', number(most(orders, 'saga_orders_open{status="PENDING"}')), 'pending'],
    ['Cancelling', number(most(orders, 'saga_orders_open{status="CANCELLING"}'))],
    ['Stuck cancelling', number(most(orders, 'saga_orders_stuck'))],
    ['Confirmed since the start', number(ended(orders, 'confirmed')), 'confirmed'],
    ['Cancelled since the start', number(ended(orders, 'cancelled'))],
  ].map(([name, value, id]) => h('div', {}, h('dt', {}, name), h('dd', {id: id || null}, value)));
}

function table(now) {
  return h('table', {},
    h('thead', {}, h('tr', {}, ['Instance', 'State', 'Outbox depth', 'Consumer lag', 'Events published', 'Retries', 'Parked'].map((title) => h('th', {scope: 'col'}, title)))),
    h('tbody', {}, now.flatMap((service) => service.instances.length === 0
      ? [h('tr', {}, h('th', {scope: 'row'}, service.name), h('td', {colspan: 6}, 'No instance is known.'))]
      : service.instances.map((member) => h('tr', {},
        h('th', {scope: 'row'}, service.name, h('small', {}, member.address)),
        h('td', {}, h('span', {class: `badge ${member.ready ? 'CONFIRMED' : 'CANCELLED'}`}, member.ready ? 'ready' : 'away')),
        METERS.map((meter) => h('td', {}, number(member.meters[meter]))))))));
}

export function fleet(view) {
  if (operatorsOnly(view, 'Fleet')) {
    return () => {};
  }
  const figures = h('dl', {class: 'figures'});
  const curves = sparks();
  const services = h('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Instances'}, h('p', {}, 'Querying the instances…'));
  const relay = relays();
  const stuck = stuckSagas();
  const letters = deadLetters();

  function onFleet(now) {
    const at = performance.now();
    gathered.look(now, at);
    figures.replaceChildren(...figuresOf(now.find((service) => service.name === 'order-service').instances));
    curves.draw(gathered.points, at);
    services.replaceChildren(table(now));
  }

  view.append(h('h1', {}, 'Fleet'),
    h('section', {}, figures, h('h2', {}, 'Last 15 minutes, while this page is open'), curves.element),
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
    gathered.pause,
  ];
  return () => closes.forEach((close) => close());
}
