// What opens on top of the page.

import { el, fill, icon, name, newId, openDialog, attempt, confirm, reason, toast } from './view.js';
import { ago, counted, time, wholeTime } from './text.js';
import { avatar, isMuted } from './list.js';
import { areNotificationsOn, canNotify, turnNotifications } from './attention.js';

const HOUR_MS = 3_600_000;
const USER = /^[A-Za-z0-9][A-Za-z0-9._~@:-]{0,63}$/;
const USER_RULE = 'A name has up to 64 letters, digits and . _ ~ @ : - and begins with a letter or digit.';

/** What is wrong with a user's id; nothing if it is fine. */
export function wrongName(user) {
  return USER.test(user) ? '' : USER_RULE;
}

/** A field with its label and what is wrong with it. */
export function labelled(label, field, hint) {
  const id = newId();
  field.id = id;
  const error = el('p.field-error', { id: newId(), role: 'alert' });
  const note = hint && el('p.field-hint', { id: newId() }, hint);
  field.setAttribute('aria-describedby', [error.id, note?.id].filter(Boolean).join(' '));
  field.classList.add('input');
  const element = el('div.labelled', {}, el('label', { for: id }, label), field, note, error);
  return {
    element,
    say(text) {
      fill(error, text);
      if (text) {
        field.setAttribute('aria-invalid', 'true');
      } else {
        field.removeAttribute('aria-invalid');
      }
    },
  };
}

function nameField(people, attributes = {}) {
  const list = el('datalist', { id: newId() }, people.known().map(user => el('option', { value: user })));
  const input = el('input', {
    type: 'text',
    list: list.id,
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    maxlength: '64',
    ...attributes,
  });
  return [input, list];
}

// ---- a new conversation

/** Resolves to nothing; `onmade` gets the channel. */
export function openNewConversation(chat, people, onmade) {
  openDialog({
    title: 'New conversation',
    content: (body, close) => {
      const chosen = [];
      const [input, list] = nameField(people, { 'data-focus': true, enterkeyhint: 'done' });
      const who = labelled('With', input, 'Their name, exactly as they sign in. Enter adds one; several make a group.');
      const chips = el('ul.chips', { 'aria-label': 'People so far', hidden: true });
      const title = el('input', { type: 'text', maxlength: '128', autocomplete: 'off', dir: 'auto' });
      const titled = labelled('Name of the group (optional)', title);
      const start = el('button.button.primary', { type: 'submit' }, 'Start');

      const render = () => {
        chips.hidden = chosen.length === 0;
        fill(
          chips,
          chosen.map(user =>
            el(
              'li.chip',
              {},
              avatar(user, user),
              el('span', { dir: 'auto' }, user),
              el(
                'button.chip-remove',
                {
                  type: 'button',
                  'aria-label': `Remove ${user}`,
                  onclick: () => {
                    chosen.splice(chosen.indexOf(user), 1);
                    render();
                    input.focus();
                  },
                },
                icon('close'),
              ),
            ),
          ),
        );
        titled.element.hidden = chosen.length < 2;
        fill(start, chosen.length < 2 ? 'Start' : `Start a group of ${chosen.length + 1}`);
      };
      const add = () => {
        const users = input.value.split(/[\s,;]+/u).filter(Boolean);
        const bad = users.find(wrongName) ?? users.find(user => user === chat.user);
        who.say(!bad ? '' : bad === chat.user ? 'You take part anyway: name somebody else.' : wrongName(bad));
        if (bad) {
          input.focus();
          return false;
        }
        users.filter(user => !chosen.includes(user)).forEach(user => chosen.push(user));
        input.value = '';
        render();
        return true;
      };
      input.addEventListener('keydown', event => {
        if ((event.key === 'Enter' || event.key === ',') && input.value.trim() !== '') {
          event.preventDefault();
          add();
        } else if (event.key === 'Backspace' && input.value === '' && chosen.length > 0) {
          chosen.pop();
          render();
        }
      });
      const submit = async event => {
        event.preventDefault();
        if (!add()) {
          return;
        }
        if (chosen.length === 0) {
          who.say('Name somebody to talk to.');
          input.focus();
          return;
        }
        start.disabled = true;
        try {
          const made = await make(chat, chosen, title.value.trim());
          close();
          onmade(made);
        } catch (problem) {
          who.say(reason(problem));
          start.disabled = false;
        }
      };
      render();
      body.append(
        el('form.form', { onsubmit: submit, novalidate: true }, chips, who.element, list, titled.element, el('div.dialog-actions', {}, start)),
      );
    },
  });
}

function make(chat, users, title) {
  return users.length === 1 ? chat.direct(users[0]) : chat.create({ participants: users, ...(title && { name: title }) });
}

// ---- what there is to know and to set of a conversation

