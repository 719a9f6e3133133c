// Who is who, and who is there.

import { listed } from './text.js';

const LOOK_MS = 20_000;
const MAX_USERS = 200;
const NAMED = 4;
const MAX_ASKED_AT_ONCE = 4;

/** What is known of people and of channels without a name. `onchange` is told when more is. */
export class People {
  #chat;
  #onchange;
  #presence = new Map();
  #members = new Map();
  #wanted = [];
  #asked = 0;
  #watched = new Set();
  #timer;

  constructor(chat, onchange) {
    this.#chat = chat;
    this.#onchange = onchange;
    this.#timer = setInterval(() => this.look(), LOOK_MS);
  }

  close() {
    clearInterval(this.#timer);
  }

  /** Who this user is. */
  get me() {
    return this.#chat.user;
  }

  // ---- names

  /** Whether it is of two people, for ever. */
  isDirect(channel) {
    return channel.id.startsWith('direct:');
  }

  /** The other one of a channel of two, as far as that is known. */
  peer(channel) {
    return this.isDirect(channel) ? this.#others(channel)?.[0] : undefined;
  }

  /** One of two people is called by the other one, or either could pass for somebody else. */
  #hasName(channel) {
    return channel.name && !this.isDirect(channel);
  }

  /** What to call a channel. */
  title(channel) {
    if (this.#hasName(channel)) {
      return channel.name;
    }
    const others = this.#others(channel);
    if (!others) {
      return this.isDirect(channel) ? 'Conversation' : 'Group';
    }
    if (others.length === 0) {
      return 'Just you';
    }
    return listed(others.slice(0, NAMED), Math.max(0, channel.participantCount - 1 - NAMED));
  }

  /** Asks who is in a channel, if its title needs it: called for what can be seen. */
  want(channel) {
    const known = this.#members.has(channel.id) || this.#others(channel);
    if (!this.#hasName(channel) && !known && !this.#wanted.includes(channel)) {
      this.#wanted.push(channel);
      this.#ask();
    }
  }

  /** Everybody who was met so far. */
  known() {
    const all = new Set();
    for (const channel of this.#chat.channels) {
      this.#others(channel)?.forEach(user => all.add(user));
    }
    return [...all].sort((one, other) => one.localeCompare(other));
  }

  #others(channel) {
    const users = channel.participants.length > 0 ? channel.participants.map(each => each.user) : this.#members.get(channel.id);
    if (users) {
      return users.filter(user => user !== this.#chat.user);
    }
    const last = channel.lastMessage;
    return this.isDirect(channel) && last && !last.own ? [last.sender] : undefined;
  }

  #ask() {
    while (this.#asked < MAX_ASKED_AT_ONCE && this.#wanted.length > 0) {
      const channel = this.#wanted.shift();
      this.#asked++;
      this.#chat.api
        .participants(channel.id, { limit: NAMED + 1 })
        .then(page => this.#members.set(channel.id, page.items.map(each => each.user)))
        .catch(() => {}) // it keeps its makeshift title, and is asked for when seen again
        .finally(() => {
          this.#asked--;
          this.#onchange();
          this.#ask();
        });
    }
  }

  // ---- presence

  isOnline(user) {
    return this.#presence.get(user)?.online ?? false;
  }

  lastSeen(user) {
    return this.#presence.get(user)?.lastSeen;
  }

  /** Looks after these from now on, and no others. */
  watch(users) {
    const wanted = new Set([...users].slice(0, MAX_USERS));
    const isNew = [...wanted].some(user => !this.#watched.has(user));
    this.#watched = wanted;
    if (isNew) {
      this.look();
    }
  }

  /** Somebody does something, so he is there. */
  seen(user) {
    if (this.#watched.has(user) && !this.isOnline(user)) {
      this.#presence.set(user, { user, online: true });
      this.#onchange();
    }
  }

  async look() {
    if (document.hidden || this.#watched.size === 0 || this.#chat.state.status !== 'online') {
      return;
    }
    try {
      const { items } = await this.#chat.api.presence([...this.#watched]);
      items.forEach(each => this.#presence.set(each.user, each));
      this.#onchange();
    } catch {
      // what was known stays; the next look tells more
    }
  }
}
