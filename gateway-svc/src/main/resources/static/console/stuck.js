// Sagas without progress, and the nudge.

import {call} from './api.js';
import {h, live, showNotice} from './dom.js';
import {pageOf} from './orders.js';

const STUCK_AFTER = 'PT10S';

export function stuckSagas() {
  const place = h('div', {id: 'stuck'});
  const list = live(place, read, draw);

  async function read() {
    const lists = await Promise.all(['PENDING', 'CANCELLING'].map((status) =>
      call('GET', `/order-service/sagas?status=${status}&olderThan=${STUCK_AFTER}&limit=20`)));
    return lists.flat();
  }

  function nudge(saga) {
    list.act(async () => {
      await call('POST', `/order-service/sagas/${saga.transactionId}/nudge`);
      showNotice('Nudged: its last event is published again.');
    });
  }

  function draw(sagas) {
    return sagas.length === 0
      ? h('p', {class: 'empty'}, 'No saga has been without progress for 10 s.')
      : h('ul', {class: 'orders'}, sagas.map((saga) => h('li', {},
        h('span', {class: `badge ${saga.status}`}, saga.status),
        ' ', h('a', {href: pageOf(saga.userId, saga.transactionId)}, saga.transactionId),
        ` nudged ${saga.nudges} times `,
        h('button', {type: 'button', 'aria-label': `Nudge ${saga.transactionId}`, onclick: () => nudge(saga)}, 'Nudge'))));
  }

  return {place, close: list.close};
}
