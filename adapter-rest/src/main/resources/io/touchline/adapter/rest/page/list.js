// The list of channels.

import { el, fill, icon, iconButton, newId, spoken, batched } from './view.js';
import { initials, isEmoji, listed, oneLine, shortTime, tone, wholeTime } from './text.js';

const NEAR_END = 600;

/** The left side: who one is, and one's channels. */
export class ChannelList {
  #chat;
  #people;
  #rows = new Map();
  #open;
  #seen;
  #list = el('ul.channels', { 'aria-label': 'Conversations', onkeydown: event => this.#onKey(event) });
  #search = el('input.search-field', {
    type: 'search',
    placeholder: 'Find a conversation',
    'aria-label': 'Find a conversation',
    autocomplete: 'off',
    spellcheck: 'false',
    oninput: () => this.#render(),
    onkeydown: event => this.#onSearchKey(event),
  });
  #nothing = el('p.list-note', { hidden: true });
  #state = el('p.connection', { role: 'status' });
  #scroller = el('div.list-scroller', {}, this.#list, this.#nothing);
  #later = batched(() => this.#render());

  element;

  /** @param actions `onnew` and `onprofile`, for its two buttons */
  constructor(chat, people, actions) {
    this.#chat = chat;
    this.#people = people;
    this.#seen = new IntersectionObserver(entries => this.#onSeen(entries), { root: this.#scroller, rootMargin: '200px' });
    this.#scroller.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    const id = newId();
    this.element = el(
      'nav.sidebar',
      { 'aria-labelledby': id },
      el(
        'header.sidebar-head',
        {},
        el(
          'button.profile',
          { type: 'button', 'aria-label': `You are ${chat.user}: settings`, title: 'Settings', onclick: actions.onprofile },
          avatar(chat.user, chat.user),
        ),
        el('h2.sidebar-title', { id }, 'Chats'),
        iconButton('new', 'New conversation', { class: 'icon-button accent', onclick: actions.onnew }),
      ),
      el('div.search', {}, icon('search'), this.#search),
      this.#state,
      this.#scroller,
    );
    this.#render();
  }

  /** Something that it shows has changed. */
  update() {
    this.#later();
  }

  /** Says how the connection is; nothing while all is well. */
  say(text, kind = '') {
    if (this.#state.textContent !== text) {
      this.#state.className = `connection ${kind}`;
      fill(this.#state, text);
    }
  }

  /** Marks the one that is open. */
  mark(id) {
    this.#open = id;
    this.#render();
  }

  focusSearch() {
    this.#search.focus();
    this.#search.select();
  }

  /** Puts the focus on a channel, or where it was. */
  focus(id) {
    (this.#rows.get(id) ?? this.#current())?.link.focus();
  }

  /** The channel that is so many places further, from the open one; the next with something unread if so wished. */
  neighbour(step, unreadOnly = false) {
    const shown = this.#shown();
    const at = shown.findIndex(channel => channel.id === this.#open);
    if (unreadOnly) {
      return [...shown.slice(at + 1), ...shown.slice(0, Math.max(0, at))].find(channel => channel.unread > 0);
    }
    return shown[at < 0 ? 0 : at + step];
  }

  close() {
    this.#seen.disconnect();
  }

  // ---- what is shown

  #shown() {
    const words = oneLine(this.#search.value).toLocaleLowerCase();
    return this.#chat.channels.filter(
      channel => words === '' || this.#people.title(channel).toLocaleLowerCase().includes(words),
    );
  }

  #render() {
    const shown = this.#shown();
    const focused = this.#list.contains(document.activeElement) ? document.activeElement : null;
    const ids = new Set(shown.map(channel => channel.id));
    for (const [id, row] of this.#rows) {
      if (!ids.has(id)) {
        this.#seen.unobserve(row.element);
        row.element.remove();
        this.#rows.delete(id);
      }
    }
    shown.forEach((channel, place) => {
      const row = this.#rows.get(channel.id) ?? this.#newRow(channel);
      row.update(this.#look(channel));
      const there = this.#list.children[place];
      if (there !== row.element) {
        this.#list.insertBefore(row.element, there ?? null);
      }
    });
    this.#current()?.link.setAttribute('tabindex', '0');
    if (focused?.isConnected && document.activeElement !== focused) {
      focused.focus({ preventScroll: true });
    }
    this.#note(shown.length);
  }

  #newRow(channel) {
    const row = new Row(channel);
    this.#rows.set(channel.id, row);
    this.#seen.observe(row.element);
    return row;
  }

  /** All that a row shows, as one text can be compared. */
  #look(channel) {
    const people = this.#people;
    const peer = people.peer(channel);
    return {
      title: people.title(channel),
      tone: peer ?? channel.id,
      group: !people.isDirect(channel),
      online: peer !== undefined && people.isOnline(peer),
      open: channel.id === this.#open,
      unread: channel.unread,
      muted: isMuted(channel),
      typing: listed([...channel.typing]),
      at: channel.lastMessage?.createdAt ?? channel.createdAt,
      ...preview(channel, people),
    };
  }

  #note(shown) {
    const note = shown > 0 ? '' : this.#chat.channels.length > 0 ? 'No conversation of that name.' : 'No conversations yet.';
    this.#nothing.hidden = note === '';
    fill(this.#nothing, note);
  }

  /** Those that can be seen: for whom to ask whether they are there. */
  peers() {
    return [...this.#rows.values()]
      .filter(row => row.visible)
      .map(row => this.#people.peer(row.channel))
      .filter(peer => peer !== undefined);
  }

  #onSeen(entries) {
    for (const entry of entries) {
      const row = this.#rows.get(entry.target.dataset.channel);
      if (row) {
        row.visible = entry.isIntersecting;
        if (entry.isIntersecting) {
          this.#people.want(row.channel);
        }
      }
    }
    this.onseen?.();
  }

  #onScroll() {
    const left = this.#scroller.scrollHeight - this.#scroller.scrollTop - this.#scroller.clientHeight;
    if (left < NEAR_END && this.#chat.hasMoreChannels) {
      this.#chat.loadMoreChannels().catch(() => {}); // scrolling on asks again
    }
  }

  // ---- keys

  #current() {
    return (
      [...this.#rows.values()].find(row => row.link === document.activeElement) ??
      this.#rows.get(this.#open) ??
      this.#rows.get(this.#list.firstElementChild?.dataset.channel)
    );
  }

  #onKey(event) {
    const links = [...this.#list.querySelectorAll('a')];
    const at = links.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
    if (to !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (to < 0) {
        this.focusSearch();
      } else {
        links[Math.min(to, links.length - 1)]?.focus();
        this.#rows.forEach(row => row.link.setAttribute('tabindex', row.link === document.activeElement ? '0' : '-1'));
      }
    }
  }

  #onSearchKey(event) {
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      this.#list.querySelector('a')?.focus();
    } else if (event.key === 'Enter') {
      this.#list.querySelector('a')?.click();
    } else if (event.key === 'Escape' && this.#search.value !== '') {
      event.stopPropagation();
      this.#search.value = '';
      this.#render();
    }
  }
}

