// Dead letters: a filter, and replay and discard of one letter or of all that match.

import {because, call, ofEachService} from './api.js';
import {confirmed} from './ask.js';
import {bulkReplay} from './bulk.js';
import {h, live, showNotice} from './dom.js';

const SHOWN = 20; // of each service

export function deadLetters() {
  const place = h('div', {id: 'letters'});
  const reason = h('input', {id: 'letterReason', maxlength: 500});
  const saga = h('input', {id: 'letterSaga', maxlength: 64});
  let filter = {};
  const list = live(place, () => ofEachService(`/dead-letters?${new URLSearchParams({limit: SHOWN, ...filter})}`), draw);
  const bulk = bulkReplay(() => list.look());

  function applyFilter() {
    filter = {
      ...(reason.value.trim() ? {reason: reason.value.trim()} : {}),
      ...(saga.value.trim() ? {transactionId: saga.value.trim()} : {}),
    };
    return list.look();
  }

  const form = h('form', {id: 'letterFilter', class: 'fields', onsubmit: (submission) => {
    submission.preventDefault();
    applyFilter();
  }},
  h('label', {for: reason.id}, 'Reason contains'), reason,
  h('label', {for: saga.id}, 'Saga (transaction id)'), saga,
  h('div', {class: 'row'},
    h('button', {type: 'submit', id: 'filterLetters'}, 'Filter'),
    h('button', {type: 'button', id: 'replayAll', onclick: () => {
      applyFilter();
      bulk.start(filter);
    }}, 'Replay all that match…')));

  function replay(letter) {
    list.act(async () => {
      const done = await call('POST', `/${letter.service}/dead-letters/${letter.id}/replay`);
      if (done.stoppedAt === null) {
        showNotice('Replayed, with all later letters of its saga.');
      } else {
        showNotice(`Replayed ${done.replayed}, then stopped at letter ${done.stoppedAt}: ${done.reason}`, {error: true});
      }
    });
  }

  async function discard(letter) {
    const why = await confirmed('Discard this letter? Its event will never take effect.', 'Discard', {reason: 'optional', header: true});
    if (why !== null) {
      await list.act(() => call('DELETE', `/${letter.service}/dead-letters/${letter.id}`, undefined, because(why)));
    }
  }

  function item(letter) {
    return h('li', {},
      h('strong', {}, `${letter.service}: ${letter.reason}`),
      h('small', {}, `${letter.topic}, partition ${letter.partition}, offset ${letter.offset}, saga `,
        letter.transactionId ? h('a', {href: `#/search/${letter.transactionId}`}, letter.transactionId) : 'unknown'),
      h('details', {}, h('summary', {}, 'Payload'), h('pre', {}, letter.payload)),
      h('div', {class: 'row'},
        h('button', {type: 'button', 'aria-label': `Replay letter ${letter.id} of ${letter.service}`, onclick: () => replay(letter)}, 'Replay'),
        h('button', {type: 'button', class: 'danger', 'aria-label': `Discard letter ${letter.id} of ${letter.service}`, onclick: () => discard(letter)}, 'Discard')));
  }

  function draw(services) {
    const found = services.flatMap(({service, answer}) => answer.map((letter) => ({...letter, service})));
    const refusals = services.filter(({refused}) => refused).map(({service, refused}) => h('p', {class: 'empty'}, `${service}: ${refused}`));
    const more = services.filter(({answer}) => answer.length === SHOWN).map(({service}) => service);
    const none = Object.keys(filter).length === 0 ? 'No dead letters: every event was handled.' : 'No dead letter matches.';
    return [
      ...refusals,
      ...(found.length > 0 ? [h('ul', {class: 'letters'}, found.map(item))] : []),
      ...(found.length === 0 && refusals.length === 0 ? [h('p', {class: 'empty'}, none)] : []),
      ...(more.length > 0 ? [h('p', {class: 'empty'}, `The ${SHOWN} oldest of ${more.join(', ')} are shown; there may be more.`)] : []),
    ];
  }

  return {
    element: h('div', {}, form, bulk.element, place),
    close: () => {
      list.close();
      bulk.close();
    },
  };
}
