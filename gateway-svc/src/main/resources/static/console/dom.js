// Elements and notices.

import {session} from './api.js';
import {shown} from './stream.js';

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

/** Creates an HTML element. Children are nodes or text; text is never parsed as HTML. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Creates an SVG element. */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Replaces the children. If an old child has the focus, the new child with the same id or label gets it. */
export function renew(place, ...children) {
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const name = focused && (focused.id ? `#${CSS.escape(focused.id)}` : `[aria-label="${CSS.escape(focused.getAttribute('aria-label') || '')}"]`);
  place.replaceChildren(...children);
  if (name) {
    (place.querySelector(name) || place.closest('section') || place).focus();
  }
}

const notice = document.getElementById('notice');
let hide;

/** Shows a notice above the page. An error stays until the next notice or until it is closed. */
export function showNotice(text, {error = false} = {}) {
  clearTimeout(hide);
  notice.className = error ? 'notice error' : 'notice';
  notice.replaceChildren(
    h('span', {}, text),
    h('button', {type: 'button', onclick: () => { notice.hidden = true; }}, 'Close'));
  notice.hidden = false;
  if (!error) {
    hide = setTimeout(() => { notice.hidden = true; }, 6000);
  }
}

/** Runs a user action and shows a notice if it fails. */
export async function attempt(work) {
  try {
    return await work();
  } catch (failure) {
    showNotice(failure.message, {error: true});
    return undefined;
  }
}

/**
 * Calls `work` now and then repeatedly, one call after the other, while the page is visible. Returns a function that
 * stops it.
 */
export function every(millis, work) {
  let on = true;
  const round = async () => {
    while (on) {
      await shown();
      await work();
      await new Promise((wake) => setTimeout(wake, millis));
    }
  };
  round();
  return () => { on = false; };
}

/**
 * Shows in `place` what `draw` makes of the answer of `read`, every 2 s and after each action. An older answer never
 * replaces a newer one, so after an action the page shows what the action, and those of other operators, left. While the
 * user reads details, only actions change the place.
 */
export function live(place, read, draw) {
  let begun = 0;
  let drawn = 0;
  const isRead = () => place.querySelector('details[open]') !== null;
  async function look({polled = false} = {}) {
    begun += 1;
    const turn = begun;
    const content = await read().then(draw).catch((refused) => h('p', {class: 'empty'}, refused.message));
    if (turn > drawn && !(polled && isRead())) {
      drawn = turn;
      renew(place, ...[content].flat());
    }
  }
  return {
    look,
    act: (work) => attempt(work).finally(() => look()),
    close: every(2000, async () => isRead() || look({polled: true})),
  };
}

const NUMBER = new Intl.NumberFormat('en');

export function number(value) {
  return value === null || value === undefined ? '–' : NUMBER.format(value);
}

/** Formats a number of things: "1 letter", "2 letters". */
export function counted(value, noun) {
  return `${number(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** Formats a duration in milliseconds for a person. */
export function duration(millis) {
  if (millis === null || millis === undefined) {
    return '–';
  }
  const [size, unit] = [[60000, 'min'], [1000, 's']].find(([least]) => millis >= least) || [1, 'ms'];
  const value = millis / size;
  return `${number(value < 10 && size > 1 ? Math.round(10 * value) / 10 : Math.round(value))} ${unit}`;
}

/** Formats the time of an event for a person, in the time zone of the browser. */
export function localTime(text) {
  return new Date(text).toLocaleString('en-GB');
}

/** If the user is not an operator, says so in the view and returns true. */
export function operatorsOnly(view, title) {
  if (!session.who.operator) {
    view.append(h('h1', {}, title), h('p', {class: 'empty'}, 'This view is for operators. Sign in with a token that has the role "ops".'));
  }
  return !session.who.operator;
}
