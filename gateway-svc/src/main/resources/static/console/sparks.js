// Small curves of the last 15 minutes.

import {duration, h, number, s} from './dom.js';
import {quantile, refusedPerSecond, sagasPerSecond, SPAN} from './series.js';

const WIDTH = 240;
const HEIGHT = 40;
const GAP = 20000; // nobody looked, so the line is interrupted

function perSecond(value) {
  return value < 10 ? value.toFixed(1) : number(Math.round(value));
}

function ofSeconds(value) {
  return duration(1000 * value);
}

/** Per curve: its id, name, value of a point (null if there is none), and the text of a value. */
const CURVES = [
  ['sagas', 'Sagas per second', sagasPerSecond, perSecond],
  ['median', 'Final after, median', (point) => quantile(0.5, point.counts), ofSeconds],
  ['p99', 'Final after, p99', (point) => quantile(0.99, point.counts), ofSeconds],
  ['age', 'Oldest event in an outbox', (point) => point.age, ofSeconds],
  ['lag', 'Consumer lag', (point) => point.lag, number],
  ['refused', 'Refused requests per second', refusedPerSecond, perSecond],
];

/** Splits points into lines: a point without a value, or a pause, ends a line. */
function lines(points, of) {
  const all = [];
  let before = null;
  for (const point of points) {
    const value = of(point);
    if (value !== null) {
      if (before === null || point.at - before > GAP) {
        all.push([]);
      }
      all.at(-1).push([point.at, value]);
    }
    before = value === null ? null : point.at;
  }
  return all;
}

function curve([id, name, of, text]) {
  const values = h('span', {class: 'values'}, 'gathering…');
  const svg = s('svg', {class: 'spark', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': name, preserveAspectRatio: 'none'});
  const element = h('figure', {id: `curve-${id}`}, h('figcaption', {}, name, values), svg);

  function draw(points, at) {
    const drawn = lines(points, of);
    const all = drawn.flat().map(([, value]) => value);
    if (all.length === 0) {
      values.textContent = points.length === 0 ? 'gathering…' : 'no saga ended';
      svg.replaceChildren();
      return;
    }
    const most = all.reduce((top, value) => Math.max(top, value), 0);
    const place = ([time, value]) => `${(WIDTH * (1 - (at - time) / SPAN)).toFixed(1)},${(HEIGHT - 2 - (HEIGHT - 4) * value / (most || 1)).toFixed(1)}`;
    values.textContent = `${text(all.at(-1))}, at most ${text(most)}`;
    svg.setAttribute('aria-label', `${name} over the last 15 minutes: last ${text(all.at(-1))}, at most ${text(most)}`);
    svg.replaceChildren(...drawn.map((line) =>
      s('polyline', {points: (line.length > 1 ? line : [...line, ...line]).map(place).join(' ')}))); // a single one is a dot
  }

  return {element, draw};
}

/** Creates the curves. `draw` gets the points of a series, and the time now. */
export function sparks() {
  const curves = CURVES.map(curve);
  return {
    element: h('div', {class: 'sparks'}, curves.map(({element}) => element)),
    draw: (points, at) => curves.forEach((one) => one.draw(points, at)),
  };
}