export function openDetails(channel, people, chat) {
  let off;
  openDialog({
    title: 'Details',
    kind: 'sheet',
    onclose: () => off(),
    content: (body, close) => {
      const isDirect = people.isDirect(channel);
      const head = el('div.details-head');
      const mute = el('section.section');
      const members = el('ul.people');
      const count = el('h3');
      const render = () => {
        const title = people.title(channel);
        fill(
          head,
          avatar(people.peer(channel) ?? channel.id, title, !isDirect),
          el('p.details-title', { dir: 'auto' }, title),
          el('p.details-since', {}, `Since ${wholeTime(channel.createdAt)}`),
        );
        fill(mute, muteChoice(channel));
        fill(count, counted(channel.participantCount, 'person', 'people'));
        fill(members, peopleRows(channel, people, chat));
      };
      render();
      body.append(head, mute);
      body.append(el('section.section', {}, count, members, !isDirect && addForm(channel, people)));
      if (!isDirect) {
        body.append(renameForm(channel));
        body.append(el('section.section', {}, leaveButton(channel, close)));
      }
      off = channel.on('change', what => (what.has('summary') || what.has('participants')) && keepingFocus(body, render));
      channel.loadParticipants().then(render, () => {}); // those who are known are shown
    },
  });
}

/** A drawing that takes the focused button away leaves the focus in the dialog. */
function keepingFocus(body, render) {
  const hadFocus = body.contains(document.activeElement);
  render();
  if (hadFocus && !body.contains(document.activeElement)) {
    body.querySelector('button')?.focus();
  }
}

function peopleRows(channel, people, chat) {
  const rows = channel.participants.map(({ user }) => {
    const isOnline = user === chat.user || people.isOnline(user);
    const seen = people.lastSeen(user);
    return el(
      'li.person',
      {},
      el('span.row-avatar', {}, avatar(user, user), isOnline && el('span.presence')),
      el('span.person-name', { dir: 'auto' }, user),
      el('span.person-note', {}, user === chat.user ? 'You' : isOnline ? 'Online' : seen ? `Seen ${ago(seen)}` : ''),
    );
  });
  const more = channel.participantCount - rows.length;
  return more > 0 && rows.length > 0 ? [...rows, el('li.person-more', {}, `and ${more} more`)] : rows;
}

function muteChoice(channel) {
  const button = (label, action) =>
    el('button.button.small', { type: 'button', onclick: () => attempt(action) }, label);
  if (isMuted(channel)) {
    const until = new Date(channel.mutedUntil);
    const isForEver = until.getFullYear() > new Date().getFullYear() + 10;
    return [
      el('h3', {}, 'Notifications'),
      el('p.section-note', {}, isForEver ? 'Muted.' : `Muted until ${wholeTime(until)}.`),
      el('div.buttons', {}, button('Unmute', () => channel.unmute())),
    ];
  }
  const inHours = hours => new Date(Date.now() + hours * HOUR_MS);
  return [
    el('h3', {}, 'Notifications'),
    el('p.section-note', {}, 'Mute this conversation'),
    el(
      'div.buttons',
      {},
      button('For an hour', () => channel.mute(inHours(1))),
      button('For 8 hours', () => channel.mute(inHours(8))),
      button('Until I unmute it', () => channel.mute()),
    ),
  ];
}

function addForm(channel, people) {
  const [input, list] = nameField(people);
  const field = labelled('Add somebody', input);
  const submit = async event => {
    event.preventDefault();
    const user = input.value.trim();
    field.say(wrongName(user));
    if (wrongName(user)) {
      input.focus();
      return;
    }
    try {
      await channel.add(user);
      input.value = '';
      toast(`${user} takes part now`);
    } catch (problem) {
      field.say(reason(problem));
    }
  };
  return el('form.inline-form', { onsubmit: submit, novalidate: true }, field.element, list, el('button.button', { type: 'submit' }, 'Add'));
}

function renameForm(channel) {
  const input = el('input', { type: 'text', maxlength: '128', value: channel.name ?? '', autocomplete: 'off', dir: 'auto' });
  const field = labelled('Name', input);
  const submit = async event => {
    event.preventDefault();
    field.say(input.value.trim() === '' ? 'Write a name first.' : '');
    if (input.value.trim() === '') {
      input.focus();
      return;
    }
    try {
      await channel.rename(input.value.trim());
      toast('Renamed');
    } catch (problem) {
      field.say(reason(problem));
    }
  };
  return el(
    'section.section',
    {},
    el('form.inline-form', { onsubmit: submit, novalidate: true }, field.element, el('button.button', { type: 'submit' }, 'Rename')),
  );
}

function leaveButton(channel, close) {
  const leave = async () => {
    const isWanted = await confirm({
      title: 'Leave this conversation?',
      text: 'You will not get what is written from now on. Somebody who is still there can add you again.',
      action: 'Leave',
    });
    if (isWanted && (await attempt(() => channel.leave()))) {
      close();
    }
  };
  return el('button.button.danger-quiet', { type: 'button', onclick: leave }, icon('leave'), 'Leave the conversation');
}

// ---- why did Bob not get it?

const STATES = {
  read: { title: 'Read', text: () => '' },
  delivered: { title: 'Delivered', text: () => 'It is on their screen or device, not read yet.' },
  pushed: {
    title: 'Notified',
    text: at => `They were offline, so a notification went to their devices${at}. They get the message when they open the chat.`,
  },
  pending: { title: 'On its way', text: () => 'Nothing has confirmed it yet. It is tried until something does.' },
  none: { title: 'Not told yet', text: () => '' },
};

