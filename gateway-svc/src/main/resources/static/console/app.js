// The frame: the shown view, the caller, and the state of the connection.

import {askWho, orderAs, session, signIn} from './api.js';
import {audit} from './audit.js';
import {attempt, h, showNotice} from './dom.js';
import {fleet} from './fleet.js';
import {saga} from './saga.js';
import {search} from './search.js';
import {shop} from './shop.js';
import {watchLink} from './stream.js';

const VIEWS = {shop, saga, search, fleet, audit};
const LINK = {
  idle: ['', ''],
  live: ['live', 'Live'],
  lost: ['lost', 'Connection lost. Trying again…'],
};
const view = document.getElementById('view');
const link = document.getElementById('link');
let leave = () => {};
let shown = null;

function parts(hash) {
  try {
    return hash.replace(/^#\//, '').split('/').map(decodeURIComponent);
  } catch {
    return [''];
  }
}

function show() {
  shown = location.hash;
  const [name, ...rest] = parts(location.hash);
  const chosen = Object.hasOwn(VIEWS, name) ? name : 'shop';
  leave();
  document.querySelectorAll('nav a').forEach((tab) => {
    const current = tab.getAttribute('href') === `#/${chosen}`;
    if (current) {
      tab.setAttribute('aria-current', 'page');
    } else {
      tab.removeAttribute('aria-current');
    }
  });
  view.replaceChildren();
  document.title = `${chosen[0].toUpperCase()}${chosen.slice(1)} · Saga console`;
  leave = VIEWS[chosen](view, rest) || (() => {});
}

function whoForm(refusal) {
  const form = document.getElementById('who');
  const {asked, user, operator} = session.who;
  const field = asked
    ? h('input', {id: 'token', type: 'password', autocomplete: 'off', placeholder: user ? '' : 'paste a token'})
    : h('input', {id: 'user', value: session.user, maxlength: 64, pattern: '[A-Za-z0-9._\\-]{1,64}', required: true});
  const text = asked && user ? `Signed in as ${user}${operator ? ', operator' : ''}.` : refusal;
  form.replaceChildren(
    h('label', {for: field.id}, asked ? 'Token' : 'Order as'),
    field,
    h('button', {type: 'submit'}, asked ? 'Sign in' : 'Use'),
    h('span', {id: 'told', role: 'status'}, text));
  form.onsubmit = (submission) => {
    submission.preventDefault();
    attempt(async () => {
      if (asked) {
        signIn(field.value);
      } else {
        orderAs(field.value);
        showNotice(`Orders are now ${field.value}'s.`);
      }
      await begin();
    });
  };
}

async function begin() {
  let refusal = '';
  try {
    await askWho();
  } catch (refused) {
    refusal = refused.message; // shown beside the field, where a later notice of the view does not hide it
  }
  whoForm(refusal);
  show();
}

watchLink((state) => {
  const [name, text] = LINK[state];
  if (link.dataset.state !== name) {
    link.dataset.state = name;
    link.textContent = text;
  }
});
document.querySelector('.skip').addEventListener('click', (click) => {
  click.preventDefault();
  view.focus();
});
window.addEventListener('hashchange', () => {
  if (location.hash !== shown) {
    show();
    view.focus();
  }
});
begin();
