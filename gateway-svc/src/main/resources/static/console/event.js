// The event behind an arrow: its JSON and its cause.

import {h} from './dom.js';

/** Creates a panel for one event of a saga. `entries` are all known events; `onChoice` is called after each choice. */
export function eventPanel(id, entries, onChoice) {
  const element = h('section', {class: 'detail', id: 'detail', 'aria-live': 'polite'},
    h('p', {class: 'empty'}, 'Choose an arrow to see its event.'));
  const panel = {element, chosen: null, choose};

  function choose(entry) {
    panel.chosen = entry.eventId;
    element.replaceChildren(
      h('h2', {}, entry.type),
      h('p', {}, because(entry)),
      h('pre', {tabindex: 0, role: 'region', 'aria-label': 'The event as JSON'}, JSON.stringify(cloudEvent(id, entry), null, 2)));
    onChoice();
  }

  function because(entry) {
    const cause = entries.find((other) => other.eventId === entry.causationId);
    if (cause) {
      return ['Caused by ', h('button', {type: 'button', class: 'text', onclick: () => choose(cause)}, cause.type)];
    }
    return entry.causationId ? 'Caused by an event that order-svc has not consumed.' : 'Caused by a request or a deadline.';
  }

  return panel;
}

/** Returns the event as it is in Kafka, without its trace. */
function cloudEvent(id, entry) {
  return {
    specversion: '1.0',
    id: entry.eventId,
    source: entry.source,
    type: entry.type,
    subject: id,
    time: entry.time,
    datacontenttype: 'application/json',
    ...(entry.causationId ? {causationid: entry.causationId} : {}),
    data: entry.data,
  };
}