const REASONS = {
  muted: 'They have muted this conversation, so no notification was sent. They get the message when they open the chat.',
  'no-device': 'They were offline and have no device for notifications. They get the message when they open the chat.',
  rejected: 'They were offline, and the notification service refused the notification. They get the message when they open the chat.',
};

export function openDelivery(channel, message, onclose) {
  let off;
  openDialog({
    title: 'Who got it?',
    onclose: () => {
      off();
      onclose();
    },
    content: body => {
      const list = el('ul.deliveries');
      const note = el('p.section-note', { role: 'status' }, 'Looking…');
      const more = el('button.button', { type: 'button', hidden: true }, 'Show more');
      let next;
      const load = async cursor => {
        try {
          const page = await channel.delivery(message.sequence, cursor ? { cursor } : {});
          next = page.next;
          const rows = page.items.map(delivery);
          if (cursor) {
            list.append(...rows);
          } else {
            fill(list, rows);
          }
          more.hidden = next === undefined;
          fill(note, list.childElementCount === 0 ? 'Nobody else was here when it was sent.' : '');
        } catch (problem) {
          fill(note, reason(problem));
        }
      };
      more.addEventListener('click', () => load(next));
      off = channel.on('change', what => what.has('marks') && load());
      body.append(el('blockquote.quoted', { dir: 'auto' }, message.content), list, note, more);
      load();
    },
  });
}

function delivery({ user, state, reason: why, at }) {
  const { title, text } = STATES[state];
  const when = at ? ` at ${time(at)}` : '';
  const explained = REASONS[why] ?? text(when);
  return el(
    'li.delivery',
    {},
    avatar(user, user),
    el(
      'div',
      {},
      el('p.delivery-who', {}, el('strong', { dir: 'auto' }, user), el('span', { class: `delivery-state ${state}` }, title)),
      explained && el('p.delivery-why', {}, explained),
    ),
  );
}

// ---- oneself

export function openProfile(chat, { onsignout, onhelp, another }) {
  openDialog({
    title: 'You',
    kind: 'sheet start',
    content: (body, close) => {
      const switchId = newId();
      const toggle = el('button.switch', {
        type: 'button',
        role: 'switch',
        'aria-labelledby': switchId,
        'aria-checked': String(areNotificationsOn()),
        onclick: async () => toggle.setAttribute('aria-checked', String(await turnNotifications(!areNotificationsOn()))),
      });
      body.append(
        el('div.details-head', {}, avatar(chat.user, chat.user), el('p.details-title', { dir: 'auto' }, chat.user)),
        el(
          'ul.menu',
          {},
          canNotify() && el('li.menu-item', {}, icon('bell'), el('span', { id: switchId }, 'Notifications on this device'), toggle),
          el('li', {}, el('button.menu-item', { type: 'button', onclick: () => (close(), onhelp()) }, icon('keyboard'), 'Keyboard shortcuts')),
          another &&
            el(
              'li',
              {},
              el('a.menu-item', { href: another, target: '_blank', rel: 'noopener', onclick: close }, icon('window'), 'New window as somebody else'),
            ),
          el('li', {}, el('button.menu-item.danger-text', { type: 'button', onclick: () => (close(), onsignout()) }, icon('leave'), 'Sign out')),
        ),
      );
    },
  });
}

// ---- help

const IS_MAC = /Mac|iP(hone|ad)/u.test(navigator.platform);
const COMMAND = IS_MAC ? '⌘' : 'Ctrl';
const ALT = IS_MAC ? '⌥' : 'Alt';

const SHORTCUTS = [
  ['Anywhere', [
    [[COMMAND, 'K'], 'Find a conversation'],
    [[ALT, 'N'], 'New conversation'],
    [[ALT, '↓'], 'Next conversation'],
    [[ALT, '↑'], 'Previous conversation'],
    [[ALT, 'Shift', '↓'], 'Next with something unread'],
    [[ALT, 'I'], 'Details of this conversation'],
    [[COMMAND, '/'], 'This help'],
    [['Esc'], 'Close, or back to the list'],
  ]],
  ['Writing', [
    [['Enter'], 'Send'],
    [['Shift', 'Enter'], 'New line'],
    [['↑'], 'Edit your latest message, while the field is empty'],
    [['Esc'], 'Stop editing'],
  ]],
  ['Among the messages', [
    [[ALT, 'M'], 'To the messages'],
    [['↑', '↓'], 'Message by message'],
    [['Tab'], 'What can be done with a message'],
    [['End'], 'To the newest'],
  ]],
];

export function openHelp() {
  openDialog({
    title: 'Keyboard shortcuts',
    content: body =>
      body.append(
        ...SHORTCUTS.map(([title, keys]) =>
          el(
            'section.section',
            {},
            el('h3', {}, title),
            el(
              'dl.shortcuts',
              {},
              keys.map(([combination, what]) => el('div', {}, el('dt', {}, combination.map(key => el('kbd', {}, key))), el('dd', {}, what))),
            ),
          ),
        ),
      ),
  });
}
