// Replays all dead letters that match. A service replays a bounded number per call, so the page calls it again.

import {because, call, session} from './api.js';
import {confirmed} from './ask.js';
import {attempt, counted, h, number, showNotice} from './dom.js';

const SHOWN = 10;

function replay(service, request, reason = '') {
  return call('POST', `/${service}/dead-letters/replay`, request, because(reason));
}

function count(answer) {
  return `${counted(answer.letters, 'letter')} of ${counted(answer.sagas.length, 'saga')}${answer.more ? ', and further sagas' : ''}`;
}

function name(service, saga) {
  return `${service}, ${saga.transactionId ? `saga ${saga.transactionId}` : `letter ${saga.firstId}`}`;
}

/** Creates the progress of bulk replays. `onChange` is called after each call that may have changed letters. */
export function bulkReplay(onChange) {
  let running = false;
  let stopped = false;
  const state = h('p', {id: 'bulkState', role: 'status'});
  const failures = h('ul', {class: 'orders', id: 'bulkFailures'});
  const stop = h('button', {type: 'button', id: 'stopReplay', hidden: true, onclick: () => {
    stopped = true;
    stop.hidden = true;
    state.textContent = 'Stopping after the call that is running…';
  }}, 'Stop');

  function show(text, failed) {
    state.textContent = text;
    failures.replaceChildren(
      ...[...failed].slice(0, SHOWN).map(([saga, why]) => h('li', {}, `${saga}: ${why}`)),
      ...(failed.size > SHOWN ? [h('li', {}, `and ${number(failed.size - SHOWN)} more`)] : []));
  }

  /** Calls one service until each saga was tried once, or until the operator stops it. */
  async function replayAll(service, filter, reason, progress) {
    for (let after = 0; after !== null && !stopped;) {
      const done = await replay(service, {...filter, dryRun: false, after}, reason).finally(onChange);
      progress.replayed += done.replayed;
      done.sagas.forEach((saga) => {
        progress.failed.delete(name(service, saga));
        if (saga.stoppedAt !== null) {
          progress.failed.set(name(service, saga), saga.reason);
        }
      });
      after = done.next;
      if (!stopped) {
        show(`Replaying letters of ${service}: ${number(progress.replayed)} replayed so far.`, progress.failed);
      }
    }
  }

  async function run(services, filter, reason) {
    const progress = {replayed: 0, failed: new Map()};
    let end = '';
    stopped = false;
    stop.hidden = false;
    show('Replaying…', progress.failed);
    try {
      for (const service of services) {
        await replayAll(service, filter, reason, progress);
      }
    } catch (refused) {
      end = ` Stopped: ${refused.message}`;
    }
    stop.hidden = true;
    show([
      `${counted(progress.replayed, 'letter')} replayed.`,
      progress.failed.size > 0 ? `${counted(progress.failed.size, 'saga')} stopped at a letter that failed again.` : '',
      stopped ? 'Stopped by you; the other letters stay.' : '',
    ].join(' ').trim() + end, progress.failed);
  }

  /** Shows the dry run's answer; replays after a confirmation. */
  async function start(filter) {
    if (running) {
      return;
    }
    running = true;
    await attempt(async () => {
      const found = (await Promise.all(session.who.services.map(async (service) => ({service, answer: await replay(service, {...filter, dryRun: true})}))))
        .filter(({answer}) => answer.sagas.length > 0);
      if (found.length === 0) {
        showNotice('No dead letter matches: there is nothing to replay.');
        return;
      }
      const reason = await confirmed(
        'The dry run found these letters. Replay them, saga by saga, each saga from its first letter?', 'Replay',
        {reason: 'optional', header: true, details: h('ul', {id: 'dryRun'}, found.map(({service, answer}) => h('li', {}, `${service}: ${count(answer)}`)))});
      if (reason !== null) {
        await run(found.map(({service}) => service), filter, reason);
      }
    });
    running = false;
  }

  return {
    element: h('div', {}, state, failures, h('div', {class: 'row'}, stop)),
    start,
    close: () => { stopped = true; },
  };
}
