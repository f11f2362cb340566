// Who is asking, and calls through the gateway.

export const session = {
  token: recalled('token') || '',
  user: recalled('user') || 'ann',
  who: {asked: false, user: null, operator: true},
};

/** What was remembered for this window; null if a browser that blocks storage keeps nothing. */
function recalled(name) {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}

function remember(name, value) {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // the page works without it, until it is loaded again
  }
}

/** A refusal with a sentence for a person. */
export class Refused extends Error {
  constructor(status, problem) {
    super(sentence(status, problem));
    this.status = status;
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

/** Headers with the token, where there is one. */
export function headers(more) {
  return session.token ? {...more, Authorization: `Bearer ${session.token}`} : more;
}

/** One call; the answer's JSON, or null where there is none. Throws Refused. */
export async function call(method, path, body, more = {}) {
  let answer;
  let json;
  try {
    answer = await fetch(path, {
      method,
      headers: headers(body === undefined ? more : {'Content-Type': 'application/json', ...more}),
      body: body === undefined ? undefined : JSON.stringify(body),
      keepalive: method === 'PUT', // also when the page is left meanwhile
    });
    const text = await answer.text();
    json = text ? JSON.parse(text) : null;
  } catch {
    throw new Refused(0, {detail: 'The gateway does not answer. Is the system up? Try again in a moment.'});
  }
  if (!answer.ok) {
    throw new Refused(answer.status, json || {});
  }
  return json;
}

/** Asks what the token is good for; one that does not hold any more is dropped. */
export async function askWho() {
  try {
    session.who = await call('GET', '/who');
  } catch (refused) {
    if (refused.status !== 401) {
      throw refused;
    }
    signIn('');
    session.who = await call('GET', '/who');
    throw new Refused(401, {detail: 'The token does not hold: it has expired, or is not for this system. Sign in with another one.'});
  }
  if (session.who.asked && session.who.user) {
    session.user = session.who.user;
  }
}

export function signIn(token) {
  session.token = token.trim();
  remember('token', session.token);
}

export function orderAs(user) {
  session.user = user;
  remember('user', user);
}
