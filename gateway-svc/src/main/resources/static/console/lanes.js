// A saga as swim-lanes: local transactions are boxes, events are arrows through Kafka, times are in milliseconds.

import {session} from './api.js';
import {s} from './dom.js';

const HEAD = 46;
const ROW = 58;
const MOST_PAUSE = 44;

/** Per event: the box's text, the sentence, and its kind (forward, failure or undo). */
export const MEANING = {
  ORDER_CREATED: ['store the order', 'The order is stored; order-svc requests the stock.', 'forward'],
  INVENTORY_RESERVED: ['hold the stock', 'inventory-svc holds the stock and requests the payment.', 'forward'],
  PAYMENT_COMPLETED: ['take the money', 'payment-svc took the money.', 'forward'],
  ORDER_CONFIRMED: ['confirm', 'Reserved and paid: the order is confirmed.', 'forward'],
  INVENTORY_REJECTED: ['hold nothing', 'inventory-svc has too little stock and holds nothing.', 'failure'],
  PAYMENT_FAILED: ['take nothing', 'The payment failed; no money was taken.', 'failure'],
  ORDER_CANCEL: ['start to undo', 'order-svc requests that every service undoes its part.', 'undo'],
  INVENTORY_RELEASED: ['give stock back', 'inventory-svc gave the stock back.', 'undo'],
  PAYMENT_VOIDED: ['never charge', 'payment-svc took no money and never will.', 'undo'],
  PAYMENT_REFUNDED: ['pay back', 'payment-svc paid the money back.', 'undo'],
  ORDER_CANCELLED: ['cancelled', 'Everything is undone: the order is cancelled.', 'undo'],
};

/** Returns the lanes from left to right: Kafka is next to the service that starts the saga. */
function lanes() {
  const [first, ...others] = session.who.services.map((service) => service.replace('-service', '-svc'));
  return [first, 'Kafka', ...others];
}

function lane(entry) {
  return entry.source.replace(/^\//, '');
}

/** Returns the milliseconds since the first event. */
export function age(entry, entries) {
  return Date.parse(entry.time) - Date.parse(entries[0].time);
}

function marker(kind) {
  return s('marker', {id: `head-${kind}`, viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto-start-reverse'},
    s('path', {d: 'M0 0L8 4L0 8z', class: `head ${kind}`}));
}

/** Returns the width within an element's padding; forces a layout of the page. */
export function widthOf(element) {
  const {paddingLeft, paddingRight} = getComputedStyle(element);
  return element.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
}

/**
 * Draws events into an svg, empty or drawn before, `room` pixels wide, at least 300. `shown` is the number of events to
 * draw. A click or Enter on an arrow calls `choose(entry)`.
 */
export function draw(svg, entries, shown, room, {choose, chosen}) {
  const width = Math.max(300, room);
  const gutter = width < 500 ? 44 : 62;
  const all = lanes();
  const step = (width - gutter) / all.length;
  const x = (name) => gutter + step * (all.indexOf(name) + 0.5);
  const boxWidth = Math.min(132, step - 6);
  const y = rows(entries);
  const height = HEAD + (y.length ? y.at(-1) : 0) + ROW;
  const drawn = entries.slice(0, shown);
  const known = new Set([...svg.querySelectorAll('[data-event]')].map((arrow) => arrow.dataset.event));
  const parts = [
    s('defs', {}, ['forward', 'failure', 'undo'].map(marker)),
    ...all.map((name) => s('g', {class: 'lane'},
      s('text', {x: x(name), y: 20, 'text-anchor': 'middle'}, name.replace('-svc', '')),
      s('line', {x1: x(name), x2: x(name), y1: 30, y2: height - 8, class: name === 'Kafka' ? 'kafka' : ''}))),
    ...drawn.flatMap((entry, at) => deliveries(entry, at, drawn, x, y, boxWidth)),
    ...drawn.map((entry, at) => event(entry, HEAD + y[at], age(entry, entries), {x, boxWidth, choose, chosen, known})),
  ];
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.setAttribute('width', width);
  svg.setAttribute('height', height);
  const focused = document.activeElement?.closest?.('[data-event]')?.dataset.event;
  svg.replaceChildren(...parts);
  if (focused) {
    svg.querySelector(`[data-event="${focused}"]`)?.focus();
  }
}

/** Returns one row per event, further apart after a pause. */
function rows(entries) {
  let at = 0;
  return entries.map((entry, index) => {
    if (index > 0) {
      const pause = Date.parse(entry.time) - Date.parse(entries[index - 1].time);
      at += ROW + Math.min(MOST_PAUSE, Math.max(0, pause) / 20);
    }
    return at;
  });
}

/** Draws the delivery from Kafka to the service that acted on the event. */
function deliveries(entry, at, drawn, x, y, boxWidth) {
  const cause = drawn.findIndex((other) => other.eventId === entry.causationId);
  if (cause < 0) {
    return [];
  }
  const to = x(lane(entry));
  const from = x('Kafka');
  const edge = to > from ? to - boxWidth / 2 : to + boxWidth / 2;
  return [s('path', {
    class: `delivery ${MEANING[drawn[cause].type][2]}`,
    d: `M${from} ${HEAD + y[cause] + 12}L${edge} ${HEAD + y[at] + 2}`,
    'marker-end': `url(#head-${MEANING[drawn[cause].type][2]})`,
  })];
}

function event(entry, y, millis, {x, boxWidth, choose, chosen, known}) {
  const [act, sentence, kind] = MEANING[entry.type];
  const from = x(lane(entry));
  const to = x('Kafka');
  const edge = to > from ? from + boxWidth / 2 : from - boxWidth / 2;
  const pick = () => choose(entry);
  return s('g', {
    class: `event ${kind}${known.has(entry.eventId) ? '' : ' fresh'}${chosen === entry.eventId ? ' chosen' : ''}`,
    tabindex: 0,
    role: 'button',
    'data-event': entry.eventId,
    'data-type': entry.type,
    'aria-label': `${entry.type}, ${millis} milliseconds. ${sentence} Show the event.`,
    onclick: pick,
    onkeydown: (press) => {
      if (press.key === 'Enter' || press.key === ' ') {
        press.preventDefault();
        pick();
      }
    },
  },
  s('rect', {x: 0, y: y - 20, width: x(lanes().at(-1)) + boxWidth, height: 46, class: 'hit'}),
  s('text', {x: 4, y: y + 16, class: 'time'}, `${millis} ms`),
  s('rect', {x: from - boxWidth / 2, y, width: boxWidth, height: 24, rx: 5, class: 'box'}),
  s('text', {x: from, y: y + 16, 'text-anchor': 'middle', class: 'act'}, act),
  s('line', {x1: edge, x2: to, y1: y + 12, y2: y + 12, class: 'arrow', 'marker-end': `url(#head-${kind})`}),
  s('circle', {cx: to, cy: y + 12, r: 4, class: 'record'}),
  s('text', {x: (edge + to) / 2, y: y - 5, 'text-anchor': 'middle', class: 'type'}, `${kind === 'undo' ? '↩ ' : kind === 'failure' ? '✕ ' : ''}${entry.type}`));
}
