// The page: who is signed in, what is open, and what the keys do.

import { Touchline } from '../touchline.js';
import { announce, notify, showUnread, silence, withdraw } from './attention.js';
import { Conversation } from './conversation.js';
import { openHelp, openNewConversation, openProfile } from './dialogs.js';
import { ChannelList, isMuted } from './list.js';
import { People } from './people.js';
import { forget, keep, kept, settings, signInView, tokenOf } from './signin.js';
import { afterPause, batched, el, fill, icon, reason, toast } from './view.js';

const app = document.getElementById('app');
const narrow = matchMedia('(max-width: 760px)');

/** Shorter breaks are not worth a word. */
const STATE_PAUSE_MS = 1200;

let page;
let names = false;

class Page {
  #chat;
  #people;
  #list;
  #conversation;
  #opening = 0;
  #drafts = new Map();
  #main = el('div.main-frame');
  #retitle = batched(() => this.#showUnread());
  #lookAfter = afterPause(150, () => this.#watch());
  #sayState = afterPause(STATE_PAUSE_MS, () => this.#list.say(...stateText(this.#chat.state)));
  #listeners = new AbortController();

  constructor(chat) {
    this.#chat = chat;
    this.#people = new People(chat, () => this.#onPeople());
    this.#list = new ChannelList(chat, this.#people, {
      onnew: () => this.#newConversation(),
      onprofile: () => this.#profile(),
    });
    this.#list.onseen = () => this.#lookAfter();
    chat.on('channels', () => this.#onChannels());
    chat.on('change', (channel, what) => this.#onChange(channel, what));
    chat.on('message', (message, channel) => this.#onMessage(message, channel));
    chat.on('event', ({ type, target }, { id }) => type === 'message.deleted' && withdraw(id, shown => shown === target));
    chat.on('typing', ({ user }) => this.#people.seen(user));
    chat.on('left', channel => this.#onLeft(channel));
    chat.on('reset', channel => channel === this.#conversation?.channel && this.#show(channel));
    chat.on('state', () => this.#onState());
    this.#listen(window, 'hashchange', () => this.#route());
    this.#listen(window, 'focus', () => this.#onAttention());
    this.#listen(document, 'visibilitychange', () => this.#onAttention());
    this.#listen(window, 'blur', () => this.#conversation?.onInattention());
    this.#listen(document, 'keydown', event => this.#onKey(event));
    fill(app, this.#list.element, this.#main);
    this.#route();
    this.#retitle();
  }

  #listen(target, event, listener) {
    target.addEventListener(event, listener, { signal: this.#listeners.signal });
  }

  /** Takes everything away. */
  close() {
    this.#listeners.abort();
    this.#people.close();
    this.#list.close();
    this.#conversation?.close();
    this.#chat.close();
    document.querySelectorAll('dialog').forEach(dialog => dialog.close());
    silence();
  }

  // ---- what is open

  #route() {
    const id = channelIn(location.hash);
    if (id === undefined) {
      this.#showNothing();
    } else {
      this.#open(id);
    }
  }

  async #open(id) {
    const opening = ++this.#opening;
    try {
      const channel = this.#chat.channel(id) ?? (await this.#chat.open(id));
      if (opening === this.#opening) {
        await this.#show(channel);
      }
    } catch (problem) {
      if (opening === this.#opening) {
        toast(problem.status === 404 ? 'You are not in that conversation.' : reason(problem));
        location.hash = '#/';
      }
    }
  }

  async #show(channel) {
    this.#conversation?.close();
    const conversation = new Conversation(this.#chat, this.#people, channel, this.#drafts, {
      onback: () => (location.hash = '#/'),
      isAttentive: () => isAttentive(),
      onread: () => this.#retitle(),
    });
    this.#conversation = conversation;
    app.dataset.view = 'conversation';
    fill(this.#main, conversation.element);
    this.#list.mark(channel.id);
    conversation.focus();
    this.#retitle();
    await conversation.open();
    this.#lookAfter();
  }

  #showNothing() {
    this.#opening++;
    const last = this.#conversation?.channel.id;
    this.#conversation?.close();
    this.#conversation = undefined;
    app.dataset.view = 'list';
    fill(this.#main, this.#nothing());
    this.#list.mark(undefined);
    if (last !== undefined) {
      this.#list.focus(last);
    }
    this.#retitle();
  }

  #nothing() {
    const isFirst = this.#chat.channels.length === 0;
    return el(
      'div.nothing',
      {},
      el('span.mark', {}, icon('mark')),
      el('h2', {}, isFirst ? `Welcome, ${this.#chat.user}` : 'Pick a conversation'),
      el('p', {}, isFirst ? 'Start a conversation with somebody: what you write is there at once.' : 'Or start a new one.'),
      el('button.button.primary', { type: 'button', onclick: () => this.#newConversation() }, 'New conversation'),
      names &&
        isFirst &&
        el(
          'p.nothing-hint',
          {},
          'Nobody else here yet? ',
          el('a', { href: './', target: '_blank', rel: 'noopener' }, 'Open a second window'),
          ' and sign in as somebody else.',
        ),
    );
  }

  // ---- what happens

  #onChannels() {
    this.#list.update();
    this.#retitle();
    if (!this.#conversation && this.#main.querySelector('.nothing')) {
      fill(this.#main, this.#nothing());
    }
  }

  #onChange(channel, what) {
    this.#list.update();
    if (channel === this.#conversation?.channel) {
      this.#conversation.update(what);
      if (what.has('participants')) {
        this.#lookAfter();
      }
    }
    if (what.has('summary')) {
      withdraw(channel.id, shown => channel.left || shown <= channel.read);
      this.#retitle();
    }
  }

  #onMessage(message, channel) {
    const title = this.#people.title(channel);
    const isOpen = channel === this.#conversation?.channel;
    this.#people.seen(message.sender);
    if (isOpen) {
      this.#conversation.onMessage(message);
      announce(`${message.sender}: ${message.content ?? ''}`);
    }
    if (isMuted(channel)) {
      return;
    }
    if (!isOpen) {
      announce(title === message.sender ? `New message from ${title}` : `New message from ${message.sender} in ${title}`);
    }
    if (!isAttentive()) {
      notify(message, title, () => (location.hash = `#/c/${encodeURIComponent(channel.id)}`));
    }
  }

  #onLeft(channel) {
    this.#list.update();
    if (channel === this.#conversation?.channel) {
      document.querySelectorAll('dialog').forEach(dialog => dialog.close());
      toast(`You are no longer in ${this.#people.title(channel)}.`);
      location.hash = '#/';
    }
  }

  #onPeople() {
    this.#list.update();
    this.#conversation?.update(new Set());
    this.#retitle();
  }

  #onState() {
    const { status, reason: why } = this.#chat.state;
    if (status === 'closed') {
      if (why === 'signed-out') {
        signOut('Your sign-in has ended. Sign in again to go on.');
      } else {
        this.#sayState();
      }
      return;
    }
    if (status === 'online') {
      this.#list.say('');
      this.#lookAfter();
    }
    this.#sayState();
  }

  #onAttention() {
    if (isAttentive()) {
      this.#conversation?.onAttention();
      this.#people.look();
    }
  }

  /** Asks whether those are there whom the page shows. */
  #watch() {
    this.#people.watch(new Set([...(this.#conversation?.users ?? []), ...this.#list.peers()]));
  }

  #showUnread() {
    const channel = this.#conversation?.channel;
    showUnread(this.#chat.unread, channel ? this.#people.title(channel) : '');
  }

  // ---- what is asked for

  #newConversation() {
    openNewConversation(this.#chat, this.#people, channel => (location.hash = `#/c/${encodeURIComponent(channel.id)}`));
  }

  #profile() {
    openProfile(this.#chat, { onsignout: () => signOut(), onhelp: openHelp, another: names ? './' : undefined });
  }

  #onKey(event) {
    if (event.isComposing || document.querySelector('dialog')) {
      return;
    }
    const action = this.#shortcut(event);
    if (action) {
      event.preventDefault();
      action();
    }
  }

  #shortcut(event) {
    const { altKey, shiftKey, key, code } = event;
    const command = event.ctrlKey || event.metaKey;
    if (key === 'Escape' && this.#conversation) {
      return () => this.#toList();
    }
    if (command && !altKey && !shiftKey) {
      return { k: () => this.#list.focusSearch(), '/': openHelp }[key.toLowerCase()];
    }
    if (!altKey || command) {
      return undefined;
    }
    if (shiftKey) {
      return code === 'ArrowDown' ? () => this.#goTo(this.#list.neighbour(1, true)) : undefined;
    }
    return {
      KeyN: () => this.#newConversation(),
      KeyI: () => this.#conversation?.details(),
      KeyM: () => this.#conversation?.focusMessages(),
      ArrowDown: () => this.#goTo(this.#list.neighbour(1)),
      ArrowUp: () => this.#goTo(this.#list.neighbour(-1)),
    }[code];
  }

  #goTo(channel) {
    if (channel) {
      location.hash = `#/c/${encodeURIComponent(channel.id)}`;
    }
  }

  #toList() {
    if (narrow.matches) {
      location.hash = '#/';
    } else {
      this.#list.focus(this.#conversation.channel.id);
    }
  }
}

