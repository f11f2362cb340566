// The shop: what there is, an order, and the switch that makes payments fail.

import {call, session, stream} from './api.js';
import {attempt, every, h, number, say} from './dom.js';

const JSON_OF_BOOKS = [
  ['CATALOG-001', {name: 'The Silmarillion', unitPrice: 2400, stock: 40}],
  ['CATALOG-002', {name: 'The Hobbit', unitPrice: 1500, stock: 100}],
  ['CATALOG-003', {name: 'Roverandom', unitPrice: 900, stock: 3}],
];
const MODES = [
  ['APPROVE', 'Every card is charged.'],
  ['DECLINE', 'Every card is declined: sagas roll back.'],
  ['UNAVAILABLE', 'The bank does not answer: tried again, then rolled back.'],
  ['FLAKY', 'As many calls fail as the failure rate says; retries mend most.'],
];
const TOKENS = [
  ['', 'as the switch says'],
  ['tok_approve', 'approved'],
  ['tok_decline', 'declined'],
  ['tok_unavailable', 'bank unavailable'],
  ['tok_slow', 'approved after 3 s'],
];

function key() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function putGateway(settings) {
  return call('PUT', '/payment-service/payment-gateway', settings);
}

function place(lines, paymentToken) {
  const order = paymentToken ? {lines, paymentToken} : {lines};
  return call('POST', `/order-service/${session.user}/orders`, order, {'Idempotency-Key': key()});
}

function watch(order, why = '') {
  location.hash = `#/saga/${encodeURIComponent(order.userId)}/${order.orderId}${why}`;
}

/** Sets every card to be declined, orders one, shows the saga, and sets back what was before. */
async function rollback(products) {
  const product = products.find((one) => one.available > 0);
  if (!product) {
    throw new Error('There is nothing to order. Stock some books first.');
  }
  const before = await call('GET', '/payment-service/payment-gateway');
  await putGateway({mode: 'DECLINE', latencyMillis: 400, failureRate: 0});
  try {
    const order = await place([{productId: product.productId, qty: 1}]);
    watch(order, '/rollback');
    for (let look = 0; look < 40; look += 1) {
      const {status} = await call('GET', `/order-service/${order.userId}/orders/${order.orderId}`);
      if (status === 'CANCELLED' || status === 'CONFIRMED') {
        break;
      }
      await new Promise((wake) => setTimeout(wake, 250));
    }
  } finally {
    await putGateway(before);
  }
}

export function shop(view) {
  let products = [];
  const operator = session.who.operator;
  const shelf = h('div', {id: 'shelf'}, h('p', {}, 'Looking at the shelf…'));
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

  function stock(product) {
    return call('PUT', `/inventory-service/products/${product.productId}`,
      {name: product.name, unitPrice: product.unitPrice, stock: product.available + 100});
  }

  function onShelf(now) {
    products = now;
    submit.disabled = now.length === 0;
    lines.querySelectorAll('select').forEach(options);
    if (now.length === 0) {
      shelf.replaceChildren(h('p', {class: 'empty'},
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
    shelf.replaceChildren(h('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Products'}, h('table', {},
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
          onclick: () => attempt(() => stock(product)),
        }, '+100') : null)))))));
  }

  const form = h('form', {id: 'order', onsubmit: (submission) => {
    submission.preventDefault();
    attempt(async () => {
      const ordered = [...lines.querySelectorAll('.line')].map((row) => ({
        productId: row.querySelector('select').value,
        qty: Number(row.querySelector('input').value),
      }));
      watch(await place(ordered, token.value));
    });
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
      h('button', {type: 'button', id: 'rollback', class: 'primary', disabled: !operator, onclick: () => attempt(() => rollback(products))}, 'Show me a rollback'),
      operator ? null : h('p', {}, 'Failing payments on purpose is for operators; a payment token of one order works for everybody.')),
    h('section', {}, h('h2', {}, 'On the shelf'), shelf),
    h('div', {class: 'columns'}, h('section', {}, form), toggle.element));
  line();
  const closeStock = stream('/inventory-service/products', {each: onShelf, failed: (refused) => say(refused.message, {error: true})});
  return () => {
    closeStock();
    toggle.close();
  };
}

function gatewaySwitch(operator) {
  let known = null;
  const meaning = h('p', {id: 'meaning', role: 'status'});
  const radios = MODES.map(([mode]) => h('input', {
    type: 'radio', name: 'mode', id: `mode-${mode}`, value: mode, disabled: !operator, onchange: () => set(),
  }));
  const latency = h('input', {id: 'latency', type: 'number', min: 0, max: 60000, step: 50, value: 0, disabled: !operator, onchange: () => set()});
  const rate = h('input', {id: 'rate', type: 'number', min: 0, max: 100, step: 5, value: 0, disabled: !operator, onchange: () => set()});

  function tell(settings) {
    known = settings;
    radios.forEach((radio) => { radio.checked = radio.value === settings.mode; });
    if (document.activeElement !== latency) {
      latency.value = settings.latencyMillis;
    }
    if (document.activeElement !== rate) {
      rate.value = Math.round(settings.failureRate * 100);
    }
    const text = MODES.find(([mode]) => mode === settings.mode)[1];
    if (meaning.textContent !== text) {
      meaning.textContent = text;
    }
  }

  function set() {
    const mode = radios.find((radio) => radio.checked)?.value || known.mode;
    attempt(async () => tell(await putGateway({mode, latencyMillis: Number(latency.value), failureRate: Number(rate.value) / 100})));
  }

  const element = h('section', {},
    h('fieldset', {class: 'switch'},
      h('legend', {}, 'Payments'),
      h('div', {class: 'modes'}, MODES.map(([mode], at) => [radios[at], h('label', {for: `mode-${mode}`}, mode.toLowerCase())])),
      meaning,
      h('div', {class: 'row'}, h('label', {for: 'latency'}, 'Latency, ms'), latency),
      h('div', {class: 'row'}, h('label', {for: 'rate'}, 'Failure rate, % (flaky)'), rate),
      operator ? null : h('p', {}, 'Only operators can turn this.')));
  const close = operator
    ? every(3000, async () => {
      try {
        tell(await call('GET', '/payment-service/payment-gateway'));
      } catch (refused) {
        meaning.textContent = refused.message;
      }
    })
    : () => {};
  return {element, close};
}
