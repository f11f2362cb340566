// The relays of each service: who leads, what waits, and the pause.

import {call, ofEachService} from './api.js';
import {confirmed} from './ask.js';
import {duration, h, live, localTime, number, showNotice} from './dom.js';

const CHANGES = {
  pause: {
    title: 'Pause',
    question: (service) => `Pause the relay of ${service}? Its events wait on every instance until an operator resumes it, and orders that need them are cancelled after some time.`,
    reason: 'required',
    done: (service) => `The relay of ${service} is paused.`,
  },
  resume: {
    title: 'Resume',
    question: (service) => `Resume the relay of ${service}? The events that waited are published in their order.`,
    reason: 'optional',
    done: (service) => `The relay of ${service} is resumed.`,
  },
};

export function relays() {
  const place = h('div', {id: 'relays'}, h('p', {}, 'Querying the relays…'));
  const list = live(place, () => ofEachService('/relay'), draw);

  async function change(service, verb) {
    const {title, question, reason, done} = CHANGES[verb];
    const why = await confirmed(question(service), title, {reason});
    if (why !== null) {
      await list.act(async () => {
        await call('POST', `/${service}/relay/${verb}`, why ? {reason: why} : {});
        showNotice(done(service));
      });
    }
  }

  function button(service, paused) {
    const verb = paused ? 'resume' : 'pause';
    const {title} = CHANGES[verb];
    return h('button', {type: 'button', 'aria-label': `${title} the relay of ${service}`, onclick: () => change(service, verb)}, title);
  }

  function rows({service, answer, refused}) {
    if (refused) {
      return [h('tr', {}, h('th', {scope: 'row'}, service), h('td', {colspan: 7}, refused))];
    }
    const paused = answer.some((shard) => shard.paused);
    return answer.map((shard, at) => h('tr', {'data-relay': service},
      h('th', {scope: 'row'}, service),
      h('td', {}, number(shard.shard)),
      h('td', {}, h('span', {class: `badge ${shard.paused ? 'CANCELLED' : 'CONFIRMED'}`}, shard.paused ? 'paused' : 'runs')),
      h('td', {class: 'wrap'}, shard.leader ?? 'none leads now'),
      h('td', {}, shard.leadsSince ? localTime(shard.leadsSince) : '–'),
      h('td', {class: 'depth'}, number(shard.depth)),
      h('td', {class: 'oldest'}, duration(shard.oldestMillis)),
      at === 0 ? h('td', {rowspan: answer.length}, button(service, paused)) : null));
  }

  function draw(services) {
    const paused = services.filter(({answer}) => answer.some((shard) => shard.paused)).map(({service}) => service);
    return [
      paused.length === 0 ? null : h('p', {class: 'alarm'}, `Paused: ${paused.join(', ')}. Events wait in the outbox until an operator resumes the relay.`),
      h('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Relays'}, h('table', {},
        h('thead', {}, h('tr', {}, ['Service', 'Shard', 'Relay', 'Leader', 'Leads since', 'Depth', 'Oldest event', 'Action'].map((title) => h('th', {scope: 'col'}, title)))),
        h('tbody', {}, services.flatMap(rows)))),
    ].filter((child) => child !== null);
  }

  return {place, close: list.close};
}
