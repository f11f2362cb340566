// One order as swim-lanes, as it happens or again.

import {call, session} from './api.js';
import {attempt, h, number, s, say} from './dom.js';
import {age, draw, MEANING} from './lanes.js';
import {stream} from './stream.js';

const FINAL = ['ORDER_CONFIRMED', 'ORDER_CANCELLED'];
const LATE = 1000;
const SLOWEST_STEP = 1200;
const QUICKEST_STEP = 250;

export function saga(view, [user, id, why]) {
  view.append(h('h1', {}, 'Saga'));
  const recent = recentOrders(id);
  if (!id) {
    view.append(recent.element);
    return () => {};
  }
  const drawing = oneSaga(user, id, why, recent.load);
  view.append(drawing.element, recent.element);
  return drawing.close;
}

function recentOrders(shownId) {
  const list = h('ul', {class: 'orders'});
  const element = h('section', {}, h('h2', {}, `Orders of ${session.user}`), list);
  const load = () => attempt(async () => {
    const {orders} = await call('GET', `/order-service/${encodeURIComponent(session.user)}/orders?limit=10`);
    list.replaceChildren(...orders.map((order) => h('li', {},
      h('a', {href: `#/saga/${encodeURIComponent(order.userId)}/${order.orderId}`, 'aria-current': order.orderId === shownId ? 'true' : null},
        h('span', {class: `badge ${order.status}`}, order.status),
        ` ${order.lines.map((line) => `${line.productId} × ${line.qty}`).join(', ')} `,
        h('small', {}, new Date(order.createdAt).toLocaleTimeString('en-GB'))))));
    if (orders.length === 0) {
      list.replaceChildren(h('li', {class: 'empty'}, 'No orders yet. ', h('a', {href: '#/shop'}, 'Place one in the shop'), '.'));
    }
  });
  load();
  return {element, load};
}

