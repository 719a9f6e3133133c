// Who one is. It is kept for this window only, so that two windows can be two people.

import { el, fill, icon } from './view.js';
import { labelled, wrongName } from './dialogs.js';

const KEPT = 'touchline.session';

/** What this window is signed in with: `{ user }` or `{ token }`; nothing yet. */
export function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT)) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keep(session) {
  sessionStorage.setItem(KEPT, JSON.stringify(session));
}

export function forget() {
  sessionStorage.removeItem(KEPT);
}

/** How people sign in at this server: by a name, or with a token of their application's. */
export async function settings() {
  const answer = await fetch('page/settings.json');
  if (!answer.ok) {
    throw new Error(`page/settings.json: ${answer.status}`);
  }
  return answer.json();
}

/** What a client asks for a token: for a name it is got anew each time; one that was pasted is there until it is refused. */
export function tokenOf(session) {
  if (session.token) {
    return why => {
      if (why === 'expiring') {
        throw new Error('there is no other token yet');
      }
      return why === 'first' ? session.token : null;
    };
  }
  return async () => {
    const answer = await fetch('dev/token', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ user: session.user }),
    });
    if (answer.ok) {
      return (await answer.json()).token;
    }
    const problem = await answer.json().catch(() => ({}));
    if (answer.status >= 400 && answer.status < 500) {
      session.problem = problem.detail;
      return null;
    }
    throw new Error(problem.detail ?? `dev/token: ${answer.status}`);
  };
}

/** The view in which somebody signs in; `onsession` gets what he signed in with. */
export function signInView({ names, problem, onsession }) {
  const form = names ? nameForm(onsession) : tokenForm(onsession);
  const other = el('div.sign-in-form');
  const view = el(
    'div.sign-in',
    {},
    el('div.sign-in-card', {}, el('span.mark', {}, icon('mark')), el('p.sign-in-title', { 'aria-hidden': 'true' }, 'Touchline'), form.element, other),
  );
  form.say(problem ?? '');
  if (names) {
    const button = el(
      'button.link',
      {
        type: 'button',
        onclick: () => {
          const byToken = tokenForm(onsession);
          fill(other, byToken.element);
          byToken.focus();
        },
      },
      'I have a token',
    );
    other.append(button);
  }
  return { element: view, focus: form.focus };
}

function nameForm(onsession) {
  const proposed = new URLSearchParams(location.search).get('as') ?? '';
  const input = el('input', {
    type: 'text',
    name: 'user',
    value: proposed,
    maxlength: '64',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
  });
  const field = labelled('Your name', input, 'Any name will do here, such as alice. Another window can be somebody else.');
  const submit = event => {
    event.preventDefault();
    const user = input.value.trim();
    field.say(wrongName(user));
    if (wrongName(user)) {
      input.focus();
    } else {
      onsession({ user });
    }
  };
  const element = el(
    'form.form.sign-in-form',
    { onsubmit: submit, novalidate: true },
    el('p.lead', {}, 'Sign in and start talking.'),
    field.element,
    el('button.button.primary.wide', { type: 'submit' }, 'Sign in'),
  );
  return { element, say: field.say, focus: () => input.focus() };
}

function tokenForm(onsession) {
  const input = el('input', { type: 'password', name: 'token', autocomplete: 'off', spellcheck: 'false' });
  const field = labelled(
    'Token',
    input,
    'It stays in this window, and is forgotten when you close it.',
  );
  const submit = event => {
    event.preventDefault();
    const token = input.value.trim().replace(/^Bearer\s+/iu, '');
    if (/^[\w-]+\.[\w-]+\.[\w-]+$/u.test(token)) {
      onsession({ token });
    } else {
      field.say('That is not a token: it has three parts, with a dot between them.');
      input.focus();
    }
  };
  const element = el(
    'form.form.sign-in-form',
    { onsubmit: submit, novalidate: true },
    el('p.lead', {}, 'This server takes tokens of the application that it belongs to. Copy yours from there and paste it here.'),
    field.element,
    el('button.button.primary.wide', { type: 'submit' }, 'Sign in'),
  );
  return { element, say: field.say, focus: () => input.focus() };
}
