// The question before an action that changes the system, and its reason for the audit.

import {h} from './dom.js';

const LONGEST_REASON = 500;
const IN_A_HEADER = '[\\x20-\\x7e\\xa0-\\xff]*';

/**
 * Opens a dialog. Resolves to null if the user goes back, otherwise to the reason, which is empty if none was asked for or
 * entered.
 *
 * `reason` is "required", "optional" or null. `header` is true if the reason is sent in X-Reason, which takes Latin letters
 * only. `details` are elements below the question.
 */
export function confirmed(question, action, {reason = null, header = false, details = []} = {}) {
  const opener = document.activeElement?.getAttribute('aria-label');
  return new Promise((decide) => {
    const why = reason && h('input', {
      id: 'why', maxlength: LONGEST_REASON, autocomplete: 'off', autofocus: true,
      required: reason === 'required',
      pattern: header ? IN_A_HEADER : null,
      title: header ? 'Latin letters, digits and plain punctuation' : null,
    });
    const yes = () => {
      if (why) {
        why.value = why.value.trim();
      }
      if (!why || why.reportValidity()) {
        dialog.close('yes');
      }
    };
    const dialog = h('dialog', {'aria-labelledby': 'question'},
      h('p', {id: 'question'}, question),
      details,
      why ? h('label', {for: 'why'}, reason === 'required' ? 'Reason, for the audit' : 'Reason, for the audit (optional)') : null,
      why,
      h('div', {class: 'row'},
        h('button', {type: 'button', class: 'danger', onclick: yes}, action),
        h('button', {type: 'button', autofocus: !why, onclick: () => dialog.close('no')}, 'Go back')));
    dialog.addEventListener('close', () => {
      dialog.remove();
      if (document.activeElement === document.body && opener) { // a live page has replaced the button meanwhile
        document.querySelector(`[aria-label="${CSS.escape(opener)}"]`)?.focus();
      }
      decide(dialog.returnValue === 'yes' ? (why?.value || '') : null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
