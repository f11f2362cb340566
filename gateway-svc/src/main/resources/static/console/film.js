// The events of one saga on the screen, live or replayed.

import {h} from './dom.js';
import {age, draw, MEANING, widthOf} from './lanes.js';

const SLOWEST_STEP = 1200;
const QUICKEST_STEP = 250;

/** Shows `entries` in an svg and as sentences in a list; `panel` holds the chosen one. */
export function film(entries, svg, list, panel) {
  let shown = 0;
  let playing = null;
  let width = null; // unknown until the frame is laid out
  let fresh = []; // events that arrive together are drawn together

  function redraw() {
    draw(svg, entries, shown, width ?? widthOf(svg.parentElement), panel);
    const ids = entries.slice(0, shown).map((entry) => entry.eventId);
    while (list.lastChild && ids[list.children.length - 1] !== list.lastChild.dataset.of) {
      list.lastChild.remove();
    }
    while (list.children.length < shown) {
      const entry = entries[list.children.length];
      list.append(h('li', {class: MEANING[entry.type][2], 'data-of': entry.eventId}, MEANING[entry.type][1], ' ', h('small', {}, `${age(entry, entries)} ms`)));
    }
  }

  /** Adds an event once; during a replay it is shown in its turn. Returns true if it is new. */
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

  /** Records for measurements how long after its event an arrow was on the screen. */
  function drawnAfter(events) {
    requestAnimationFrame(() => setTimeout(() => {
      const now = Date.now();
      const delays = events.map((entry) => `${entry.type}=${now - Date.parse(entry.time)} `);
      svg.dataset.drawnAfter = `${svg.dataset.drawnAfter || ''}${delays.join('')}`;
    }));
  }

  /** Redraws for a new width of the frame, in pixels within its padding. */
  function resize(now) {
    width = now;
    redraw();
  }

  /** Replays from the beginning, at the pace of the saga within limits that a person can follow. */
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
