// One order as swim-lanes, live or replayed.

import {call, session} from './api.js';
import {confirmed} from './ask.js';
import {attempt, h, number, s, showNotice} from './dom.js';
import {eventPanel} from './event.js';
import {film} from './film.js';
import {orderItem} from './orders.js';
import {stream} from './stream.js';

const LATE = 1000;
const AFTER_THE_FIRST_EVENTS = 500;
let placed = null;

/** Stores the known state of the order that is shown next. */
export function justPlaced(order) {
  placed = order;
}

export function saga(view, [user, id, why]) {
  view.append(h('h1', {}, 'Saga'));
  const recent = recentOrders(id);
  const drawing = id ? oneSaga(user, id, why, recent.load) : {element: '', close: () => {}};
  view.append(drawing.element, recent.element);
  const listing = setTimeout(recent.load, drawing.isFresh ? AFTER_THE_FIRST_EVENTS : 0);
  return () => {
    clearTimeout(listing);
    drawing.close();
  };
}

function recentOrders(shownId) {
  const list = h('ul', {class: 'orders'});
  const element = h('section', {}, h('h2', {}, `Orders of ${session.user}`), list);
  const load = () => attempt(async () => {
    const {orders} = await call('GET', `/order-service/${encodeURIComponent(session.user)}/orders?limit=10`);
    list.replaceChildren(...orders.map((order) =>
      orderItem(order, new Date(order.createdAt).toLocaleTimeString('en-GB'), order.orderId === shownId)));
    if (orders.length === 0) {
      list.replaceChildren(h('li', {class: 'empty'}, 'No orders yet. ', h('a', {href: '#/shop'}, 'Place one in the shop'), '.'));
    }
  });
  return {element, load};
}

function oneSaga(user, id, why, onEnd) {
  const path = `/order-service/${encodeURIComponent(user)}/orders/${encodeURIComponent(id)}`;
  const entries = [];
  const isFresh = placed?.orderId === id;
  let order = isFresh ? placed : null;
  placed = null; // this state is old when the saga is shown again
  const svg = s('svg', {role: 'group', 'aria-label': 'The saga: four lanes, time from top to bottom'});
  const status = h('p', {class: 'status', role: 'status'});
  const sentences = h('ol', {class: 'told', 'aria-live': 'polite', 'aria-label': 'What happened'});
  const panel = eventPanel(id, entries, () => shown.redraw());
  const shown = film(entries, svg, sentences, panel);
  const replay = h('button', {type: 'button', id: 'replay', disabled: true, onclick: shown.play}, 'Replay');
  const cancel = h('button', {type: 'button', id: 'cancel', disabled: true, onclick: () => attempt(async () => {
    order = await call('POST', `${path}/cancel`);
    showNotice('The order is being cancelled.');
    showStatus();
    follow();
  })}, 'Cancel the order');
  const operatorsCancel = h('button', {type: 'button', id: 'cancelAsOperator', class: 'danger', hidden: !session.who.operator, onclick: async () => {
    const reason = await confirmed('Cancel this order for its user? What is done is undone: stock is given back, money is paid back.', 'Cancel the order', {reason: 'required'});
    if (reason !== null) {
      attempt(async () => {
        const {status: state, cancelReason} = await call('POST', `/order-service/sagas/${encodeURIComponent(id)}/cancel`, {reason});
        order = {...order, status: state, cancelReason};
        showNotice('The order is being cancelled by an operator.');
        showStatus();
        if (!isForeign()) {
          follow();
        }
      }).finally(load);
    }
  }}, 'Cancel as operator…');
  let close = () => {};

  /** Reads the order. If the token cannot read it because it is another user's, an operator gets its state at least. */
  async function read() {
    try {
      return await call('GET', path);
    } catch (refused) {
      const state = refused.status === 404 && session.who.operator
        ? await call('GET', `/order-service/sagas/${encodeURIComponent(id)}`).catch(() => null)
        : null;
      if (state?.userId !== user) {
        throw refused;
      }
      return state;
    }
  }

  async function load() {
    await attempt(async () => {
      order = await read();
      showStatus();
    });
  }

  function isForeign() {
    return order !== null && !order.orderId;
  }

  function refuse(refused) {
    load().then(() => {
      if (isForeign()) {
        showNotice(`Only ${user} can read the lines and events of this order.`);
      } else {
        showNotice(refused.message, {error: true});
      }
    });
  }

  function isFinal() {
    return order === null || order.status === 'CONFIRMED' || order.status === 'CANCELLED';
  }

  function showStatus() {
    status.replaceChildren(
      h('span', {class: `badge ${order.status}`, id: 'status'}, order.status),
      order.cancelReason ? ` because of ${order.cancelReason}` : '',
      (order.totalPrice ?? null) === null ? '' : ` · total ${number(order.totalPrice)}`,
      order.lines ? ` · ${order.lines.map((line) => `${line.productId} × ${line.qty}`).join(', ')}` : '');
    replay.disabled = !isFinal() || isForeign();
    cancel.disabled = order.status === 'CANCELLED' || order.status === 'CANCELLING';
    operatorsCancel.disabled = cancel.disabled;
  }

  /**
   * Adds events that no service waits for. They can arrive after the end: for instance PAYMENT_VOIDED of a failed
   * payment.
   */
  function lateEvents() {
    attempt(async () => (await call('GET', `${path}/timeline`)).forEach(shown.add));
  }

  function follow() {
    close();
    close = stream(`${path}/timeline`, {
      each: shown.add,
      ended: () => load().then(() => {
        if (isFinal()) {
          onEnd();
          setTimeout(lateEvents, LATE);
        } else {
          follow();
        }
      }),
      failed: refuse,
      once: true,
    });
  }

  follow(); // first, because events are about to arrive
  const resized = new ResizeObserver(([now]) => shown.resize(now.contentRect.width));
  const frame = h('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Swim-lanes'}, svg);
  const element = h('div', {},
    h('p', {class: 'id'}, h('small', {}, `transaction_id ${id}`)),
    why === 'rollback'
      ? h('p', {class: 'first'}, 'This order is paid with a card that is declined (tok_decline), so its payment fails. Watch the other services undo their part: no coordinator controls them, only events. All other payments follow the switch.')
      : null,
    status,
    h('div', {class: 'row'}, replay, cancel, operatorsCancel),
    h('div', {class: 'saga'}, frame, h('div', {}, panel.element, h('h2', {}, 'What happened'), sentences)),
    h('p', {class: 'legend'},
      h('span', {class: 'forward'}, 'forward'), h('span', {class: 'failure'}, '✕ failure'), h('span', {class: 'undo'}, '↩ compensation'),
      ' Boxes are local transactions; dashed lines are deliveries by Kafka.'));
  queueMicrotask(() => resized.observe(frame));
  if (isFresh) {
    showStatus();
  } else {
    load();
  }
  return {element, isFresh, close: () => {
    close();
    shown.close();
    resized.disconnect();
  }};
}
