// The events of one saga on the screen, as they come in or played again.

import {h} from './dom.js';
import {age, draw, MEANING, widthOf} from './lanes.js';

const SLOWEST_STEP = 1200;
const QUICKEST_STEP = 250;

/** Shows `entries` in an svg and as sentences in a list; `panel` tells which one is chosen. */
export function film(entries, svg, told, panel) {
  let shown = 0;
  let playing = null;
  let width = null; // unknown until the frame was laid out
  let fresh = []; // events that came together are drawn together

  function redraw() {
    draw(svg, entries, shown, width ?? widthOf(svg.parentElement), panel);
    const ids = entries.slice(0, shown).map((entry) => entry.eventId);
    while (told.lastChild && ids[told.children.length - 1] !== told.lastChild.dataset.of) {
      told.lastChild.remove();
    }
    while (told.children.length < shown) {
      const entry = entries[told.children.length];
      told.append(h('li', {class: MEANING[entry.type][2], 'data-of': entry.eventId}, MEANING[entry.type][1], ' ', h('small', {}, `${age(entry, entries)} ms`)));
    }
  }

  /** One more event, once; while a saga is played again it has to wait for its turn. Answers whether it is new. */
  function add(entry) {
    if (entries.some((other) => other.eventId === entry.eventId)) {
      return false;
    }
    entries.push(entry);
    entries.sort((one, other) => Date.parse(one.time) - Date.parse(other.time));
    if (fresh.push(entry) === 1) {
      queueMicrotask(drawFresh);
    }
    return true;
  }

  function drawFresh() {
    if (!playing) {
      shown = entries.length;
      redraw();
      drawnAfter(fresh);
    }
    fresh = [];
  }

  /** For whoever measures: how long after its event an arrow was on the screen. */
  function drawnAfter(events) {
    requestAnimationFrame(() => setTimeout(() => {
      const now = Date.now();
      const told = events.map((entry) => `${entry.type}=${now - Date.parse(entry.time)} `);
      svg.dataset.drawnAfter = `${svg.dataset.drawnAfter || ''}${told.join('')}`;
    }));
  }

  /** To be told when the frame has another width, in pixels within its padding. */
  function resize(now) {
    width = now;
    redraw();
  }

  /** From the beginning, at the pace of the saga where a person can follow that. */
  function play() {
    clearTimeout(playing);
    shown = 0;
    const next = () => {
      shown += 1;
      redraw();
      if (shown < entries.length) {
        const pause = Date.parse(entries[shown].time) - Date.parse(entries[shown - 1].time);
        playing = setTimeout(next, Math.min(SLOWEST_STEP, Math.max(QUICKEST_STEP, pause)));
      } else {
        playing = null;
      }
    };
    playing = setTimeout(next, QUICKEST_STEP);
    redraw();
  }

  return {add, play, redraw, resize, close: () => clearTimeout(playing)};
}
