// An order as an item of a list.

import {h} from './dom.js';

/** Returns the address of an order's page. */
export function pageOf(userId, orderId) {
  return `#/saga/${encodeURIComponent(userId)}/${encodeURIComponent(orderId)}`;
}

/** Creates a list item with a link to the order's page. `time` is the text of its time. */
export function orderItem(order, time, current = false) {
  return h('li', {},
    h('a', {href: pageOf(order.userId, order.orderId), 'aria-current': current ? 'true' : null},
      h('span', {class: `badge ${order.status}`}, order.status),
      ` ${order.lines.map((line) => `${line.productId} × ${line.qty}`).join(', ')} `,
      h('small', {}, time)));
}
