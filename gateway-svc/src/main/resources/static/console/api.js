// Calls through the gateway, and streams of events that heal by themselves.

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5000;

export const session = {
  token: sessionStorage.getItem('token') || '',
  user: sessionStorage.getItem('user') || 'ann',
  who: {asked: false, user: null, operator: true},
};

/** A refusal with a sentence for a person. */
export class Refused extends Error {
  constructor(status, problem) {
    super(sentence(status, problem));
    this.status = status;
    this.type = problem.type || '';
  }
}

function sentence(status, problem) {
  switch (problem.type) {
    case 'urn:saga:problem:unauthorized':
      return session.token
        ? 'The token does not hold any more. Sign in with a new one, at the top.'
        : 'Callers are asked who they are. Sign in with a token, at the top.';
    case 'urn:saga:problem:forbidden':
      return 'This is for operators. Sign in with a token that has the role "ops".';
    case 'urn:saga:problem:over-capacity':
      return 'The system is at its capacity and stored nothing. Try again in a second.';
    case 'urn:saga:problem:too-many-requests':
      return `${problem.detail} Wait a second and try again.`;
    default:
      return problem.detail || `The answer was ${status}. Try again; if it stays so, look into the service's log.`;
  }
}

function headers(more) {
  return session.token ? {...more, Authorization: `Bearer ${session.token}`} : more;
}

/** One call; the answer's JSON, or null where there is none. Throws Refused. */
export async function call(method, path, body, more = {}) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: headers(body === undefined ? more : {'Content-Type': 'application/json', ...more}),
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refused(0, {detail: 'The gateway does not answer. Is the system up? The page tries again by itself.'});
  }
  const text = await answer.text();
  const json = text ? JSON.parse(text) : null;
  if (!answer.ok) {
    throw new Refused(answer.status, json || {});
  }
  return json;
}

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
 * A stream of server-sent events, opened again after a loss, until it is closed.
 * `each` gets the data of one event; `again` is told before a stream is opened anew; `ended` when the server was done.
 */
export function stream(path, {each, again = () => {}, ended = () => {}, failed = () => {}, once = false}) {
  const closing = new AbortController();
  const key = Symbol(path);
  const run = async () => {
    let pause = FIRST_PAUSE;
    while (!closing.signal.aborted) {
      try {
        const answer = await fetch(path, {headers: headers({Accept: 'text/event-stream'}), signal: closing.signal});
        if (!answer.ok) {
          throw new Refused(answer.status, await answer.json().catch(() => ({})));
        }
        link(key, 'live');
        pause = FIRST_PAUSE;
        await read(answer.body, each);
        if (once) {
          ended();
          return;
        }
        continue; // the server ends a stream now and then, so that a token is looked at again
      } catch (failure) {
        if (closing.signal.aborted) {
          return;
        }
        if (failure instanceof Refused && failure.status >= 400 && failure.status < 500 && failure.status !== 429) {
          failed(failure);
          return;
        }
      }
      link(key, 'lost');
      await new Promise((wake) => setTimeout(wake, pause));
      pause = Math.min(LONGEST_PAUSE, pause * 2);
      again();
    }
  };
  run().finally(() => link(key, null));
  return () => {
    closing.abort();
    link(key, null);
  };
}

async function read(body, each) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const {done, value} = await reader.read();
    if (done) {
      return;
    }
    rest += value;
    const parts = rest.split('\n\n');
    rest = parts.pop();
    for (const part of parts) {
      const data = part.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5)).join('\n');
      if (data) {
        each(JSON.parse(data));
      }
    }
  }
}

export async function askWho() {
  session.who = await call('GET', '/who');
  if (session.who.asked && session.who.user) {
    session.user = session.who.user;
  }
}

export function signIn(token) {
  session.token = token.trim();
  sessionStorage.setItem('token', session.token);
}

export function orderAs(user) {
  session.user = user;
  sessionStorage.setItem('user', user);
}
