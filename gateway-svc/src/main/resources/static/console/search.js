// The search for orders: by id, by user and by state.

import {call, session} from './api.js';
import {attempt, h, localTime} from './dom.js';
import {orderItem, pageOf} from './orders.js';

const STATES = ['', 'PENDING', 'CONFIRMED', 'CANCELLING', 'CANCELLED'];
const OPEN = ['PENDING', 'CANCELLING'];
const PAGE = 200;
const MOST = 2000;

/** Finds the user of an order; null if there is no such order, or if it is of another user and the caller no operator. */
async function userOf(id) {
  try {
    const found = await (session.who.operator
      ? call('GET', `/order-service/sagas/${encodeURIComponent(id)}`)
      : call('GET', `/order-service/${encodeURIComponent(session.user)}/orders/${encodeURIComponent(id)}`));
    return found.userId;
  } catch (refused) {
    if (refused.status === 404) {
      return null;
    }
    throw refused;
  }
}

/** The results of a search. `state` is a sentence about them. */
function results() {
  const state = h('p', {id: 'found', role: 'status'});
  const list = h('ul', {class: 'orders', id: 'orders'});
  const more = h('button', {type: 'button', id: 'moreOrders', hidden: true}, 'Search older orders');

  /** Lists the orders of a user page by page; only those in the state `status`, if there is one. */
  function ofUser(user, status) {
    let after = '';
    let searched = 0;
    const next = async () => {
      const page = await call('GET', `/order-service/${encodeURIComponent(user)}/orders?limit=${PAGE}${after}`);
      searched += page.orders.length;
      after = `&after=${page.next}`;
      list.append(...page.orders.filter((order) => !status || order.status === status)
        .map((order) => orderItem(order, localTime(order.createdAt))));
      more.hidden = page.next === null || searched >= MOST;
      state.textContent = `Orders of ${user}${status ? ` that are ${status}` : ''}: ${list.childElementCount} of the ${searched} searched.`
        + (page.next !== null && searched >= MOST ? ' This page searches no more.' : '');
    };
    list.replaceChildren();
    more.onclick = () => attempt(next);
    return next();
  }

  /** Lists sagas of all users in a state that is not final. */
  async function ofAll(status) {
    const found = await call('GET', `/order-service/sagas?status=${status}&limit=${PAGE}`);
    list.replaceChildren(...found.map((saga) => h('li', {},
      h('span', {class: `badge ${saga.status}`}, saga.status), ' ',
      h('a', {href: pageOf(saga.userId, saga.transactionId)}, saga.transactionId),
      h('small', {}, ` of ${saga.userId}, ${localTime(saga.createdAt)}, nudged ${saga.nudges} times`))));
    state.textContent = found.length === PAGE ? `The ${PAGE} oldest ${status} orders.` : `Orders that are ${status}: ${found.length}.`;
  }

  return {state, ofUser, ofAll, element: h('section', {}, state, list, h('div', {class: 'row'}, more))};
}

export function search(view, [id = '', user = '', status = '']) {
  const found = results();
  let left = false;
  const fields = {
    id: h('input', {id: 'orderId', value: id, maxlength: 64, autocomplete: 'off'}),
    user: h('input', {id: 'orderUser', value: user, maxlength: 64, autocomplete: 'off'}),
    status: h('select', {id: 'orderStatus'}, STATES.map((state) => h('option', {value: state, selected: state === status}, state || 'any'))),
  };

  async function byId() {
    const owner = user || await userOf(id);
    if (left) {
      return;
    }
    if (owner) {
      location.replace(pageOf(owner, id));
    } else {
      found.state.textContent = session.who.operator ? `There is no order ${id}.` : `There is no order ${id} of ${session.user}.`;
    }
  }

  function run() {
    if (id) {
      return byId();
    }
    if (user) {
      return found.ofUser(user, status);
    }
    if (OPEN.includes(status)) {
      return found.ofAll(status);
    }
    found.state.textContent = status
      ? `Final orders are listed by user only: enter the user whose ${status} orders you look for.`
      : 'Enter an order id, a user id, or a state.';
    return undefined;
  }

  function start() {
    found.state.textContent = 'Searching…';
    attempt(async () => {
      try {
        await run();
      } catch (refused) {
        found.state.textContent = '';
        throw refused;
      }
    });
  }

  const form = h('form', {id: 'search', class: 'fields', onsubmit: (submission) => {
    submission.preventDefault();
    const words = [fields.id, fields.user, fields.status].map((field) => encodeURIComponent(field.value.trim()));
    const wanted = `#/search/${words.join('/')}`;
    if (wanted === location.hash) {
      start();
    } else {
      location.hash = wanted; // the results have an address of their own
    }
  }},
  h('label', {for: 'orderId'}, 'Order id (its transaction id)'), fields.id,
  h('label', {for: 'orderUser'}, 'User id'), fields.user,
  h('label', {for: 'orderStatus'}, 'State'), fields.status,
  h('div', {class: 'row'}, h('button', {type: 'submit', class: 'primary', id: 'find'}, 'Search')));
  view.append(h('h1', {}, 'Search'), h('section', {}, form), found.element);
  start();
  return () => { left = true; };
}
