// Streams of server-sent events that reconnect by themselves.

import {headers, Refused} from './api.js';

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5000;
const SILENCE = 40000; // a stream sends a comment every 15 s

const open = new Map();
let onLink = () => {};

/** Sets the listener for the state of the streams: idle, live (all are open) or lost. */
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
 * Opens a stream of server-sent events and reopens it after a loss, until it is closed. The stream pauses while the
 * page is hidden. `each` gets the data of one event. `ended` is called when the server ends a stream with `once`.
 * `failed` gets a refusal (4xx), which ends the stream.
 */
export function stream(path, {each, ended = () => {}, failed = () => {}, once = false}) {
  const key = Symbol(path);
  let closed = false;
  let abort = () => {};
  const onVisibility = () => document.hidden && abort();
  const run = async () => {
    let pause = FIRST_PAUSE;
    while (!closed) {
      if (document.hidden) { // without this check, even a resolved promise would let the page be drawn first
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
        continue; // the server ends streams regularly, so that tokens are checked again
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

/** Resolves when the page is visible. */
export function shown() {
  return document.hidden
    ? new Promise((wake) => document.addEventListener('visibilitychange', wake, {once: true}))
    : Promise.resolve();
}

/** Reads one connection to its end; aborts it after 40 s of silence. */
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
      parts.forEach((part) => dispatch(part, each));
    }
  } finally {
    clearTimeout(silence);
  }
}

function dispatch(part, each) {
  const data = part.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5)).join('\n');
  if (data) {
    try {
      each(JSON.parse(data));
    } catch (fault) {
      console.error(fault); // a fault of the page, not of the connection
    }
  }
}