class Row {
  visible = false;
  #last = '';
  #body = el('span.row-body');
  #avatar = el('span.row-avatar');

  constructor(channel) {
    this.channel = channel;
    this.link = el('a.row', { href: `#/c/${encodeURIComponent(channel.id)}`, tabindex: '-1' }, this.#avatar, this.#body);
    this.element = el('li', { 'data-channel': channel.id }, this.link);
  }

  update(look) {
    const now = JSON.stringify([look, shortTime(look.at)]);
    this.link.setAttribute('tabindex', '-1');
    if (now === this.#last) {
      return;
    }
    this.#last = now;
    if (look.open) {
      this.link.setAttribute('aria-current', 'page');
    } else {
      this.link.removeAttribute('aria-current');
    }
    this.link.classList.toggle('unread', look.unread > 0);
    fill(this.#avatar, avatar(look.tone, look.title, look.group), look.online && el('span.presence', {}, spoken('online, ')));
    fill(
      this.#body,
      el(
        'span.row-top',
        {},
        el('span.row-title', { dir: 'auto' }, look.title),
        look.muted && el('span.row-muted', {}, icon('muted'), spoken('muted')),
        el('time.row-time', { datetime: look.at, title: wholeTime(look.at) }, shortTime(look.at)),
      ),
      el('span.row-bottom', {}, this.#preview(look), this.#badge(look)),
    );
  }

  #preview(look) {
    return look.typing
      ? el('span.row-preview.typing', {}, look.group ? `${look.typing} typing…` : 'typing…')
      : el('span.row-preview', {}, look.who && `${look.who}: `, el('span', { dir: 'auto', class: look.kind }, look.text));
  }

  #badge(look) {
    if (look.unread === 0) {
      return null;
    }
    const number = look.unread >= 100 ? '99+' : String(look.unread);
    return el('span.badge', { class: look.muted ? 'badge quiet' : 'badge' }, number, spoken(' unread'));
  }
}

function preview(channel, people) {
  const message = channel.lastMessage;
  if (!message) {
    return { who: '', text: 'No messages yet', kind: 'aside' };
  }
  const who = message.own ? 'You' : people.isDirect(channel) ? '' : message.sender;
  if (message.deleted) {
    return { who, text: 'Message deleted', kind: 'aside' };
  }
  return { who, text: oneLine(message.content ?? '').slice(0, 200), kind: '' };
}

export function isMuted(channel) {
  return channel.mutedUntil !== undefined && new Date(channel.mutedUntil) > new Date();
}

/** A round sign for somebody, or for a group; a decoration. */
export function avatar(id, title, group = false) {
  const signs = isEmoji(title) ? title : initials(title);
  return el('span', { class: `avatar ${tone(id)}${group ? ' group' : ''}`, 'aria-hidden': 'true' }, signs);
}