function oneSaga(user, id, why, onEnd) {
  const path = `/order-service/${encodeURIComponent(user)}/orders/${encodeURIComponent(id)}`;
  const entries = [];
  let order = null;
  let shown = 0;
  let chosen = null;
  let replaying = null;
  const svg = s('svg', {role: 'group', 'aria-label': 'The saga: four lanes, time from top to bottom'});
  const status = h('p', {class: 'status', role: 'status'});
  const told = h('ol', {class: 'told', 'aria-live': 'polite', 'aria-label': 'What happened'});
  const detail = h('section', {class: 'detail', id: 'detail', 'aria-live': 'polite'},
    h('p', {class: 'empty'}, 'Choose an arrow to see its event.'));
  const replay = h('button', {type: 'button', id: 'replay', disabled: true, onclick: () => play()}, 'Replay');
  const cancel = h('button', {type: 'button', id: 'cancel', disabled: true, onclick: () => attempt(async () => {
    order = await call('POST', `${path}/cancel`);
    say('The order is being cancelled.');
    tellStatus();
    follow();
  })}, 'Cancel the order');
  let close = () => {};

  function redraw() {
    draw(svg, entries, shown, {choose, chosen});
    const ids = entries.slice(0, shown).map((entry) => entry.eventId);
    while (told.lastChild && ids[told.children.length - 1] !== told.lastChild.dataset.of) {
      told.lastChild.remove();
    }
    while (told.children.length < shown) {
      const entry = entries[told.children.length];
      told.append(h('li', {class: MEANING[entry.type][2], 'data-of': entry.eventId}, MEANING[entry.type][1], ' ', h('small', {}, `${age(entry, entries)} ms`)));
    }
  }

  function choose(entry) {
    chosen = entry.eventId;
    const cause = entries.find((other) => other.eventId === entry.causationId);
    detail.replaceChildren(
      h('h2', {}, entry.type),
      h('p', {}, cause
        ? ['Because of ', h('button', {type: 'button', class: 'text', onclick: () => choose(cause)}, cause.type)]
        : entry.causationId ? 'Because of an event that order-svc has not heard.' : 'Because somebody asked, or a deadline passed.'),
      h('pre', {tabindex: 0, role: 'region', 'aria-label': 'The event as JSON'}, JSON.stringify({
        specversion: '1.0',
        id: entry.eventId,
        source: entry.source,
        type: entry.type,
        subject: id,
        time: entry.time,
        ...(entry.causationId ? {causationid: entry.causationId} : {}),
        detail: entry.detail,
      }, null, 2)),
      h('p', {}, h('small', {}, 'As order-svc keeps it: the envelope, and the data in short.')));
    redraw();
  }

  function onEvent(entry) {
    if (entries.some((other) => other.eventId === entry.eventId)) {
      return;
    }
    entries.push(entry);
    entries.sort((one, other) => Date.parse(one.time) - Date.parse(other.time));
    if (!replaying) {
      shown = entries.length;
      redraw();
      drawnAfter(entry);
    }
    if (FINAL.includes(entry.type)) {
      load().then(onEnd);
    }
  }

  /** For whoever measures: how long after its event an arrow was on the screen. */
  function drawnAfter(entry) {
    const event = Date.parse(entry.time);
    requestAnimationFrame(() => setTimeout(() => {
      svg.dataset.drawnAfter = `${svg.dataset.drawnAfter || ''}${entry.type}=${Date.now() - event} `;
    }));
  }

  function play() {
    clearTimeout(replaying);
    shown = 0;
    const next = () => {
      shown += 1;
      redraw();
      if (shown < entries.length) {
        const pause = Date.parse(entries[shown].time) - Date.parse(entries[shown - 1].time);
        replaying = setTimeout(next, Math.min(SLOWEST_STEP, Math.max(QUICKEST_STEP, pause)));
      } else {
        replaying = null;
      }
    };
    replaying = setTimeout(next, QUICKEST_STEP);
    redraw();
  }

  async function load() {
    await attempt(async () => {
      order = await call('GET', path);
      tellStatus();
    });
  }

  function isFinal() {
    return order === null || order.status === 'CONFIRMED' || order.status === 'CANCELLED';
  }

  function tellStatus() {
    status.replaceChildren(
      h('span', {class: `badge ${order.status}`, id: 'status'}, order.status),
      order.cancelReason ? ` because of ${order.cancelReason}` : '',
      order.totalPrice === null ? '' : ` · total ${number(order.totalPrice)}`,
      ` · ${order.lines.map((line) => `${line.productId} × ${line.qty}`).join(', ')}`);
    replay.disabled = !isFinal();
    cancel.disabled = order.status === 'CANCELLED' || order.status === 'CANCELLING';
  }

  /** An answer that nobody had to wait for can come after the end, as PAYMENT_VOIDED of a payment that failed. */
  function lateEvents() {
    attempt(async () => (await call('GET', `${path}/timeline`)).forEach(onEvent));
  }

  function follow() {
    close();
    close = stream(`${path}/timeline`, {
      each: onEvent,
      ended: () => load().then(() => {
        if (isFinal()) {
          setTimeout(lateEvents, LATE);
        } else {
          follow();
        }
      }),
      failed: (refused) => say(refused.message, {error: true}),
      once: true,
    });
  }

  const resized = new ResizeObserver(() => redraw());
  const frame = h('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Swim-lanes'}, svg);
  const element = h('div', {},
    h('p', {class: 'id'}, h('small', {}, `transaction_id ${id}`)),
    why === 'rollback'
      ? h('p', {class: 'first'}, 'The switch was set to DECLINE for this order, so its payment fails. Watch the others undo their part: no coordinator tells them, only events. Once it is over, the switch goes back to what it was.')
      : null,
    status,
    h('div', {class: 'row'}, replay, cancel),
    h('div', {class: 'saga'}, frame, h('div', {}, detail, h('h2', {}, 'What happened'), told)),
    h('p', {class: 'legend'},
      h('span', {class: 'forward'}, 'forward'), h('span', {class: 'failure'}, '✕ failure'), h('span', {class: 'undo'}, '↩ compensation'),
      ' Boxes are local transactions; dashed lines are deliveries by Kafka.'));
  queueMicrotask(() => resized.observe(frame));
  load();
  follow();
  return {element, close: () => {
    close();
    clearTimeout(replaying);
    resized.disconnect();
  }};
}