/** Which channel an address names; nothing if it is none that this page has made. */
function channelIn(hash) {
  const [, id] = /^#\/c\/(.+)$/u.exec(hash) ?? [];
  try {
    return id && decodeURIComponent(id);
  } catch {
    return undefined;
  }
}

function isAttentive() {
  return document.visibilityState === 'visible' && document.hasFocus();
}

function stateText({ status, reason: why }) {
  switch (status) {
    case 'online':
      return [''];
    case 'polling':
      return ['Connected, with a few seconds of delay', 'calm'];
    case 'closed':
      return [why === 'forbidden' ? 'You were disconnected. Reload the page to try again.' : 'Disconnected. Reload the page to go on.', 'bad'];
    case 'waiting':
      return [navigator.onLine ? 'Connection lost. Trying again…' : 'You are offline. What you write is sent later.', 'bad'];
    default:
      return ['Connecting…', 'calm'];
  }
}

// ---- signing in and out

function showSignIn(problem) {
  page = undefined;
  app.dataset.view = 'sign-in';
  const view = signInView({ names, problem, onsession: enter });
  fill(app, view.element);
  view.focus();
}

function showLoading() {
  app.dataset.view = 'loading';
  const note = el('p', { role: 'status' });
  fill(app, el('div.loading', {}, el('span.mark', {}, icon('mark')), note));
  return text => fill(note, text);
}

/** Signs in with a name or a token, and shows the chats. */
async function enter(session) {
  const say = showLoading();
  const chat = new Touchline({ token: tokenOf(session) });
  const off = chat.on('state', state => state.status === 'waiting' && say('The server cannot be reached. Trying again…'));
  try {
    await chat.connect();
  } catch (problem) {
    chat.close();
    forget();
    showSignIn(session.problem ?? (session.token ? 'That token was not accepted. It may have ended.' : reason(problem)));
    return;
  } finally {
    off();
  }
  keep(session);
  if (location.search !== '') {
    history.replaceState(null, '', `./${location.hash}`);
  }
  page = new Page(chat);
}

function signOut(problem) {
  forget();
  page.close();
  history.replaceState(null, '', './');
  showSignIn(problem);
}

async function begin() {
  const say = showLoading();
  try {
    ({ names } = await settings());
  } catch {
    say('The server cannot be reached. Reload the page to try again.');
    return;
  }
  const session = kept();
  if (session) {
    await enter(session);
  } else {
    showSignIn();
  }
}

begin();
