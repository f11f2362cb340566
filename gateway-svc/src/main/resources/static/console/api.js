// The caller, and calls through the gateway.

export const session = {
  token: storedValue('token') || '',
  user: storedValue('user') || 'ann',
  who: {asked: false, user: null, operator: true},
};

/** Returns a value stored for this window; null if there is none or if the browser blocks storage. */
function storedValue(name) {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}

function store(name, value) {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // the page works without it, until it is loaded again
  }
}

/** A refusal with a readable sentence. */
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
        ? 'The token is no longer valid. Sign in with a new one at the top.'
        : 'A token is required. Sign in with a token at the top.';
    case 'urn:saga:problem:forbidden':
      return 'This is for operators. Sign in with a token that has the role "ops".';
    case 'urn:saga:problem:over-capacity':
      return 'The system is at its capacity and stored nothing. Try again in a second.';
    case 'urn:saga:problem:too-many-requests':
      return `${problem.detail} Wait a second and try again.`;
    default:
      return problem.detail || `The response was ${status}. Try again. If it fails again, see the service's log.`;
  }
}

/** Adds the token, if there is one, to headers. */
export function headers(more) {
  return session.token ? {...more, Authorization: `Bearer ${session.token}`} : more;
}

/** Makes one call; returns the response's JSON, or null if it has no body. Throws Refused. */
export async function call(method, path, body, more = {}) {
  let answer;
  let json;
  try {
    answer = await fetch(path, {
      method,
      headers: headers(body === undefined ? more : {'Content-Type': 'application/json', ...more}),
      body: body === undefined ? undefined : JSON.stringify(body),
      keepalive: method === 'PUT', // also if the user leaves the page meanwhile
    });
    const text = await answer.text();
    json = text ? JSON.parse(text) : null;
  } catch {
    throw new Refused(0, {detail: 'The gateway does not respond. Is the system up? Try again in a moment.'});
  }
  if (!answer.ok) {
    throw new Refused(answer.status, json || {});
  }
  return json;
}

/** Returns the header with an operator's reason; none if it is empty. */
export function because(reason) {
  return reason ? {'X-Reason': reason} : {};
}

/** Reads the same path of each service. A service that refuses has the sentence in `refused`, and an empty `answer`. */
export function ofEachService(path) {
  return Promise.all(session.who.services.map(async (service) => {
    try {
      return {service, answer: await call('GET', `/${service}${path}`), refused: null};
    } catch (refused) {
      return {service, answer: [], refused: refused.message};
    }
  }));
}

/** Queries the user and rights of the token. A token that is no longer valid is dropped. */
export async function askWho() {
  try {
    session.who = await call('GET', '/who');
  } catch (refused) {
    if (refused.status !== 401) {
      throw refused;
    }
    signIn('');
    session.who = await call('GET', '/who');
    throw new Refused(401, {detail: 'The token is not valid: it has expired, or it is not for this system. Sign in with another one.'});
  }
  if (session.who.asked && session.who.user) {
    session.user = session.who.user;
  }
}

export function signIn(token) {
  session.token = token.trim();
  store('token', session.token);
}

export function orderAs(user) {
  session.user = user;
  store('user', user);
}
