// The messages of a channel. However many there are, only those near what is looked at are in the document.

import { el, fill, icon, iconButton, name, spoken, afterPause } from './view.js';
import { day, dayOf, isEmoji, time, tone, wholeTime, withLinks } from './text.js';
import { avatar } from './list.js';

/** So many entries are put there, and taken away, at a time. */
const STEP = 60;

/** At most so many are in the document. */
const MOST = 180;

/** px from either end at which more is put there. */
const NEAR = 900;

/** px from the end within which it counts as read to the end, and follows it. */
const AT_END = 48;

/** Messages of one sender that follow each other within this stand together. */
const TOGETHER_MS = 5 * 60_000;

const STATUS = {
  pending: ['pending', 'Sending'],
  failed: ['failed', 'Not sent'],
  sent: ['sent', 'Sent'],
  delivered: ['delivered', 'Delivered'],
  read: ['delivered', 'Read'],
};

/**
 * Shows one channel. `actions`: `onseen(sequence)` when the person has seen up to there, `onend(away)` when the end comes
 * into sight or goes out of it, and `onedit`, `ondelete`, `ondelivery` with a message.
 */
export class Timeline {
  #channel;
  #people;
  #actions;
  #nodes = new Map();
  #start = 0;
  #end = 0;
  #following = true;
  #away = false;
  #active;
  #loading = false;
  #newAfter;
  #closed = false;
  #offered;
  #toolbar = el('div.toolbar', { role: 'toolbar', 'aria-label': 'This message' });
  #list = el('ol.entries', {
    'aria-label': 'Messages',
    onkeydown: event => this.#onKey(event),
    onfocusin: event => this.#onFocus(event),
    onfocusout: event => this.#onBlur(event),
    onpointerover: event => this.#onPointer(event),
    onpointerleave: () => this.#offer(this.#focusedEntry()),
  });
  #wait = el('p.timeline-wait', { hidden: true }, el('span.spinner'), 'Loading earlier messages…');
  #lookAgain = afterPause(120, () => this.see());
  #resized = new ResizeObserver(() => this.#onResize());

  element = el('div.timeline', {}, this.#wait, this.#list);

  /** @param newAfter the sequence after which others' messages are new, if there are any */
  constructor(channel, people, actions, newAfter) {
    this.#channel = channel;
    this.#people = people;
    this.#actions = actions;
    this.#newAfter = newAfter;
    this.element.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    this.#resized.observe(this.element);
    this.#show(channel.timeline.length - STEP, channel.timeline.length);
  }

  /** To be called once it is in the document. */
  async open() {
    this.#toBegin();
    while (!this.#closed && this.#channel.hasEarlier && this.#needsMore() && (await this.#loadEarlier())) {
      this.#toBegin();
    }
    this.see();
  }

  close() {
    this.#closed = true;
    this.#resized.disconnect();
  }

  /** Something of the channel has changed. */
  update(what) {
    if (what.has('timeline')) {
      this.#follow();
    }
    if (what.has('marks') || what.has('participants')) {
      this.#restate();
    }
  }

  /** Whether the newest is in sight. */
  get isAtEnd() {
    return !this.#away;
  }

  /** What came after this is new to the person, from now on. */
  set newAfter(sequence) {
    if (this.#newAfter !== sequence) {
      this.#newAfter = sequence;
      this.#keepingPlace(() => this.#render());
    }
  }

  get newAfter() {
    return this.#newAfter;
  }

  /** Goes to the newest, however far away it is. */
  toEnd() {
    const { length } = this.#channel.timeline;
    this.#show(length - STEP, length);
    this.#render();
    this.element.scrollTop = this.element.scrollHeight;
    this.#onScroll();
  }

  /** Puts the focus on the newest message in sight. */
  focus() {
    this.#list.querySelector('[tabindex="0"]')?.focus();
  }

  focusOn(key) {
    this.#nodes.get(key)?.element.focus();
  }

  /** The person's latest message that can be edited. */
  get lastOwn() {
    return this.#channel.timeline.findLast(
      entry => entry.kind === 'message' && entry.own && entry.sequence !== undefined && !entry.deleted,
    );
  }

  // ---- which entries are in the document

  /** The channel's entries are others than before: stays where it is looked at, or at the end. */
  #follow() {
    const { length } = this.#channel.timeline;
    const first = this.#shownFirst();
    if (this.isAtEnd) {
      this.#show(Math.max(first, length - MOST), length);
      this.#render();
      this.element.scrollTop = this.element.scrollHeight;
    } else {
      const last = this.#following ? length : first + this.#end - this.#start;
      // near the top more is put there at once: the day above the first entry may go, and leave nothing to scroll up to
      const above = this.element.scrollTop < NEAR ? STEP : 0;
      this.#show(first - above, Math.min(last, first + MOST + STEP));
      this.#keepingPlace(() => this.#render());
    }
    this.#lookAgain();
  }

  #show(start, end) {
    const { length } = this.#channel.timeline;
    this.#start = Math.max(0, start);
    this.#end = Math.min(length, end);
    this.#following = this.#end === length;
  }

  /** Where the first entry in the document is now: some may have come before it, or have been forgotten. */
  #shownFirst() {
    const entries = this.#channel.timeline;
    for (const node of this.#nodes.values()) {
      if (node.entry) {
        const at = entries.findIndex(entry => entry.key === node.entry.key);
        if (at >= 0) {
          return at;
        }
      }
    }
    return Math.max(0, entries.length - STEP);
  }

  async #loadEarlier() {
    if (this.#loading || this.#closed) {
      return false;
    }
    this.#loading = true;
    this.#wait.hidden = false;
    try {
      const isMore = await this.#channel.loadEarlier();
      this.#follow();
      return isMore;
    } catch {
      return false; // scrolling on asks again
    } finally {
      this.#loading = false;
      this.#wait.hidden = true;
    }
  }

  #onScroll() {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    const below = scrollHeight - scrollTop - clientHeight;
    if (scrollTop < NEAR) {
      this.#goUp();
    } else if (below < NEAR && !this.#following) {
      this.#goDown();
    }
    this.#setAway(!this.#following || below > AT_END);
    this.#lookAgain();
  }

  #setAway(away) {
    if (away !== this.#away) {
      this.#away = away;
      this.#actions.onend(away);
    }
  }

  async #goUp() {
    if (this.#start > 0) {
      const start = Math.max(0, this.#start - STEP);
      this.#show(start, Math.min(this.#end, start + MOST));
      this.#keepingPlace(() => this.#render());
    } else if (this.#channel.hasEarlier && !this.#loading) {
      await this.#loadEarlier(); // which changes the timeline, and this.#start with it
      if (!this.#closed && this.#start > 0 && this.element.scrollTop < NEAR) {
        this.#goUp();
      }
    }
  }

  #goDown() {
    const end = this.#end + STEP;
    this.#show(Math.max(this.#start, end - MOST), end);
    this.#keepingPlace(() => this.#render());
  }

  /** Changes the document so that what is looked at does not move. */
  #keepingPlace(change) {
    const top = this.element.getBoundingClientRect().top;
    const before = [];
    for (const node of this.#nodes.values()) {
      const box = node.element.getBoundingClientRect();
      if (node.entry && box.bottom > top) {
        before.push([node, box.top]);
      }
    }
    change();
    const kept = before.find(([node]) => node.element.isConnected);
    if (kept) {
      const [node, was] = kept;
      this.element.scrollTop += node.element.getBoundingClientRect().top - was;
    }
  }

  /** A narrower window, or a higher field to write in, leaves the end in sight. */
  #onResize() {
    if (this.#following && !this.#away) {
      this.element.scrollTop = this.element.scrollHeight;
    }
  }

  // ---- opening

  #needsMore() {
    const { scrollHeight, clientHeight } = this.element;
    return scrollHeight < clientHeight + NEAR && this.#channel.timeline.length < 2 * STEP;
  }

  /** To the first new message, or to the end. */
  #toBegin() {
    const { timeline } = this.#channel;
    const firstNew = this.#firstNew(timeline);
    const start = firstNew < 0 ? timeline.length - 2 * STEP : firstNew - STEP;
    this.#show(start, start + MOST);
    this.#render();
    const line = this.#nodes.get('new')?.element;
    this.element.scrollTop = line ? Math.max(0, line.offsetTop - this.element.clientHeight / 4) : this.element.scrollHeight;
    this.#setAway(!this.#following || this.#below() > AT_END);
  }

  #below() {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight;
  }

  /** Says how far the person has seen. */
  see() {
    if (this.#closed) {
      return;
    }
    if (!this.#away) {
      this.#actions.onseen(this.#channel.lastSequence);
      return;
    }
    const bottom = this.element.getBoundingClientRect().bottom;
    const nodes = [...this.#nodes.values()].filter(node => node.entry?.sequence !== undefined);
    const last = nodes.findLast(node => node.element.getBoundingClientRect().bottom <= bottom);
    if (last) {
      this.#actions.onseen(last.entry.sequence);
    }
  }

  // ---- drawing

  #render() {
    const rows = this.#rows();
    const keys = new Set(rows.map(row => row.key));
    const focused = this.#focusedEntry();
    for (const [key, node] of this.#nodes) {
      if (!keys.has(key)) {
        node.element.remove();
      }
    }
    const nodes = new Map();
    rows.forEach((row, place) => {
      const node = this.#nodes.get(row.key) ?? this.#newNode(row);
      nodes.set(row.key, node);
      node.update(row);
      const there = this.#list.children[place];
      if (there !== node.element) {
        this.#list.insertBefore(node.element, there ?? null);
      }
    });
    this.#nodes = nodes;
    this.#restate();
    this.#setActive();
    this.#offer(this.#nodeOf(this.#toolbar));
    if (focused && focused.element.isConnected && !focused.element.contains(document.activeElement)) {
      focused.element.focus({ preventScroll: true });
    }
  }

  #newNode(row) {
    if (!row.entry) {
      return new Divider(row);
    }
    return row.entry.kind === 'message' ? new MessageNode(this.#channel, this.#people) : new LineNode(this.#people);
  }

  /** What stands below each other: entries, and between them days and the line before what is new. */
  #rows() {
    const entries = this.#channel.timeline;
    const rows = [];
    const firstNew = this.#firstNew(entries);
    for (let i = this.#start; i < this.#end; i++) {
      const entry = entries[i];
      const before = entries[i - 1];
      const startsDay = !before || dayOf(before.createdAt) !== dayOf(entry.createdAt);
      if (startsDay) {
        rows.push({ key: `day ${dayOf(entry.createdAt)}`, text: day(entry.createdAt), kind: 'day' });
      }
      if (i === firstNew) {
        rows.push({ key: 'new', text: 'New messages', kind: 'new' });
      }
      const next = entries[i + 1];
      rows.push({
        key: entry.key,
        entry,
        first: startsDay || i === firstNew || !together(before, entry),
        last: i + 1 === firstNew || !next || dayOf(next.createdAt) !== dayOf(entry.createdAt) || !together(entry, next),
      });
    }
    return rows;
  }

  #firstNew(entries) {
    if (this.#newAfter === undefined) {
      return -1;
    }
    const at = entries.findIndex(
      entry => entry.kind === 'message' && !entry.own && (entry.sequence ?? 0) > this.#newAfter,
    );
    return at > 0 || !this.#channel.hasEarlier ? at : -1;
  }

  /** How far the person's messages have come. */
  #restate() {
    for (const node of this.#nodes.values()) {
      node.restate?.();
    }
  }

  // ---- one message at a time has the focus, and the buttons

  #setActive() {
    const messages = [...this.#nodes.values()].filter(node => node.entry?.kind === 'message');
    const active = messages.find(node => node.entry.key === this.#active) ?? messages.at(-1);
    messages.forEach(node => node.element.setAttribute('tabindex', node === active ? '0' : '-1'));
  }

  #focusedEntry() {
    return this.#nodeOf(document.activeElement);
  }

  #nodeOf(target) {
    const element = target?.closest?.('li.message');
    return element && this.#list.contains(element) ? this.#nodes.get(element.dataset.key) : undefined;
  }

  #onFocus(event) {
    const node = this.#nodeOf(event.target);
    if (node) {
      this.#active = node.entry.key;
      this.#setActive();
      this.#offer(node);
    }
  }

  #onBlur(event) {
    if (!this.#list.contains(event.relatedTarget)) {
      this.#offer(undefined);
    }
  }

  #onPointer(event) {
    if (event.pointerType === 'mouse' && !this.#toolbar.contains(document.activeElement)) {
      this.#offer(this.#nodeOf(event.target) ?? this.#focusedEntry());
    }
  }

  /** Shows the buttons for a message, as it is now. */
  #offer(node) {
    if (this.#offered === node?.entry) {
      return;
    }
    this.#offered = node?.entry;
    if (node && this.#toolbar.contains(document.activeElement)) {
      node.element.focus({ preventScroll: true });
    }
    fill(this.#toolbar, node ? this.#buttons(node) : []);
    if (this.#toolbar.childElementCount > 0) {
      node.element.append(this.#toolbar);
    } else {
      this.#toolbar.remove();
    }
  }

  #buttons(node) {
    const { entry } = node;
    const isStored = entry.sequence !== undefined && !entry.deleted;
    const button = (sign, label, action) =>
      iconButton(sign, label, { onclick: () => action(node.entry) });
    return [
      isStored && button('info', 'Who got it?', this.#actions.ondelivery),
      isStored && button('copy', 'Copy text', entry => this.#actions.oncopy(entry)),
      isStored && entry.own && button('edit', 'Edit', this.#actions.onedit),
      isStored && entry.own && button('delete', 'Delete', this.#actions.ondelete),
    ].filter(Boolean);
  }

  #onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !['ArrowUp', 'ArrowDown', 'Home', 'End'].includes(event.key)) {
      return;
    }
    const node = this.#focusedEntry();
    if (!node) {
      return;
    }
    event.preventDefault();
    if (event.key === 'End') {
      this.toEnd();
    }
    const messages = [...this.#nodes.values()].filter(each => each.entry?.kind === 'message');
    const at = messages.indexOf(node);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: messages.length - 1 }[event.key];
    messages[Math.max(0, to)]?.element.focus();
  }
}

function together(before, entry) {
  return (
    before?.kind === 'message' &&
    entry.kind === 'message' &&
    before.sender === entry.sender &&
    new Date(entry.createdAt) - new Date(before.createdAt) < TOGETHER_MS
  );
}

class Divider {
  constructor(row) {
    this.element = el('li', { class: `divider ${row.kind}` }, el('span', {}, row.text));
  }

  update() {}
}

/** Something that happened besides messages. */
class LineNode {
  element = el('li.line');

  update({ entry }) {
    if (entry !== this.entry) {
      this.entry = entry;
      fill(this.element, el('span', { title: wholeTime(entry.createdAt) }, this.#text(entry)));
    }
  }

  constructor(people) {
    this.people = people;
  }

  #text(entry) {
    const who = user => (user === this.people.me ? 'You' : name(user));
    const whom = user => (user === this.people.me ? 'you' : name(user));
    switch (entry.kind) {
      case 'created':
        return [who(entry.sender), ' started the conversation'];
      case 'renamed':
        return [who(entry.sender), ' named it “', name(entry.name ?? ''), '”'];
      case 'joined':
        return entry.user === entry.sender
          ? [who(entry.sender), ' joined']
          : [who(entry.sender), ' added ', whom(entry.user)];
      default:
        return entry.user === entry.sender
          ? [who(entry.sender), ' left']
          : [who(entry.sender), ' removed ', whom(entry.user)];
    }
  }
}

class MessageNode {
  #channel;
  #people;
  #shown = '';
  #mark = el('span.status');
  #body = el('div.message-body');

  element = el('li.message', { tabindex: '-1' }, this.#body);

  constructor(channel, people) {
    this.#channel = channel;
    this.#people = people;
  }

  update({ entry, first, last }) {
    if (entry === this.entry && first === this.first && last === this.last) {
      return;
    }
    Object.assign(this, { entry, first, last });
    this.element.dataset.key = entry.key;
    this.element.className = [
      'message',
      entry.own && 'own',
      first && 'first',
      last && 'last',
      entry.deleted && 'deleted',
      entry.pending && 'pending',
      entry.problem && 'failed',
      !entry.deleted && isEmoji(entry.content ?? '') && 'emoji',
    ]
      .filter(Boolean)
      .join(' ');
    this.#shown = '';
    const isGroup = !this.#people.isDirect(this.#channel);
    fill(
      this.#body,
      !entry.own && isGroup && el('span.message-avatar', {}, last && avatar(entry.sender, entry.sender)),
      el(
        'div.bubble',
        {},
        this.#sender(entry, first && isGroup),
        el('div.text', { dir: 'auto' }, this.#content(entry), this.#meta(entry)),
        entry.problem && this.#failure(entry),
      ),
    );
    this.restate();
  }

  #sender(entry, visibly) {
    if (visibly && !entry.own) {
      return el('span.sender', { class: `sender ${tone(entry.sender)}`, dir: 'auto' }, entry.sender);
    }
    return spoken(entry.own ? 'You: ' : `${entry.sender}: `);
  }

  #content(entry) {
    return entry.deleted
      ? el('span.content', {}, 'Message deleted')
      : el('span.content', {}, withLinks(entry.content ?? ''));
  }

  #meta(entry) {
    return el(
      'span.meta',
      {},
      entry.edited && !entry.deleted && el('span.edited', { title: wholeTime(entry.editedAt) }, 'edited'),
      el('time', { dir: 'ltr', datetime: entry.createdAt, title: wholeTime(entry.createdAt) }, time(entry.createdAt)),
      entry.own && !entry.deleted && this.#mark,
    );
  }

  #failure(entry) {
    return el(
      'div.failure',
      { role: 'alert' },
      el('span', {}, `Not sent. ${entry.problem.detail || entry.problem.message}`),
      el('button.link', { type: 'button', onclick: () => this.#channel.retry(this.entry) }, 'Try again'),
      el('button.link', { type: 'button', onclick: () => this.#channel.discard(this.entry) }, 'Discard'),
    );
  }

  restate() {
    const { entry } = this;
    if (!entry.own || entry.deleted) {
      return;
    }
    const status = this.#channel.status(entry);
    if (status !== this.#shown) {
      this.#shown = status;
      const [sign, text] = STATUS[status];
      this.#mark.className = `status ${status}`;
      this.#mark.title = text;
      fill(this.#mark, icon(sign), spoken(text));
    }
  }
}
