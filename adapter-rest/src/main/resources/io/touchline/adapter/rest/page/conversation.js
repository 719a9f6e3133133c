// One open conversation: its head, its messages, and the field to write in.

import { el, fill, icon, iconButton, newId, attempt, confirm, spoken, toast } from './view.js';
import { ago, counted, listed, oneLine } from './text.js';
import { avatar, isMuted } from './list.js';
import { openDelivery, openDetails } from './dialogs.js';
import { Timeline } from './timeline.js';

const MAX_FIELD_PX = 200;

/** Larger ones are not told how far each other is. */
const MAX_MARKED = 100;

/** Signals of how far others are can be lost. */
const ASK_AGAIN_MS = 10_000;

const drafts = new Map();

export class Conversation {
  #chat;
  #people;
  #channel;
  #actions;
  #timeline;
  #editing;
  #waiting = 0;
  #asking;
  #title = el('h2.conversation-title', { dir: 'auto', tabindex: '-1', id: newId() });
  #subtitle = el('p.conversation-subtitle');
  #sign = el('span.conversation-sign');
  #typing = el('p.typing-line', { hidden: true });
  #field = el('textarea.field', {
    rows: '1',
    dir: 'auto',
    'aria-label': 'Message',
    placeholder: 'Write a message',
    oninput: () => this.#onInput(),
    onkeydown: event => this.#onKey(event),
  });
  #sendButton = el('button.send', { type: 'submit', 'aria-label': 'Send', title: 'Send (Enter)' }, icon('send'));
  #strip = el(
    'div.edit-strip',
    { hidden: true },
    icon('edit'),
    el('span.edit-strip-text', {}, el('strong', {}, 'Editing'), el('span.edit-strip-old', { dir: 'auto' })),
    iconButton('close', 'Stop editing', { onclick: () => this.#endEdit() }),
  );
  #count = el('span.jump-count', { hidden: true });
  #jump = el(
    'button.jump',
    { type: 'button', title: 'To the newest message', hidden: true, onclick: () => this.#timeline.toEnd() },
    spoken('To the newest message'),
    this.#count,
    icon('down'),
  );
  #composer = el('form.composer', { onsubmit: event => this.#onSubmit(event) }, this.#strip, el('div.composer-row', {}, this.#field, this.#sendButton));

  element;

  /**
   * @param actions `onback`; `isAttentive`, whether the person looks at the page; `onread`, after something was read
   */
  constructor(chat, people, channel, actions) {
    this.#chat = chat;
    this.#people = people;
    this.#channel = channel;
    this.#actions = actions;
    this.#timeline = new Timeline(
      channel,
      people,
      {
        onseen: sequence => this.#onSeen(sequence),
        onend: away => this.#onEnd(away),
        onedit: message => this.#edit(message),
        ondelete: message => this.#delete(message),
        ondelivery: message => openDelivery(channel, message, () => this.#timeline.focusOn(message.key)),
        oncopy: message => this.#copy(message),
      },
      channel.unread > 0 ? channel.read : undefined,
    );
    this.element = el(
      'section.conversation',
      { 'aria-labelledby': this.#title.id },
      el(
        'header.conversation-head',
        {},
        iconButton('back', 'Back to the list', { class: 'icon-button back', onclick: actions.onback }),
        this.#sign,
        el('div.conversation-names', {}, this.#title, this.#subtitle),
        iconButton('people', 'Details: people, name, notifications', { class: 'icon-button details', onclick: () => this.details() }),
      ),
      el('div.timeline-frame', {}, this.#timeline.element, this.#jump),
      this.#typing,
      this.#composer,
    );
    this.#field.value = drafts.get(channel.id) ?? '';
  }

  get channel() {
    return this.#channel;
  }

  /** To be called once it is in the document. */
  async open() {
    this.update(new Set(['participants', 'summary', 'typing']));
    this.#onInput();
    this.#asking = setInterval(() => this.#askAgain(), ASK_AGAIN_MS);
    await this.#timeline.open();
  }

  /** How far they are whom the latest message should have reached, or who should have read it. */
  #askAgain() {
    const last = this.#timeline.lastOwn;
    const mayChange = this.#isUnknown || this.users.some(user => this.#people.isOnline(user));
    if (last && mayChange && this.#channel.status(last) !== 'read' && this.#actions.isAttentive()) {
      this.#channel.loadParticipants(true).catch(() => {}); // the next time is soon
    }
  }

  /** Something of the channel, or of its people, has changed. */
  update(what) {
    if (what.has('participants') && this.#isUnknown) {
      this.#channel.loadParticipants().catch(() => {}); // without, messages are shown as sent only
    }
    this.#renderHead();
    this.#renderTyping();
    this.#timeline.update(what);
  }

  /** Somebody else's message has come. */
  onMessage(message) {
    if (!this.#actions.isAttentive() && this.#timeline.newAfter === undefined) {
      this.#timeline.newAfter = message.sequence - 1;
    }
    if (!this.#timeline.isAtEnd) {
      this.#waiting++;
      this.#renderJump();
    }
  }

  /** The person looks at the page again. */
  onAttention() {
    this.#timeline.see();
  }

  /** The person looks elsewhere: what comes from now on is new to him. */
  onInattention() {
    if (this.#channel.unread === 0) {
      this.#timeline.newAfter = undefined;
    }
  }

  /** Whether the participants are not loaded, though they are few enough. */
  get #isUnknown() {
    return this.#channel.participants.length === 0 && this.#channel.participantCount <= MAX_MARKED;
  }

  /** Who takes part, as far as that is known. */
  get users() {
    return this.#channel.participants.map(each => each.user).filter(user => user !== this.#chat.user);
  }

  focus() {
    // where the keyboard is on the screen it would hide what one came to read
    (matchMedia('(pointer: coarse)').matches ? this.#title : this.#field).focus({ preventScroll: true });
  }

  focusMessages() {
    this.#timeline.focus();
  }

  details() {
    openDetails(this.#channel, this.#people, this.#chat);
  }

  close() {
    clearInterval(this.#asking);
    this.#timeline.close();
    this.#channel.trim();
  }

  // ---- the head

  #renderHead() {
    const channel = this.#channel;
    const title = this.#people.title(channel);
    const peer = this.#people.peer(channel);
    this.#people.want(channel);
    if (this.#title.textContent !== title) {
      fill(this.#title, title);
      fill(this.#sign, avatar(peer ?? channel.id, title, !this.#people.isDirect(channel)));
    }
    fill(this.#subtitle, this.#said(peer), isMuted(channel) && el('span.muted-sign', {}, icon('muted'), 'Muted'));
  }

  #said(peer) {
    if (peer !== undefined) {
      if (this.#people.isOnline(peer)) {
        return el('span.online-sign', {}, 'Online');
      }
      const seen = this.#people.lastSeen(peer);
      return seen ? `Last seen ${ago(seen)}` : 'Offline';
    }
    if (this.#people.isDirect(this.#channel)) {
      return '';
    }
    const online = this.users.filter(user => this.#people.isOnline(user)).length;
    const people = counted(this.#channel.participantCount, 'person', 'people');
    return online > 0 ? [people, el('span.online-sign', {}, `${online} online`)] : people;
  }

  #renderTyping() {
    const typing = this.#channel.typing;
    this.#typing.hidden = typing.length === 0;
    if (typing.length > 0) {
      fill(
        this.#typing,
        el('span.dots', { 'aria-hidden': 'true' }, el('i'), el('i'), el('i')),
        el('bdi', {}, listed(typing.slice(0, 3), typing.length - Math.min(3, typing.length))),
        typing.length === 1 ? ' is typing' : ' are typing',
      );
    }
  }

  // ---- the messages

  #onSeen(sequence) {
    if (this.#actions.isAttentive() && sequence > this.#channel.read) {
      this.#channel.markRead(sequence);
      this.#actions.onread();
    }
  }

  #onEnd(away) {
    if (!away) {
      this.#waiting = 0;
    }
    this.#renderJump(away);
  }

  #renderJump(away = !this.#timeline.isAtEnd) {
    this.#jump.hidden = !away;
    this.#count.hidden = this.#waiting === 0;
    fill(this.#count, String(this.#waiting), spoken(' new'));
  }

  async #copy(message) {
    if (await attempt(() => navigator.clipboard.writeText(message.content))) {
      toast('Copied');
    }
  }

  async #delete(message) {
    const isWanted = await confirm({
      title: 'Delete this message?',
      text: 'It is emptied for everybody. That cannot be undone.',
      action: 'Delete',
    });
    if (isWanted) {
      await attempt(() => this.#channel.delete(message.sequence));
      if (this.#editing?.key === message.key) {
        this.#endEdit();
      }
    }
    this.#timeline.focusOn(message.key);
  }

  // ---- writing

  #onInput() {
    const field = this.#field;
    field.style.height = 'auto';
    field.style.height = `${Math.min(field.scrollHeight, MAX_FIELD_PX)}px`;
    this.#sendButton.disabled = field.value.trim() === '';
    if (!this.#editing) {
      drafts.set(this.#channel.id, field.value);
      if (field.value !== '' && document.activeElement === field) {
        this.#channel.type();
      }
    }
  }

  #onKey(event) {
    if (event.isComposing) {
      return;
    }
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      this.#composer.requestSubmit();
    } else if (event.key === 'ArrowUp' && this.#field.value === '' && this.#timeline.lastOwn) {
      event.preventDefault();
      this.#edit(this.#timeline.lastOwn);
    } else if (event.key === 'Escape' && this.#editing) {
      event.stopPropagation();
      this.#endEdit();
    }
  }

  #onSubmit(event) {
    event.preventDefault();
    const content = this.#field.value.trim();
    if (content === '') {
      return;
    }
    if (this.#editing) {
      this.#save(content);
      return;
    }
    this.#put('');
    this.#timeline.newAfter = undefined;
    this.#channel.send(content);
    this.#timeline.toEnd();
    this.#field.focus();
  }

  async #save(content) {
    const message = this.#editing;
    if (content === message.content || (await attempt(() => this.#channel.edit(message.sequence, content)))) {
      if (this.#editing === message) {
        this.#endEdit();
      }
    }
  }

  #edit(message) {
    this.#editing = message;
    this.#strip.hidden = false;
    fill(this.#strip.querySelector('.edit-strip-old'), oneLine(message.content));
    this.#sendButton.setAttribute('aria-label', 'Save');
    this.#sendButton.title = 'Save (Enter)';
    fill(this.#sendButton, icon('check'));
    this.#put(message.content);
    this.#field.focus();
    this.#field.setSelectionRange(this.#field.value.length, this.#field.value.length);
  }

  #endEdit() {
    this.#editing = undefined;
    this.#strip.hidden = true;
    this.#sendButton.setAttribute('aria-label', 'Send');
    this.#sendButton.title = 'Send (Enter)';
    fill(this.#sendButton, icon('send'));
    this.#put(drafts.get(this.#channel.id) ?? '');
    this.#field.focus();
  }

  #put(text) {
    this.#field.value = text;
    this.#onInput();
  }
}
