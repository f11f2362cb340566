// Streams of server-sent events that heal by themselves.

import {headers, Refused} from './api.js';

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5000;
const SILENCE = 40000; // a stream says something every 15 s

const open = new Map();
let onLink = () => {};

/** Tells whether all streams that are wanted are open. */
export function watchLink(listener) {
  onLink = listener;
}

function link(key, state) {
  if (state === null) {
    open.delete(key);
  } else {
    open.set(key, state);
  }
  onLink(open.size === 0 ? 'idle' : [...open.values()].every((one) => one === 'live') ? 'live' : 'lost');
}

/**
 * A stream of server-sent events, opened again after a loss, until it is closed; put down while nobody looks at the page.
 * `each` gets the data of one event; `ended` is told when the server is done with a stream that is wanted `once`;
 * `failed` gets a refusal, which ends it.
 */
export function stream(path, {each, ended = () => {}, failed = () => {}, once = false}) {
  const key = Symbol(path);
  let closed = false;
  let abort = () => {};
  const onVisibility = () => document.hidden && abort();
  const run = async () => {
    let pause = FIRST_PAUSE;
    while (!closed) {
      if (document.hidden) { // to await even what is done would let the page be drawn first
        await shown();
      }
      try {
        await read(path, (aborting) => { abort = aborting; }, () => {
          link(key, 'live');
          pause = FIRST_PAUSE;
        }, each);
        if (once && !closed) {
          ended();
          return;
        }
        continue; // the server ends a stream now and then, so that a token is looked at again
      } catch (failure) {
        if (closed || document.hidden) {
          continue;
        }
        if (failure instanceof Refused && failure.status >= 400 && failure.status < 500) {
          failed(failure);
          return;
        }
      }
      link(key, 'lost');
      await new Promise((wake) => setTimeout(wake, pause));
      pause = Math.min(LONGEST_PAUSE, pause * 2);
    }
  };
  document.addEventListener('visibilitychange', onVisibility);
  run().finally(() => link(key, null));
  return () => {
    closed = true;
    document.removeEventListener('visibilitychange', onVisibility);
    abort();
    link(key, null);
  };
}

/** Once the page is looked at. */
export function shown() {
  return document.hidden
    ? new Promise((wake) => document.addEventListener('visibilitychange', wake, {once: true}))
    : Promise.resolve();
}

/** One connection, to its end; cut off where it is silent for too long. */
async function read(path, onAbort, onOpen, each) {
  const connection = new AbortController();
  onAbort(() => connection.abort());
  let silence;
  const listen = () => {
    clearTimeout(silence);
    silence = setTimeout(() => connection.abort(), SILENCE);
  };
  try {
    listen();
    const answer = await fetch(path, {headers: headers({Accept: 'text/event-stream'}), signal: connection.signal});
    if (!answer.ok) {
      throw new Refused(answer.status, await answer.json().catch(() => ({})));
    }
    onOpen();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const {done, value} = await reader.read();
      if (done) {
        return;
      }
      listen();
      const parts = (rest + value).split('\n\n');
      rest = parts.pop();
      parts.forEach((part) => tell(part, each));
    }
  } finally {
    clearTimeout(silence);
  }
}

function tell(part, each) {
  const data = part.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5)).join('\n');
  if (data) {
    try {
      each(JSON.parse(data));
    } catch (fault) {
      console.error(fault); // a fault of the page, not of the line
    }
  }
}
