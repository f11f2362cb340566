// The shop: the products, an order form, and the switch that makes payments fail.

import {call, session} from './api.js';
import {attempt, h, number, renew, showNotice} from './dom.js';
import {justPlaced} from './saga.js';
import {stream} from './stream.js';
import {gatewaySwitch} from './switch.js';

const JSON_OF_BOOKS = [
  ['CATALOG-001', {name: 'The Silmarillion', unitPrice: 2400, stock: 40}],
  ['CATALOG-002', {name: 'The Hobbit', unitPrice: 1500, stock: 100}],
  ['CATALOG-003', {name: 'Roverandom', unitPrice: 900, stock: 3}],
];
const TOKENS = [
  ['', 'as set by the switch'],
  ['tok_approve', 'approved'],
  ['tok_decline', 'declined'],
  ['tok_unavailable', 'bank unavailable'],
  ['tok_slow', 'approved after 3 s'],
];

function key() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function orders(user) {
  return `/order-service/${encodeURIComponent(user)}/orders`;
}

function place(order, idempotencyKey) {
  return call('POST', orders(session.user), order, {'Idempotency-Key': idempotencyKey});
}

function watch(order, why = '') {
  justPlaced(order);
  location.hash = `#/saga/${encodeURIComponent(order.userId)}/${order.orderId}${why}`;
  window.dispatchEvent(new HashChangeEvent('hashchange')); // now, because events are about to arrive
}

/** Places an order whose card is declined, and shows the saga. Other payments are not affected. */
async function rollback(products) {
  const product = products.find((one) => one.available > 0);
  if (!product) {
    throw new Error('There is nothing to order. Stock some books first.');
  }
  const lines = [{productId: product.productId, qty: 1}];
  watch(await place({lines, paymentToken: 'tok_decline'}, key()), '/rollback');
}

export function shop(view) {
  let products = [];
  let pending = {};
  const operator = session.who.operator;
  const shelf = h('div', {id: 'shelf'}, h('p', {}, 'Loading the products…'));
  const lines = h('div', {id: 'lines'});
  const token = h('select', {id: 'paymentToken'}, TOKENS.map(([value, text]) => h('option', {value}, text)));
  const submit = h('button', {type: 'submit', class: 'primary', disabled: true}, 'Order');

  function line() {
    const product = h('select', {'aria-label': 'Product', name: 'product'});
    options(product);
    const qty = h('input', {'aria-label': 'Quantity', name: 'qty', type: 'number', min: 1, max: 1000000, value: 1, required: true});
    const remove = h('button', {type: 'button', 'aria-label': 'Remove this line', onclick: () => {
      row.remove();
      lines.querySelector('select, button')?.focus();
    }}, '×');
    const row = h('div', {class: 'row line'}, product, qty, remove);
    lines.append(row);
  }

  function options(select) {
    const chosen = select.value;
    const known = [...select.options].map((option) => option.value);
    if (known.join() !== products.map((product) => product.productId).join()) {
      select.replaceChildren(...products.map((product) =>
        h('option', {value: product.productId, selected: product.productId === chosen}, `${product.name}`)));
    }
  }

  /** Adds 100 to the stock; sales at the same time are not lost. */
  function restock({productId}) {
    return call('POST', `/inventory-service/products/${productId}/restock`, {qty: 100});
  }

  function onShelf(now) {
    products = now;
    submit.disabled = now.length === 0;
    lines.querySelectorAll('select').forEach(options);
    if (now.length === 0) {
      renew(shelf, h('p', {class: 'empty'},
        'The shelf is empty. ',
        operator
          ? h('button', {type: 'button', id: 'stockBooks', onclick: () => attempt(async () => {
            for (const [id, book] of JSON_OF_BOOKS) {
              await call('PUT', `/inventory-service/products/${id}`, book);
            }
          })}, 'Stock three books')
          : 'An operator has to stock something first.'));
      return;
    }
    renew(shelf, h('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Products'}, h('table', {},
      h('thead', {}, h('tr', {},
        ['Product', 'Price', 'Available', 'Reserved or sold', ''].map((title) => h('th', {scope: 'col'}, title || h('span', {class: 'hidden'}, 'Actions'))))),
      h('tbody', {}, now.map((product) => h('tr', {'data-product': product.productId},
        h('th', {scope: 'row'}, product.name, h('small', {}, product.productId)),
        h('td', {}, number(product.unitPrice)),
        h('td', {class: 'available'}, number(product.available)),
        h('td', {}, number(product.reserved)),
        h('td', {}, operator ? h('button', {
          type: 'button',
          'aria-label': `Add 100 of ${product.name}`,
          onclick: () => attempt(() => restock(product)),
        }, '+100') : null)))))));
  }

  const form = h('form', {id: 'order', onsubmit: (submission) => {
    submission.preventDefault();
    const order = {lines: [...lines.querySelectorAll('.line')].map((row) => ({
      productId: row.querySelector('select').value,
      qty: Number(row.querySelector('input').value),
    }))};
    if (token.value) {
      order.paymentToken = token.value;
    }
    // The same order keeps its Idempotency-Key until there is a response.
    const text = JSON.stringify([session.user, order]);
    if (pending.text !== text) {
      pending = {text, key: key()};
    }
    submit.disabled = true;
    attempt(async () => {
      const placed = await place(order, pending.key);
      pending = {};
      watch(placed);
    }).finally(() => { submit.disabled = false; });
  }},
  h('h2', {}, 'Order'),
  lines,
  h('div', {class: 'row'}, h('button', {type: 'button', id: 'addLine', onclick: line}, 'Add a line')),
  h('div', {class: 'row'}, h('label', {for: 'paymentToken'}, 'Payment of this order'), token),
  h('div', {class: 'row'}, submit));

  const toggle = gatewaySwitch(operator);
  view.append(
    h('h1', {}, 'Shop'),
    h('section', {class: 'first'},
      h('p', {}, 'Each order is a saga over three services and three databases. Place one and watch it, or let one fail.'),
      h('button', {type: 'button', id: 'rollback', class: 'primary', onclick: ({currentTarget: button}) => {
        button.disabled = true;
        attempt(() => rollback(products)).finally(() => { button.disabled = false; });
      }}, 'Show me a rollback')),
    h('section', {}, h('h2', {}, 'On the shelf'), shelf),
    h('div', {class: 'columns'}, h('section', {}, form), toggle.element));
  line();
  const closeStock = stream('/inventory-service/products', {each: onShelf, failed: (refused) => showNotice(refused.message, {error: true})});
  return () => {
    closeStock();
    toggle.close();
  };
}
