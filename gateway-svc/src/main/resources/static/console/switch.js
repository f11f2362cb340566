// The switch that makes payments fail, for all users, until it is set back.

import {call} from './api.js';
import {attempt, every, h} from './dom.js';

const GATEWAY = '/payment-service/payment-gateway';
const MODES = [
  ['APPROVE', 'Every card is charged.'],
  ['DECLINE', 'Every card is declined: sagas roll back.'],
  ['UNAVAILABLE', 'The bank does not respond: payment-svc retries, then sagas roll back.'],
  ['FLAKY', 'Calls fail at the failure rate; most succeed on a retry.'],
];

function put(settings) {
  return call('PUT', GATEWAY, settings);
}

export function gatewaySwitch(operator) {
  let turning = 0;
  const meaning = h('p', {id: 'meaning', role: 'status'});
  const radios = MODES.map(([mode]) => h('input', {
    type: 'radio', name: 'mode', id: `mode-${mode}`, value: mode, disabled: !operator, onchange: () => set(),
  }));
  const latency = h('input', {id: 'latency', type: 'number', min: 0, max: 60000, step: 50, value: 0, disabled: !operator, onchange: () => set()});
  const rate = h('input', {id: 'rate', type: 'number', min: 0, max: 100, step: 5, value: 0, disabled: !operator, onchange: () => set()});

  function show(settings) {
    radios.forEach((radio) => { radio.checked = radio.value === settings.mode; });
    if (document.activeElement !== latency) {
      latency.value = settings.latencyMillis;
    }
    if (document.activeElement !== rate) {
      rate.value = Math.round(settings.failureRate * 100);
    }
    const text = MODES.find(([mode]) => mode === settings.mode)[1];
    if (meaning.textContent !== text) {
      meaning.textContent = text;
    }
  }

  async function set() {
    const mode = radios.find((radio) => radio.checked)?.value || 'APPROVE';
    turning += 1;
    await attempt(async () => show(await put({mode, latencyMillis: Number(latency.value), failureRate: Number(rate.value) / 100})));
    turning -= 1;
  }

  const element = h('section', {},
    h('fieldset', {class: 'switch'},
      h('legend', {}, 'Payments'),
      h('div', {class: 'modes'}, MODES.map(([mode], at) => [radios[at], h('label', {for: `mode-${mode}`}, mode.toLowerCase())])),
      meaning,
      h('div', {class: 'row'}, h('label', {for: 'latency'}, 'Latency, ms'), latency),
      h('div', {class: 'row'}, h('label', {for: 'rate'}, 'Failure rate, % (flaky)'), rate),
      operator ? null : h('p', {}, 'Only operators can change this.')));
  const close = operator
    ? every(3000, async () => {
      try {
        const settings = await call('GET', GATEWAY);
        if (turning === 0) {
          show(settings);
        }
      } catch (refused) {
        meaning.textContent = refused.message;
      }
    })
    : () => {};
  return {element, close};
}
