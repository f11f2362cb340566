// The events of one saga on the screen, as they come in or played again.

import {h} from './dom.js';
import {age, draw, MEANING} from './lanes.js';

const SLOWEST_STEP = 1200;
const QUICKEST_STEP = 250;

/** Shows `entries` in an svg and as sentences in a list; `panel` tells which one is chosen. */
export function film(entries, svg, told, panel) {
  let shown = 0;
  let playing = null;

  function redraw() {
    draw(svg, entries, shown, panel);
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
    if (!playing) {
      shown = entries.length;
      redraw();
      drawnAfter(entry);
    }
    return true;
  }

  /** For whoever measures: how long after its event an arrow was on the screen. */
  function drawnAfter(entry) {
    const event = Date.parse(entry.time);
    requestAnimationFrame(() => setTimeout(() => {
      svg.dataset.drawnAfter = `${svg.dataset.drawnAfter || ''}${entry.type}=${Date.now() - event} `;
    }));
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

  return {add, play, redraw, close: () => clearTimeout(playing)};
}
