// Small tools for building the page. Text is only ever put in as text: nothing here takes mark-up.

const SVG = 'http://www.w3.org/2000/svg';

/** An element: `el('button.primary', { type: 'button', onclick }, 'Send')`. Children are nodes or texts; none are passed over. */
export function el(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name);
  if (classes.length > 0) {
    element.className = classes.join(' ');
  }
  for (const [attribute, value] of Object.entries(attributes)) {
    if (attribute.startsWith('on')) {
      element.addEventListener(attribute.slice(2), value);
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(attribute, value === true ? '' : value);
    }
  }
  element.append(...present(children));
  return element;
}

/** Puts these in place of all that an element holds. */
export function fill(element, ...children) {
  element.replaceChildren(...present(children));
  return element;
}

function present(children) {
  return children.flat().filter(child => child !== null && child !== undefined && child !== false && child !== '');
}

/** A decoration: what it means has to be said beside it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

export function iconButton(name, label, attributes = {}) {
  return el('button.icon-button', { type: 'button', 'aria-label': label, title: label, ...attributes }, icon(name));
}

/** Heard, not seen. */
export function spoken(text) {
  return el('span.sr-only', {}, text);
}

/** A name amid other text, whichever way it is written. */
export function name(text) {
  return el('bdi', {}, text);
}

let numbers = 0;

/** An id for an element that another one points to. */
export function newId() {
  return `e${++numbers}`;
}

/**
 * A dialog on top of everything, with what `content` puts into it, and a function that closes it. The focus goes into it
 * and comes back by itself; Escape and a click beside it close it.
 */
export function openDialog({ title, kind = 'card', content, onclose }) {
  const id = newId();
  const close = () => dialog.close();
  const body = el('div.dialog-body');
  const dialog = el(
    'dialog',
    { class: `dialog ${kind}`, 'aria-labelledby': id },
    el(
      'div.dialog-frame',
      {},
      el('header.dialog-head', {}, el('h2', { id }, title), iconButton('close', 'Close', { onclick: close })),
      body,
    ),
  );
  dialog.addEventListener('pointerdown', event => {
    if (event.target === dialog) {
      close();
    }
  });
  dialog.addEventListener('close', () => {
    dialog.remove();
    onclose?.();
  });
  content(body, close);
  if (!body.querySelector('button, a, input')) {
    body.setAttribute('tabindex', '0'); // so that the keys can scroll it
  }
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector('[data-focus]')?.focus();
  return close;
}

/** Asks before something that cannot be undone; resolves to whether it is wanted. */
export function confirm({ title, text, action }) {
  return new Promise(resolve => {
    let answer = false;
    openDialog({
      title,
      kind: 'card small',
      onclose: () => resolve(answer),
      content: (body, close) =>
        body.append(
          el('p', {}, text),
          el(
            'div.dialog-actions',
            {},
            el('button.button', { type: 'button', 'data-focus': true, onclick: close }, 'Cancel'),
            el(
              'button.button.danger',
              {
                type: 'button',
                onclick: () => {
                  answer = true;
                  close();
                },
              },
              action,
            ),
          ),
        ),
    });
  });
}

const TOAST_MS = 6000;

/** Says something at the edge of the page for a while. */
export function toast(text) {
  const message = el('p.toast', {}, text);
  document.getElementById('toasts').append(message);
  setTimeout(() => message.remove(), TOAST_MS);
}

/** Does what was asked for, and says why if that fails; whether it was done. */
export async function attempt(task) {
  try {
    await task();
    return true;
  } catch (problem) {
    toast(reason(problem));
    return false;
  }
}

/** What went wrong, for people. */
export function reason(problem) {
  if (problem.status === 0) {
    return 'The server cannot be reached just now. Try again in a moment.';
  }
  const [first] = problem.errors ?? [];
  const said = first ? `${first.field}: ${first.message}` : problem.detail || problem.message;
  return said || 'That did not work. Try again in a moment.';
}

/** Calls once for many calls, before the next time that the page is painted. */
export function batched(task) {
  let waiting = false;
  return () => {
    if (!waiting) {
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        task();
      });
    }
  };
}

/** Calls when nobody has called for so long. */
export function afterPause(ms, task) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(task, ms);
  };
}
