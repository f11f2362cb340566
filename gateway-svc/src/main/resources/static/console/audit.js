// The audit: what operators did, of all services, newest first.

import {call, session} from './api.js';
import {attempt, h, localTime, operatorsOnly} from './dom.js';

const PAGE = 50;
const MOST = 1000;
const SAGA = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** The audits of all services as one list. Each service's list is newest first and is read page by page. */
function oneList() {
  const sources = session.who.services.map((service) => ({service, waiting: [], after: null, ended: false, refused: null}));

  async function fill(source) {
    try {
      const after = source.after === null ? '' : `&after=${source.after}`;
      const page = await call('GET', `/${source.service}/audit?limit=${PAGE}${after}`);
      source.waiting = page.map((entry) => ({...entry, service: source.service, at: Date.parse(entry.time)}));
      source.after = page.at(-1)?.id;
      source.ended = page.length < PAGE;
    } catch (refused) {
      source.refused = refused.message;
      source.ended = true;
    }
  }

  /** Returns the next entries, at most a page; fewer only at the end. */
  async function next() {
    const found = [];
    while (found.length < PAGE) {
      await Promise.all(sources.filter((source) => source.waiting.length === 0 && !source.ended).map(fill));
      const [newest] = sources.filter((source) => source.waiting.length > 0)
        .sort((one, other) => other.waiting[0].at - one.waiting[0].at);
      if (!newest) {
        break;
      }
      found.push(newest.waiting.shift());
    }
    return found;
  }

  return {
    next,
    isOver: () => sources.every((source) => source.ended && source.waiting.length === 0),
    refusals: () => sources.filter((source) => source.refused).map(({service, refused}) => `${service}: ${refused}`),
  };
}

function target(entry) {
  const [saga] = entry.target.match(SAGA) || [];
  return saga ? h('a', {href: `#/search/${saga}`}, entry.target) : entry.target;
}

function row(entry) {
  return h('tr', {},
    h('td', {}, h('time', {datetime: entry.time}, localTime(entry.time))),
    h('td', {}, entry.service),
    h('td', {class: 'wrap'}, entry.subject),
    h('td', {}, entry.action),
    h('td', {class: 'wrap'}, target(entry)),
    h('td', {class: 'wrap'}, entry.reason ?? '–'),
    h('td', {class: 'wrap'}, entry.result));
}

export function audit(view) {
  if (operatorsOnly(view, 'Audit')) {
    return () => {};
  }
  let list = oneList();
  let reading = false;
  const rows = h('tbody', {id: 'entries'});
  const state = h('p', {id: 'auditState', role: 'status'}, 'Reading the audits…');
  const more = h('button', {type: 'button', id: 'more', hidden: true, onclick: () => read()}, 'Show older entries');
  const again = h('button', {type: 'button', id: 'again', onclick: () => {
    if (!reading) {
      list = oneList();
      rows.replaceChildren();
      read();
    }
  }}, 'Read again');

  function read() {
    if (reading) {
      return;
    }
    reading = true;
    attempt(async () => {
      rows.append(...(await list.next()).map(row));
      const count = rows.childElementCount;
      const full = count >= MOST;
      more.hidden = full || list.isOver();
      state.textContent = [
        count === 0 && list.refusals().length === 0 ? 'No operator has done anything yet.' : count === 1 ? '1 entry is shown.' : `${count} entries are shown.`,
        full ? 'This page shows no more; older entries are at /audit of each service.' : '',
        ...list.refusals(),
      ].join(' ');
    }).finally(() => { reading = false; });
  }

  view.append(h('h1', {}, 'Audit'),
    h('section', {},
      h('div', {class: 'row'}, again, state),
      h('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Actions of operators, newest first'}, h('table', {},
        h('thead', {}, h('tr', {}, ['Time', 'Service', 'Who', 'What', 'Target', 'Reason', 'Result'].map((title) => h('th', {scope: 'col'}, title)))),
        rows)),
      h('div', {class: 'row'}, more)));
  read();
  return () => {};
}
