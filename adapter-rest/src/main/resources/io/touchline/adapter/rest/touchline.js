/*
 * A Touchline client for browsers and Node: one module, no dependencies. What it offers is described in touchline.d.ts.
 *
 * How it is made: `Touchline` owns the channels and decides when to catch up; a `Channel` puts its events in order and is
 * what a page shows; a `Line` is the connection, with all its ends and beginnings; `Receipts` gathers what is to be
 * acknowledged; `Rest` makes the calls, with the token that `Tokens` keeps. Members that begin with `_` are for this file.
 */

const SECOND = 1_000;

const REQUEST_WITHIN = 20 * SECOND;
const READY_WITHIN = 10 * SECOND;
const PONG_WITHIN = 10 * SECOND;
/** A connection that stood so long was a good one: the next begins with a short wait again. */
const STABLE = 10 * SECOND;
/** To come back where there are too many already. */
const MUCH_LATER = 30 * SECOND;
/** Handshakes that fail in a row before WebSockets are taken to be blocked. */
const BLOCKED_AFTER = 3;
const HIDDEN_POLLS = 6;

const GAP_STANDS = SECOND;
const MAX_EARLY = 500;
const CHANNELS_PER_PAGE = 200;
const CHANNELS_PER_SYNC = 1_000;
const CHANNELS_PER_RECEIPT = 400;
/** What is loaded of a channel with unread messages before anybody looks at it. */
const TAIL = 50;
const EVENTS_PER_PAGE = 60;
const MESSAGES_PER_PAGE = 50;
const PARTICIPANTS = 200;
const UNREAD_CAP = 100;
const RECEIPTS_EVERY = SECOND;
/** A receipt that went out so shortly before its connection broke may not have arrived. */
const RECEIPT_UNSURE = 10 * SECOND;
const TYPING_EVERY = 3 * SECOND;
const TYPING_SHOWN = 6 * SECOND;
/** A server that fails in this way once more is unlikely to get better. */
const MAX_DEFECTS = 5;
/** In place of the first sequence that is news: what is known of the channel is of no use any more. */
const RESTART = 0;

/** What the close codes mean; whatever is not here is a broken line. */
const CLOSES = new Map([
  [1002, { reason: 'protocol', final: true }],
  [1003, { reason: 'protocol', final: true }],
  [1007, { reason: 'protocol', final: true }],
  [1009, { reason: 'protocol', final: true }],
  [1012, { reason: 'going-down' }],
  [1013, { reason: 'busy' }],
  [4400, { reason: 'protocol', final: true }],
  [4401, { reason: 'token' }],
  [4403, { reason: 'forbidden', final: true }],
  [4408, { reason: 'too-slow' }],
  [4429, { reason: 'too-many' }],
]);

export class Problem extends Error {
  constructor({ status, type, title, detail, errors }, retryAfter) {
    super(detail ?? title ?? `HTTP ${status}`);
    this.name = 'Problem';
    this.status = status;
    this.type = type ?? 'about:blank';
    this.title = title ?? '';
    this.detail = this.message;
    this.errors = errors ?? [];
    this.retryAfter = retryAfter;
  }

  static _unreachable(detail) {
    return new Problem({ status: 0, type: 'urn:touchline:problem:unreachable', title: 'Unreachable', detail });
  }
}

/** Thrown where a token is needed and the user has none any more. */
class SignedOut extends Problem {
  constructor() {
    super({ status: 0, type: 'urn:touchline:problem:signed-out', title: 'Signed out', detail: 'Nobody is signed in.' });
  }
}

const systemClock = {
  now: () => Date.now(),
  setTimeout: (task, ms) => setTimeout(task, ms),
  clearTimeout: timer => clearTimeout(timer),
};

/** One owner's timers, which end together. */
class Timers {
  #clock;
  #running = new Set();

  constructor(clock) {
    this.#clock = clock;
  }

  now() {
    return this.#clock.now();
  }

  /** Returns what calls it off. */
  after(ms, task) {
    const timer = this.#clock.setTimeout(() => {
      this.#running.delete(timer);
      task();
    }, ms);
    this.#running.add(timer);
    return () => {
      this.#running.delete(timer);
      this.#clock.clearTimeout(timer);
    };
  }

  clear() {
    for (const timer of this.#running) this.#clock.clearTimeout(timer);
    this.#running.clear();
  }
}

/** The token, asked for by one at a time. */
class Tokens {
  #ask;
  #current = null;
  #asking = null;
  #reason = 'first';

  constructor(ask) {
    this.#ask = ask;
  }

  async get() {
    return this.#current ?? this.renew(this.#reason);
  }

  renew(reason) {
    this.#asking ??= this.#renew(reason).finally(() => (this.#asking = null));
    return this.#asking;
  }

  async #renew(reason) {
    const token = await this.#ask(reason);
    if (!token) throw new SignedOut();
    return (this.#current = token);
  }

  /** That token is not good; another that came meanwhile may be. */
  refused(token) {
    if (token === this.#current) {
      this.#current = null;
      this.#reason = 'refused';
    }
  }

  /** Who the token says that this is, as far as can be seen. */
  static subject(token) {
    try {
      return JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'))).sub ?? null;
    } catch {
      return null; // not a token of the usual form: the connection will tell
    }
  }
}

/** Calls under the base, with the token and within a time. */
class Rest {
  #base;
  #fetch;
  #tokens;
  #timers;
  #underWay = new Set();

  constructor(base, fetch, tokens, clock) {
    this.#base = base;
    this.#fetch = fetch;
    this.#tokens = tokens;
    this.#timers = new Timers(clock);
  }

  async call(method, path, body) {
    const token = await this.#token();
    try {
      return await this.#exchange(method, path, body, token);
    } catch (problem) {
      if (problem.status !== 401) throw problem;
      this.#tokens.refused(token);
    }
    const fresh = await this.#token();
    try {
      return await this.#exchange(method, path, body, fresh);
    } catch (problem) {
      if (problem.status === 401) this.#tokens.refused(fresh);
      throw problem;
    }
  }

  async #token() {
    try {
      return await this.#tokens.get();
    } catch (failure) {
      throw failure instanceof Problem ? failure : Problem._unreachable('There is no token just now.');
    }
  }

  /** Where things are, which anybody may ask. */
  base() {
    return this.#exchange('GET', '', undefined, null);
  }

  async #exchange(method, path, body, token) {
    const ending = new AbortController();
    const callOff = this.#timers.after(REQUEST_WITHIN, () => ending.abort());
    this.#underWay.add(ending);
    let answer;
    let text;
    try {
      answer = await this.#fetch(this.#base + path, {
        method,
        headers: {
          ...(token && { Authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
        signal: ending.signal,
      });
      text = await answer.text();
    } catch {
      throw Problem._unreachable('The server cannot be reached.');
    } finally {
      callOff();
      this.#underWay.delete(ending);
    }
    return this.#read(answer, text);
  }

  #read(answer, text) {
    let json;
    try {
      json = text ? JSON.parse(text) : undefined;
    } catch {
      json = undefined; // something between us and the server has answered
    }
    if (!answer.ok) {
      throw new Problem({ ...json, status: answer.status }, retryAfter(answer.headers.get('Retry-After'), this.#timers.now()));
    }
    if (json === undefined && answer.status !== 204) {
      throw Problem._unreachable('What answers there is not Touchline.');
    }
    return json;
  }

  end() {
    for (const ending of this.#underWay) ending.abort();
    this.#timers.clear();
  }
}

/** ms, from a number of seconds or a date. */
function retryAfter(header, now) {
  if (!header) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * SECOND : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** The calls of the contract's table, one to one. */
function calls(rest) {
  const at = (...parts) => parts.map(part => '/' + encodeURIComponent(part)).join('');
  const query = values => {
    const known = Object.entries(values ?? {}).filter(([, value]) => value !== undefined);
    return known.length ? '?' + new URLSearchParams(known.map(([name, value]) => [name, String(value)])) : '';
  };
  const get = (path, values) => rest.call('GET', path + query(values));
  const post = (path, body) => rest.call('POST', path, body);
  const put = (path, body = {}) => rest.call('PUT', path, body);
  const patch = (path, body) => rest.call('PATCH', path, body);
  const remove = path => rest.call('DELETE', path);
  return Object.freeze({
    base: () => rest.base(),
    channels: page => get('/channels', page),
    channel: id => get(at('channels', id)),
    createChannel: channel => post('/channels', channel),
    directChannel: user => post('/channels', { direct: user }),
    renameChannel: (id, name) => patch(at('channels', id), { name }),
    participants: (id, page) => get(at('channels', id, 'participants'), page),
    addParticipant: (id, user) => put(at('channels', id, 'participants', user)),
    removeParticipant: (id, user) => remove(at('channels', id, 'participants', user)),
    sendMessage: (id, content, clientMessageId) => post(at('channels', id, 'messages'), { content, clientMessageId }),
    events: (id, page) => get(at('channels', id, 'events'), page),
    messages: (id, page) => get(at('channels', id, 'messages'), page),
    editMessage: (id, sequence, content) => patch(at('channels', id, 'messages', sequence), { content }),
    deleteMessage: (id, sequence) => remove(at('channels', id, 'messages', sequence)),
    delivery: (id, sequence, page) => get(at('channels', id, 'messages', sequence, 'delivery'), page),
    receipts: receipts => post('/receipts', receipts),
    typing: id => post(at('channels', id, 'typing')),
    mute: (id, until) => put(at('channels', id, 'mute'), until ? { until: new Date(until).toISOString() } : {}),
    unmute: id => remove(at('channels', id, 'mute')),
    sync: channels => post('/sync', { channels }),
    presence: users => get('/presence?' + new URLSearchParams(users.map(user => ['user', user]))),
    registerDevice: (device, registration) => put(at('devices', device), registration),
    removeDevice: device => remove(at('devices', device)),
    disconnect: user => remove(at('users', user, 'connections')),
  });
}

/** The connection: it comes back by itself until it is told, or finds, that there is no use. */
class Line {
  status = 'idle';
  reason;
  code;
  retryAt;
  /** Handshakes that have failed since the last one that did not. */
  failures = 0;

  #address;
  #tokens;
  #delay;
  #random;
  #WebSocket;
  #owner;
  #timers;
  #turn = null;
  #socket = null;
  #token = null;
  #attempt = 0;
  #readyAt = 0;
  #heartbeat = 25 * SECOND;
  #heardAt = 0;
  #pingedAt = null;
  #stopWatch = () => {};
  #comeBackAfter = null;

  /** @param owner is told `ready(frame)`, `frame(frame)`, `lost()`, `changed()` and `ended(reason, code)` */
  constructor({ address, tokens, delay, random, clock, WebSocket, owner }) {
    this.#address = address;
    this.#tokens = tokens;
    this.#delay = delay;
    this.#random = random;
    this.#WebSocket = WebSocket;
    this.#owner = owner;
    this.#timers = new Timers(clock);
  }

  get isReady() {
    return this.status === 'online';
  }

  open() {
    this.#attempt = 0;
    this.failures = 0;
    this.#connect();
  }

  close() {
    this.#release();
    this.status = 'closed';
    this.retryAt = undefined;
  }

  /** Whether it was handed to the connection, which does not say that it arrives. */
  send(frame) {
    if (!this.isReady) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** There is a reason to think that the network, or the user, is back. */
  hurry() {
    if (this.isReady) {
      if (this.#pingedAt === null) this.#ping();
    } else if (this.status === 'waiting' && this.reason !== 'going-down' && this.reason !== 'too-many') {
      this.#attempt = 0;
      this.#wait(Math.min(this.#delay(0), this.retryAt - this.#timers.now()));
    }
  }

  async #connect() {
    this.#release();
    const turn = (this.#turn = {});
    this.#become('connecting');
    let token;
    let url;
    try {
      token = await this.#tokens.get();
      if (turn === this.#turn) url = await this.#address();
    } catch (failure) {
      if (turn === this.#turn) this.#notReached(failure, token);
    }
    if (turn !== this.#turn || !url) return;
    this.#token = token;
    try {
      this.#attach(new this.#WebSocket(url, ['touchline.v1', `bearer.${token}`]));
    } catch {
      this.#lost('unreachable'); // forbidden to this page, such as ws:// from https://
    }
  }

  #notReached(failure, token) {
    if (failure instanceof SignedOut) {
      this.#owner.ended('signed-out');
      return;
    }
    this.reason = token ? 'unreachable' : 'token';
    this.code = undefined;
    this.#wait(Math.max(this.#delay(this.#attempt++), failure.retryAfter ?? 0));
  }

  #attach(socket) {
    this.#socket = socket;
    const ours = handler => event => {
      if (socket === this.#socket) handler(event);
    };
    socket.onmessage = ours(({ data }) => this.#received(data));
    socket.onclose = ours(({ code }) => this.#closed(code));
    let isOpen = false;
    socket.onopen = () => (isOpen = true);
    socket.onerror = ours(() => {
      if (!isOpen) this.#closed(); // not every runtime tells a failed handshake by a close too
    });
    this.#timers.after(READY_WITHIN, () => this.#lost('unreachable'));
  }

  #received(data) {
    this.#heardAt = this.#timers.now();
    this.#pingedAt = null;
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return; // not of this contract, so not for us
    }
    switch (frame.type) {
      case 'ready':
        this.#ready(frame);
        break;
      case 'pong':
        break;
      case 'expiring':
        this.#renew();
        break;
      case 'goodbye':
        this.#comeBackAfter = frame.reconnectAfter;
        break;
      default:
        this.#owner.frame(frame);
    }
  }

  #ready(frame) {
    this.#timers.clear();
    this.failures = 0;
    this.reason = undefined;
    this.code = undefined;
    this.#readyAt = this.#timers.now();
    this.#heartbeat = (frame.heartbeat ?? 25) * SECOND;
    this.#become('online');
    this.#watch(this.#heartbeat);
    this.#owner.ready(frame);
  }

  #closed(code) {
    const meaning = CLOSES.get(code);
    this.#lost(meaning?.reason, code, meaning?.final);
  }

  /** The connection is no more. */
  #lost(reason, code, final) {
    const wasReady = this.isReady;
    const told = CLOSES.has(code);
    this.#release();
    if (final) {
      this.#owner.ended(reason, code);
      return;
    }
    if (!wasReady && !told) this.failures++;
    if (wasReady && this.#timers.now() - this.#readyAt >= STABLE) this.#attempt = 0;
    if (reason === 'token') this.#tokens.refused(this.#token);
    this.reason = reason ?? (wasReady ? 'dropped' : 'unreachable');
    this.code = code;
    this.status = 'waiting';
    this.#owner.lost();
    this.#wait(this.#timeAway());
  }

  #timeAway() {
    if (this.#comeBackAfter !== null) {
      const after = this.#comeBackAfter;
      this.#comeBackAfter = null;
      return after; // the node has spread its clients already
    }
    if (this.reason === 'too-many') return MUCH_LATER * (1 + this.#random());
    if (this.reason === 'token' && this.#attempt === 0) {
      this.#attempt = 1;
      return 0;
    }
    return this.#delay(this.#attempt++);
  }

  #wait(ms) {
    this.#release();
    this.#turn = {};
    this.retryAt = this.#timers.now() + Math.max(0, ms);
    this.#timers.after(Math.max(0, ms), () => this.#connect());
    this.#become('waiting');
  }

  #become(status) {
    this.status = status;
    if (status !== 'waiting') this.retryAt = undefined;
    this.#owner.changed();
  }

  /** Whatever the socket or a timer still has to say is of no interest any more. */
  #release() {
    const socket = this.#socket;
    this.#turn = null;
    this.#socket = null;
    this.#pingedAt = null;
    this.#timers.clear();
    socket?.close();
  }

  /** A browser does not show the protocol's own pings, so silence has to be asked about. */
  #watch(ms) {
    this.#stopWatch();
    this.#stopWatch = this.#timers.after(ms, () => this.#check());
  }

  #check() {
    const now = this.#timers.now();
    const quiet = now - this.#heardAt;
    if (this.#pingedAt === null && quiet < this.#heartbeat) {
      this.#watch(this.#heartbeat - quiet);
    } else if (this.#pingedAt === null || now - this.#pingedAt > 2 * PONG_WITHIN) {
      this.#ping(); // also if we slept ourselves since the last one
    } else {
      this.#lost('silent');
    }
  }

  #ping() {
    this.#pingedAt = this.#timers.now();
    this.send({ type: 'ping' });
    this.#watch(PONG_WITHIN);
  }

  /** A fresh token for this connection, while the old one still holds it. */
  async #renew() {
    const socket = this.#socket;
    for (let attempt = 0; ; attempt++) {
      try {
        const token = await this.#tokens.renew('expiring');
        if (socket !== this.#socket) return;
        this.#token = token;
        this.send({ type: 'renew', token });
        return;
      } catch (failure) {
        if (socket !== this.#socket) return;
        if (failure instanceof SignedOut) {
          this.#owner.ended('signed-out');
          return;
        }
      }
      await new Promise(resolve => this.#timers.after(this.#delay(attempt), resolve));
    }
  }
}

/** How far this user is, said about once a second: by the connection, or where there is none, by a call. */
class Receipts {
  #line;
  #api;
  #delay;
  #timers;
  #waiting = { delivered: new Map(), read: new Map() };
  #lately = [];
  #due = null;
  #calling = false;
  #attempt = 0;

  constructor(line, api, delay, clock) {
    this.#line = line;
    this.#api = api;
    this.#delay = delay;
    this.#timers = new Timers(clock);
  }

  add(kind, channel, sequence) {
    const marks = this.#waiting[kind];
    marks.set(channel, Math.max(sequence, marks.get(channel) ?? 0));
    this.#soon(RECEIPTS_EVERY);
  }

  #soon(ms) {
    this.#due ??= this.#timers.after(ms, () => this.flush());
  }

  flush() {
    this.#due?.();
    this.#due = null;
    if (this.#calling) return;
    for (let next = this.#take(); next; next = this.#take()) {
      if (!this.#line.send({ type: 'receipt', ...next })) {
        this.#call(next);
        return;
      }
      this.#note(next);
    }
  }

  #note(receipt) {
    const now = this.#timers.now();
    this.#lately = this.#lately.filter(({ at }) => now - at < RECEIPT_UNSURE);
    this.#lately.push({ at: now, receipt });
  }

  async #call(receipt) {
    this.#calling = true;
    try {
      await this.#api.receipts(receipt);
      this.#attempt = 0;
      this.#calling = false;
      if (this.#waiting.delivered.size + this.#waiting.read.size > 0) this.#soon(RECEIPTS_EVERY);
    } catch (problem) {
      this.#calling = false;
      if (!isTemporary(problem)) return;
      this.#again(receipt);
      this.#due?.();
      this.#due = null;
      this.#soon(Math.max(RECEIPTS_EVERY, problem.retryAfter ?? this.#delay(this.#attempt++)));
    }
  }

  /** What went out just before the connection broke goes out again. */
  lost() {
    const now = this.#timers.now();
    for (const { at, receipt } of this.#lately) {
      if (now - at < RECEIPT_UNSURE) this.#again(receipt);
    }
    this.#lately = [];
  }

  #again(receipt) {
    for (const kind of ['delivered', 'read']) {
      for (const [channel, sequence] of Object.entries(receipt[kind] ?? {})) this.add(kind, channel, sequence);
    }
  }

  /** As much as goes into one frame; null if nothing waits. */
  #take() {
    const taken = {};
    let room = CHANNELS_PER_RECEIPT;
    for (const kind of ['read', 'delivered']) {
      const marks = this.#waiting[kind];
      const some = [...marks].slice(0, room);
      room -= some.length;
      for (const [channel] of some) marks.delete(channel);
      if (some.length) taken[kind] = Object.fromEntries(some);
    }
    return room < CHANNELS_PER_RECEIPT ? taken : null;
  }

  end() {
    this.#timers.clear();
    this.#due = null;
    this.#lately = [];
    this.#waiting = { delivered: new Map(), read: new Map() };
  }
}

/** Whether the same call may succeed later. */
function isTemporary({ status }) {
  return status === 0 || status === 401 || status === 408 || status === 429 || status >= 500;
}

export class Channel {
  #client;
  #head;
  /** Up to where what the server said of `name` and `participantCount`, and of `unread`, tells of what happened. */
  #described = 0;
  #counted = 0;
  /** What was before was no news any more when the channel became known. */
  #news;
  #early = new Map();
  #gapSince = null;

  /** Everything from `#oldest` to `#head`. */
  #entries = [];
  #oldest;
  #room;
  #timeline = null;
  #loading = null;
  /** Edits and deletions that came while an earlier page was under way. */
  #amendments = [];

  #outgoing = [];
  #sends = new WeakMap();
  #pumping = false;

  #participants = null;
  #loadingParticipants = null;
  #marks = new Map();
  #stale = false;

  #typing = new Map();
  #typedAt = -Infinity;

  /** @param news the first sequence that is news to the user */
  constructor(client, summary, news = Infinity) {
    this.#client = client;
    this.id = summary.id;
    this.createdAt = summary.createdAt;
    this.firstSequence = summary.firstSequence;
    this.left = false;
    this.participants = Object.freeze([]);
    this.activeAt = 0;
    this._begin(summary, news);
  }

  /** Begins anew near the end. */
  _begin(summary, news = Infinity) {
    this.#head = Math.max(summary.read, summary.lastSequence - TAIL, summary.firstSequence - 1);
    this.#news = Math.min(news, summary.lastSequence + 1);
    this.#early.clear();
    this.#gapSince = null;
    this.#entries = [];
    this.#oldest = this.#head + 1;
    this.#room = this.#client._keep;
    this.#loading = null;
    this.#participants = null;
    this.participants = Object.freeze([]);
    this.#marks.clear();
    this.read = summary.read;
    this.unread = summary.unread;
    this.#counted = summary.lastSequence;
    this.#describe(summary);
    this.lastMessage = summary.lastMessage && this.#entry(summary.lastMessage);
    this.activeAt = Math.max(this.activeAt, Date.parse(summary.lastMessage?.createdAt ?? summary.createdAt));
    this.#outgoing = this.#outgoing.filter(({ message }) => !(message.sequence <= this.#head));
    this.#changed('timeline', 'summary', 'participants', 'marks');
  }

  /** Takes over what the server says of it as a whole, which may be older or newer than what has come event by event. */
  _update(summary) {
    if (summary.lastSequence >= this.#head) this.#describe(summary);
    this.mutedUntil = summary.mutedUntil;
    if (summary.read >= this.read) { // else this client has not said yet how far it is
      this.read = summary.read;
      this.#counted = summary.lastSequence;
      this.unread = Math.min(UNREAD_CAP, summary.unread + this.#othersAfter(Math.max(summary.lastSequence, summary.read)));
    }
    this.#changed('summary');
  }

  #describe(summary) {
    this.#described = summary.lastSequence;
    this.name = summary.name;
    this.participantCount = summary.participantCount;
    this.mutedUntil = summary.mutedUntil;
  }

  #changed(...what) {
    if (what.includes('timeline')) this.#timeline = null;
    this.#client._changed(this, what);
  }

  get lastSequence() {
    return this.#head;
  }

  on(event, listener) {
    return this.#client.on(event, (channel, what) => {
      if (channel === this) listener(what);
    });
  }

  // --- the order of events

  /** An event as it came, in whatever order: `next`, `early`, `repeat`, or `lost` if it was too much to hold back. */
  _take(event) {
    const { sequence } = event;
    if (sequence <= this.#head) return 'repeat';
    if (sequence === this.#head + 1) {
      this.#apply(event);
      this.#drain();
      return 'next';
    }
    this.#gapSince ??= this.#client._now();
    this.#early.set(sequence, event);
    if (this.#early.size <= MAX_EARLY) return 'early';
    this.#early.clear();
    this.#gapSince = null;
    return 'lost';
  }

  /** The events after `#head` that the user may read, in order: a hole among them is one of his periods'. */
  _takeInOrder(event) {
    if (event.sequence <= this.#head) return;
    this.#apply(event);
    this.#drain();
  }

  #drain() {
    for (const sequence of this.#early.keys()) {
      if (sequence <= this.#head) this.#early.delete(sequence);
    }
    for (let next; (next = this.#early.get(this.#head + 1)); ) {
      this.#early.delete(next.sequence);
      this.#apply(next);
    }
    this.#gapSince = this.#early.size === 0 ? null : this.#client._now();
  }

  /** When the present gap was seen, or last looked into; null if there is none. */
  get _gapSince() {
    return this.#gapSince;
  }

  _lookedInto() {
    if (this.#gapSince !== null) this.#gapSince = this.#client._now();
  }

  #apply(event) {
    this.#head = event.sequence;
    this.activeAt = Math.max(this.activeAt, Date.parse(event.createdAt));
    this.#show(event);
    this.#count(event);
    this.#changed('timeline', 'summary');
    this.#client._emit('event', event, this);
    if (this.#isNews(event)) this.#client._emit('message', this.#entry(event), this);
    if (this.#isLeaving(event)) this.#client._leave(this, event.sequence);
  }

  /** Not in an earlier time: the server has told of the channel since. */
  #isLeaving({ type, user, sequence }) {
    return type === 'participant.left' && user === this.#client.user && sequence > this.#described;
  }

  #isNews(event) {
    return isOthers(event, this.#client.user) && !event.deleted && event.sequence >= this.#news && event.sequence > this.read;
  }

  #show(event) {
    switch (event.type) {
      case 'message.edited':
        this.#amend({ target: event.target, content: event.content, editedAt: event.createdAt });
        return;
      case 'message.deleted':
        this.#uncount(event);
        this.#amend({ target: event.target, deleted: true });
        return;
      case 'message':
        this.#showMessage(event);
        break;
      case 'participant.joined':
        this.#joined(event);
        break;
      case 'participant.left':
        this.#gone(event.user);
        break;
    }
    const entry = this.#entry(event);
    if (entry) this.#entries.push(entry);
    if (this.#entries.length > this.#room) this.#forget(this.#entries.length - this.#room);
  }

  #showMessage(event) {
    const send = event.sender === this.#client.user && this.#outgoing.find(
      ({ message }) => message.clientMessageId === event.clientMessageId);
    if (send) {
      this.#outgoing.splice(this.#outgoing.indexOf(send), 1);
      send.resolve(event);
    }
    if (event.sequence > (this.lastMessage?.sequence ?? 0)) this.lastMessage = this.#entry(event);
    this.#stopTyping(event.sender);
  }

  /** What the server's summary did not tell yet. */
  #count(event) {
    if (event.sequence > this.#described) {
      if (event.type === 'channel.renamed') this.name = event.name;
      if (event.type === 'participant.joined') this.participantCount++;
      if (event.type === 'participant.left') this.participantCount--;
    }
    if (isOthers(event, this.#client.user) && !event.deleted && event.sequence > Math.max(this.#counted, this.read)) {
      this.unread = Math.min(UNREAD_CAP, this.unread + 1);
    }
  }

  /** A message that is deleted is unread no more, if it was counted. */
  #uncount({ sequence, target }) {
    if (sequence <= this.#counted || target <= this.read) return;
    const message = this.#entries[this.#indexOf(target)];
    if (message?.own || (message?.deleted && target > this.#counted)) return;
    if (message && this.unread < UNREAD_CAP) this.unread = Math.max(0, this.unread - 1);
    else this.#client._recount(this);
  }

  #amend(change) {
    if (this.#loading) this.#amendments.push(change);
    const index = this.#indexOf(change.target);
    if (index >= 0) this.#entries[index] = amended(this.#entries[index], change);
    if (this.lastMessage?.sequence === change.target) this.lastMessage = amended(this.lastMessage, change);
  }

  // --- the timeline

  get timeline() {
    this.#timeline ??= Object.freeze([...this.#entries, ...this.#outgoing.map(({ message }) => message)]);
    return this.#timeline;
  }

  get hasEarlier() {
    return this.#oldest > this.firstSequence;
  }

  #entry(event) {
    return entry(event, this.#client.user);
  }

  /** Where the entry of a sequence is; negative if it is not loaded. */
  #indexOf(sequence) {
    let low = 0;
    let high = this.#entries.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.#entries[middle].sequence;
      if (found === sequence) return middle;
      if (found < sequence) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  #othersAfter(sequence) {
    return this.#entries.filter(
      ({ kind, own, deleted, sequence: at }) => kind === 'message' && !own && !deleted && at > sequence).length;
  }

  #forget(count) {
    this.#entries.splice(0, count);
    this.#oldest = this.#entries[0]?.sequence ?? this.#head + 1;
  }

  loadEarlier() {
    if (!this.hasEarlier) return Promise.resolve(false);
    if (!this.#loading) {
      const loading = this.#loadEarlier().finally(() => {
        if (this.#loading === loading) this.#loading = null;
        this.#amendments = [];
      });
      this.#loading = loading;
    }
    return this.#loading;
  }

  async #loadEarlier() {
    const before = this.#oldest;
    const { from, events } = await this.#pageBefore(before);
    if (before !== this.#oldest) return false; // the timeline has begun anew meanwhile
    const loaded = events.map(event => this.#entry(event)).filter(Boolean);
    for (const change of this.#amendments) {
      const index = loaded.findIndex(({ sequence }) => sequence === change.target);
      if (index >= 0) loaded[index] = amended(loaded[index], change);
    }
    this.#entries = [...loaded, ...this.#entries];
    this.#oldest = from;
    this.#room = Math.max(this.#room, this.#entries.length + this.#client._keep);
    this.#changed('timeline');
    return loaded.length > 0;
  }

  /** The log tells more than the messages, but where many came and went, they are a long way back in it. */
  async #pageBefore(before) {
    const after = Math.max(this.firstSequence - 1, before - 1 - EVENTS_PER_PAGE);
    const log = await this.#client.api.events(this.id, { after, limit: before - 1 - after });
    const events = log.items.filter(({ sequence }) => sequence < before);
    if (after < this.firstSequence || events.some(({ type }) => type === 'message')) return { from: after + 1, events };
    const earlier = await this.#client.api.messages(this.id, { before: after + 1, limit: MESSAGES_PER_PAGE });
    return { from: earlier.items[0]?.sequence ?? this.firstSequence, events: [...earlier.items, ...events] };
  }

  trim() {
    this.#room = this.#client._keep;
    if (this.#entries.length > this.#room) {
      this.#forget(this.#entries.length - this.#room);
      this.#changed('timeline');
    }
  }

  // --- sending

  send(content) {
    return this.#enqueue(Object.freeze({
      kind: 'message',
      ...this.#keyed(newId()),
      channel: this.id,
      sender: this.#client.user ?? '',
      own: true,
      createdAt: new Date(this.#client._now()).toISOString(),
      content,
      edited: false,
      deleted: false,
      pending: true,
    }));
  }

  #keyed(clientMessageId) {
    return { key: ownKey(clientMessageId), clientMessageId };
  }

  #enqueue(message) {
    const send = {};
    send.promise = new Promise((resolve, reject) => Object.assign(send, { resolve, reject }));
    send.promise.catch(() => {}); // whoever wants to know asks by sent()
    this.#outgoing.push(send);
    this.#become(send, message);
    this.#pump();
    return message;
  }

  #become(send, message) {
    send.message = message;
    this.#sends.set(message, send);
    this.#changed('timeline');
  }

  /** One after the other: what was written first stands first. */
  async #pump() {
    if (this.#pumping) return;
    this.#pumping = true;
    for (let next; (next = this.#outgoing.find(({ message }) => message.pending)); ) {
      await this.#transmit(next);
    }
    this.#pumping = false;
  }

  async #transmit(send) {
    const { content, clientMessageId } = send.message;
    const waiting = () => this.#outgoing.includes(send) && send.message.pending;
    for (let attempt = 0; waiting(); attempt++) {
      try {
        const event = await this.#client.api.sendMessage(this.id, content, clientMessageId);
        if (!waiting()) return;
        this.#become(send, this.#entry(event));
        send.resolve(event);
        this.#client._take(event);
        if (event.sequence <= this.#head) this.#outgoing = this.#outgoing.filter(other => other !== send);
        return;
      } catch (problem) {
        if (!waiting()) return;
        if (!isTemporary(problem) || problem instanceof SignedOut || (problem.status === 500 && attempt >= MAX_DEFECTS)) {
          this.#fail(send, problem);
          return;
        }
        await this.#client._pause(attempt, problem.retryAfter);
      }
    }
  }

  #fail(send, problem) {
    send.reject(problem);
    this.#become(send, Object.freeze({ ...send.message, pending: false, problem }));
  }

  /** Nothing is sent any more. */
  _failAll(problem) {
    for (const send of this.#outgoing.filter(({ message }) => message.pending)) this.#fail(send, problem);
  }

  retry(message) {
    if (!this.#withdraw(message)) return;
    const { problem, ...again } = this.#sends.get(message).message;
    this.#enqueue(Object.freeze({ ...again, pending: true }));
  }

  discard(message) {
    if (this.#withdraw(message)) this.#changed('timeline');
  }

  #withdraw(message) {
    const index = this.#outgoing.findIndex(send => send.message.key === message.key && send.message.problem);
    if (index >= 0) this.#outgoing.splice(index, 1);
    return index >= 0;
  }

  sent(message) {
    return this.#sends.get(message)?.promise ?? Promise.reject(new TypeError('This client does not send that message.'));
  }

  // --- receipts

  markRead(sequence = this.#head) {
    const to = Math.min(sequence, this.#head);
    if (to <= this.read) return;
    this.#client._receipt('read', this.id, to);
    this.#readTo(to);
  }

  #readTo(sequence) {
    if (sequence <= this.read) return;
    this.read = sequence;
    const end = Math.max(this.#head, this.#counted);
    if (sequence >= end) this.unread = 0;
    else if (this.#oldest <= sequence + 1 && this.#head === end) this.unread = Math.min(UNREAD_CAP, this.#othersAfter(sequence));
    else this.#client._recount(this);
    this.#changed('summary');
  }

  /** Others, or this user elsewhere, are further. */
  _marked(marks) {
    for (const { user, delivered, read } of marks) {
      if (user === this.#client.user) this.#readTo(read);
      const known = this.#marks.get(user);
      if (known || this.#marks.size < PARTICIPANTS) {
        this.#marks.set(user, { delivered: Math.max(delivered, known?.delivered ?? 0), read: Math.max(read, known?.read ?? 0) });
      }
    }
    this.#refreshParticipants();
    this.#changed('marks');
  }

  status(message) {
    if (message.problem) return 'failed';
    if (message.pending || message.sequence === undefined) return 'pending';
    const others = this.#receivers(message.createdAt);
    if (others.length === 0) return 'sent';
    if (others.every(({ read }) => read >= message.sequence)) return 'read';
    return others.every(({ delivered, read }) => Math.max(delivered, read) >= message.sequence) ? 'delivered' : 'sent';
  }

  /** A message is owed to who was there at its time, its sender excepted. */
  #receivers(createdAt) {
    const at = Date.parse(createdAt); // not as text: a whole second comes without its decimals
    return this.participants.filter(({ user, joinedAt }) => user !== this.#client.user && Date.parse(joinedAt) <= at);
  }

  receipts(sequence) {
    const others = this.participants.filter(({ user }) => user !== this.#client.user);
    const hasRead = others.filter(({ read }) => read >= sequence);
    const has = others.filter(({ delivered, read }) => delivered >= sequence && read < sequence);
    return { read: hasRead.map(({ user }) => user), delivered: has.map(({ user }) => user) };
  }

  // --- people

  async loadParticipants(again = false) {
    this.#client._watched = this;
    if (this.#participants && !this.#stale && !again) return this.participants;
    this.#loadingParticipants ??= this.#loadParticipants().finally(() => (this.#loadingParticipants = null));
    return this.#loadingParticipants;
  }

  async #loadParticipants() {
    const page = await this.#client.api.participants(this.id, { limit: PARTICIPANTS });
    this.#participants = new Map(page.items.map(participant => [participant.user, participant]));
    this.#stale = false;
    this.#refreshParticipants();
    this.#changed('participants', 'marks');
    return this.participants;
  }

  /** Signals may have been missed. */
  _missedSignals() {
    this.#stale = true;
  }

  #refreshParticipants() {
    if (!this.#participants) return;
    const all = [...this.#participants.values()].map(participant => {
      const { delivered = 0, read = 0 } = this.#marks.get(participant.user) ?? {};
      return Object.freeze({
        ...participant,
        delivered: Math.max(participant.delivered, delivered),
        read: Math.max(participant.read, read),
      });
    });
    this.participants = Object.freeze(all.sort((one, other) => (one.user < other.user ? -1 : 1)));
  }

  #joined({ user, createdAt }) {
    if (!this.#participants || this.#participants.size >= PARTICIPANTS) return;
    this.#participants.set(user, { user, delivered: 0, read: 0, joinedAt: createdAt });
    this.#refreshParticipants();
    this.#changed('participants');
  }

  #gone(user) {
    this.#stopTyping(user);
    if (!this.#participants?.delete(user)) return;
    this.#refreshParticipants();
    this.#changed('participants', 'marks');
  }

  get typing() {
    return [...this.#typing.keys()];
  }

  _typed(user) {
    if (user === this.#client.user) return;
    this.#typing.get(user)?.();
    this.#typing.set(user, this.#client._after(TYPING_SHOWN, () => this.#stopTyping(user)));
    this.#changed('typing');
  }

  #stopTyping(user) {
    const callOff = this.#typing.get(user);
    if (!callOff) return;
    callOff();
    this.#typing.delete(user);
    this.#changed('typing');
  }

  type() {
    const now = this.#client._now();
    if (now - this.#typedAt < TYPING_EVERY) return;
    this.#typedAt = now;
    this.#client.api.typing(this.id).catch(() => {}); // the next key says it again
  }

  // --- the rest

  async edit(sequence, content) {
    this.#client._take(await this.#client.api.editMessage(this.id, sequence, content));
  }

  async delete(sequence) {
    this.#client._take(await this.#client.api.deleteMessage(this.id, sequence));
  }

  async rename(name) {
    this._update(await this.#client.api.renameChannel(this.id, name));
    this.#client._wrote();
  }

  async add(user) {
    await this.#client.api.addParticipant(this.id, user);
    this.#client._wrote();
  }

  async remove(user) {
    await this.#client.api.removeParticipant(this.id, user);
    this.#client._wrote();
  }

  leave() {
    return this.remove(this.#client.user);
  }

  async mute(until) {
    await this.#client.api.mute(this.id, until);
    this._update(await this.#client.api.channel(this.id));
  }

  async unmute() {
    await this.#client.api.unmute(this.id);
    this._update(await this.#client.api.channel(this.id));
  }

  delivery(sequence, page) {
    return this.#client.api.delivery(this.id, sequence, page);
  }
}

const LINES = {
  'channel.created': 'created',
  'channel.renamed': 'renamed',
  'participant.joined': 'joined',
  'participant.left': 'left',
};

/** How an event is shown; null if it is not, but changes another. */
function entry(event, user) {
  const { channel, sequence, sender, createdAt } = event;
  if (event.type === 'message') {
    const own = sender === user;
    return Object.freeze({
      kind: 'message',
      key: own && event.clientMessageId ? ownKey(event.clientMessageId) : `s:${sequence}`,
      channel,
      sequence,
      sender,
      own,
      createdAt,
      content: event.deleted ? undefined : event.content,
      clientMessageId: event.clientMessageId,
      edited: Boolean(event.edited),
      editedAt: event.editedAt,
      deleted: Boolean(event.deleted),
      pending: false,
    });
  }
  const kind = LINES[event.type];
  return kind
    ? Object.freeze({ kind, key: `s:${sequence}`, channel, sequence, sender, createdAt, user: event.user, name: event.name })
    : null;
}

function ownKey(clientMessageId) {
  return `c:${clientMessageId}`;
}

/** An edit that another has followed comes without content: the message reads as that other one says already. */
function amended(message, { content, editedAt, deleted }) {
  if (message.kind !== 'message' || message.deleted) return message;
  if (deleted) return Object.freeze({ ...message, content: undefined, edited: false, editedAt: undefined, deleted });
  return content === undefined ? message : Object.freeze({ ...message, content, edited: true, editedAt });
}

function isOthers(event, user) {
  return event.type === 'message' && event.sender !== user;
}

/** What is nobody's to handle. */
function report(failure) {
  if (globalThis.reportError) globalThis.reportError(failure);
  else console.error(failure);
}

/** Also where the page is not from a secure origin, which has no randomUUID. */
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
}

export class Touchline {
  user = null;
  state = Object.freeze({ status: 'idle', caughtUp: false });

  _keep;
  /** The channel whose participants were asked for last. */
  _watched = null;

  #socketUrl;
  #pollInterval;
  #receiptsWanted;
  #delay;
  #random;
  #clock;
  #timers;
  #tokens;
  #rest;
  #line;
  #receipts;
  #listeners = new Map();
  #stopListening = () => {};

  #channels = new Map();
  #ordered = null;
  #cursor;
  #listed = false;
  /** Further channels of the list, and how far they were when it was loaded; null until that is known. */
  #others = null;
  /** Channels that are news to us, and the sequence by which they were. */
  #unmet = new Map();
  /** Channels that are no longer the user's, and the last sequence that was. */
  #left = new Map();
  /** Channels that are behind and have not been asked for. */
  #behindOnes = new Set();
  #epoch = null;

  #open = false;
  #firstTime = null;
  #again = false;
  #running = false;
  #caughtUp = false;
  #gapWatch = null;
  #discovered = null;
  #polling = false;
  #polled = false;
  #nextPoll = null;
  #pauses = new Set();
  #changes = new Map();

  constructor(options) {
    const { token, url = globalThis.location?.origin, clock = systemClock, random = Math.random } = options;
    if (typeof token !== 'function') throw new TypeError('token: a function that gives a bearer token is needed');
    if (!url) throw new TypeError('url: where the API is has to be said outside of a page');
    const WebSocket = options.WebSocket ?? globalThis.WebSocket;
    if (!WebSocket) throw new TypeError('WebSocket: this runtime has none, so one has to be given');
    const { base = SECOND, cap = 30 * SECOND } = options.backOff ?? {};
    this.#socketUrl = options.socket;
    this.#pollInterval = options.pollInterval ?? 5 * SECOND;
    this.#receiptsWanted = options.receipts ?? true;
    this.#clock = clock;
    this.#random = random;
    this.#delay = attempt => random() * Math.min(cap, base * 2 ** Math.min(attempt, 30));
    this.#timers = new Timers(clock);
    this._keep = options.keep ?? 500;
    this.#tokens = new Tokens(async reason => {
      const fresh = await token(reason);
      if (fresh) this.user ??= Tokens.subject(fresh);
      return fresh;
    });
    const fetch = options.fetch ?? globalThis.fetch;
    this.#rest = new Rest(`${url.replace(/\/+$/, '')}/api/v1`, (...call) => fetch(...call), this.#tokens, clock);
    this.api = calls(this.#rest);
    this.#line = new Line({
      address: () => this.#address(),
      tokens: this.#tokens,
      delay: this.#delay,
      random,
      clock,
      WebSocket,
      owner: {
        ready: frame => this.#ready(frame),
        frame: frame => this.#frame(frame),
        lost: () => this.#lost(),
        changed: () => this.#publish(),
        ended: (reason, code) => this.#end(reason, code),
      },
    });
    this.#receipts = new Receipts(this.#line, this.api, this.#delay, clock);
  }

  on(event, listener) {
    if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
    const entry = { listener };
    this.#listeners.get(event).add(entry);
    return () => this.#listeners.get(event).delete(entry);
  }

  /** A listener that fails is the page's affair and must not stop us. */
  _emit(event, ...values) {
    for (const { listener } of [...(this.#listeners.get(event) ?? [])]) {
      try {
        listener(...values);
      } catch (failure) {
        report(failure);
      }
    }
  }

  // --- beginning and end

  connect() {
    if (!this.#open) {
      this.#open = true;
      this.#caughtUp = false;
      this.#firstTime = {};
      this.#firstTime.promise = new Promise((resolve, reject) => Object.assign(this.#firstTime, { resolve, reject }));
      this.#firstTime.promise.catch(() => {});
      this.#listen();
      this.#line.open();
    }
    return this.#firstTime.promise;
  }

  close() {
    this.#end('closed');
  }

  #end(reason, code) {
    if (!this.#open) return;
    this.#open = false;
    this.#again = false;
    this.#stopListening();
    this.#line.close();
    this.#rest.end();
    this.#timers.clear();
    this.#receipts.end();
    this.#stopPolling();
    this.#gapWatch = null;
    this.#caughtUp = false;
    const problem = Problem._unreachable(`The chat is closed: ${reason}.`);
    for (const channel of this.#channels.values()) channel._failAll(problem);
    this.#wake(true);
    this.#firstTime.reject(problem);
    this.#become({ status: 'closed', reason, code, caughtUp: false });
  }

  /** What the page's surroundings tell: they are hints, not to be trusted. */
  #listen() {
    const ending = new AbortController();
    const { signal } = ending;
    const page = globalThis.document;
    const back = () => {
      this.#line.hurry();
      this.#wake();
      if (this.#polling) this.#behind();
    };
    const seen = () => (page.visibilityState === 'visible' ? back() : this.#receipts.flush());
    globalThis.addEventListener?.('online', back, { signal });
    globalThis.addEventListener?.('offline', () => this.#line.hurry(), { signal });
    page?.addEventListener('visibilitychange', seen, { signal });
    this.#stopListening = () => ending.abort();
  }

  async #address() {
    if (this.#socketUrl) return this.#socketUrl;
    this.#discovered ??= (await this.api.base()).socket;
    return this.#discovered;
  }

  // --- the connection

  #ready(frame) {
    this.user ??= frame.user;
    this.#stopPolling();
    this.#caughtUp = false;
    this.#listed = false; // what was read elsewhere meanwhile is no event, so the list is looked at again
    this.#receipts.flush();
    this.#wake();
    this.#behind();
  }

  #frame(frame) {
    if (frame.type === 'sync') {
      this.#behind();
    } else if (frame.type === 'marks') {
      this.#channels.get(frame.channel)?._marked(frame.marks);
      this._emit('marks', frame);
    } else if (frame.type === 'typing') {
      this.#channels.get(frame.channel)?._typed(frame.user);
      this._emit('typing', frame);
    } else if (Number.isInteger(frame.sequence)) {
      this._take(frame);
    } // anything else is of a newer server
  }

  #lost() {
    this.#caughtUp = false;
    this.#receipts.lost();
    for (const channel of this.#channels.values()) channel._missedSignals();
    if (this.#line.failures >= BLOCKED_AFTER) {
      this.#discovered = null;
      if (!this.#polling) {
        this.#polling = true;
        this.#listed = false;
        this.#behind();
      }
    }
  }

  #publish() {
    if (!this.#open) return;
    const { status, reason, code, retryAt } = this.#line;
    const polls = this.#polling && this.#polled && status !== 'online';
    this.#become({
      status: polls ? 'polling' : status,
      reason,
      code,
      retryAt: polls ? undefined : retryAt,
      caughtUp: this.#caughtUp,
    });
  }

  #become(state) {
    if (Object.entries(state).every(([name, value]) => this.state[name] === value)) return;
    this.state = Object.freeze(state);
    this._emit('state', this.state);
  }

  #stopPolling() {
    this.#polling = false;
    this.#polled = false;
    this.#nextPoll?.();
    this.#nextPoll = null;
  }

  #pollLater() {
    const hidden = globalThis.document?.visibilityState === 'hidden';
    const interval = this.#pollInterval * (hidden ? HIDDEN_POLLS : 1) * (0.8 + 0.4 * this.#random());
    this.#nextPoll?.();
    this.#nextPoll = this.#timers.after(interval, () => this.#behind());
  }

  // --- catching up

  /** Something may have been missed. One look at a time; what is said meanwhile leads to another. */
  #behind() {
    this.#again = true;
    if (!this.#running) this.#run();
  }

  get #canCatchUp() {
    return this.#open && (this.#line.isReady || this.#polling);
  }

  async #run() {
    this.#running = true;
    for (let attempt = 0; this.#again && this.#canCatchUp; ) {
      this.#again = false;
      try {
        await this.#catchUp();
        attempt = 0;
        if (!this.#again) this.#isCaughtUp();
      } catch (failure) {
        if (!(failure instanceof Problem)) report(failure);
        this.#again = true;
        this.#polled = false;
        this.#publish();
        if (failure instanceof SignedOut) this.#end('signed-out');
        else await this._pause(attempt++, failure.retryAfter);
      }
    }
    this.#running = false;
  }

  #isCaughtUp() {
    if (!this.#canCatchUp) return;
    this.#caughtUp = true;
    for (const channel of this.#channels.values()) channel._lookedInto();
    if (this.#polling) {
      this.#polled = true;
      this._watched?._missedSignals();
      this.#pollLater();
    }
    this.#flushChanges();
    this.#publish();
    this.#firstTime.resolve();
    this._watched?.loadParticipants().catch(() => {});
    this.#watchGaps();
  }

  async #catchUp() {
    let more;
    do {
      if (!this.#listed) await this.#loadList();
      await this.#meet();
      const named = this.#named();
      const answer = await this.api.sync(Object.fromEntries(named.map(channel => [channel.id, channel.lastSequence])));
      if (this.#epoch !== null && this.#epoch !== answer.epoch) {
        this.#epoch = answer.epoch;
        this.#forgetAll();
        more = true;
      } else {
        this.#epoch = answer.epoch;
        this.#caught(answer, named);
        more = answer.more || this.#unmet.size > 0 || this.#behindOnes.size > 0;
      }
    } while (more);
  }

  async #loadList() {
    const page = await this.api.channels({ limit: CHANNELS_PER_PAGE });
    if (this.#others === null) this.#cursor = page.next;
    this.#follow(page.items);
    this.#listed = true;
  }

  /** Channels of a page of the list: latest activity first, though not all of them say when that was. */
  #follow(summaries) {
    const channels = summaries.map(summary => this.#known(summary));
    let activeAt = 0;
    for (const channel of [...channels].reverse()) {
      activeAt = channel.activeAt = Math.max(channel.activeAt, activeAt);
    }
    return channels;
  }

  #known(summary) {
    const { id } = summary;
    const news = this.#unmet.get(id);
    this.#unmet.delete(id);
    this.#others?.delete(id);
    const known = this.#channels.get(id);
    if (known && news === RESTART) {
      known._begin(summary);
      this._emit('reset', known);
    } else if (known) {
      known._update(summary);
    } else {
      this.#channels.set(id, new Channel(this, summary, news));
      this.#ordered = null;
    }
    return this.#channels.get(id);
  }

  /** Gets to know the channels that have turned up. */
  async #meet() {
    for (const id of [...this.#unmet.keys()]) {
      try {
        this.#known(await this.api.channel(id));
      } catch (problem) {
        if (problem.status !== 404) throw problem;
        this.#unmet.delete(id);
        const known = this.#channels.get(id);
        if (known) this._leave(known, known.lastSequence);
      }
    }
  }

  /** Those that are known to be behind, and then the liveliest. */
  #named() {
    const behind = [...this.#behindOnes].map(id => this.#channels.get(id)).filter(Boolean);
    return [...new Set([...behind, ...this.channels])].slice(0, CHANNELS_PER_SYNC);
  }

  #caught({ events, channels, left, more }, named) {
    const asked = new Set(named.map(({ id }) => id));
    for (const id of asked) this.#behindOnes.delete(id);
    for (const event of events) this.#channels.get(event.channel)?._takeInOrder(event);
    for (const { channel } of events) {
      const known = this.#channels.get(channel);
      if (known) this._receipt('delivered', channel, known.lastSequence);
    }
    const first = this.#others === null;
    if (first) this.#others = new Map();
    for (const head of channels) this.#compare(head, asked, first);
    for (const { channel: id, sequence } of left) {
      const channel = this.#channels.get(id);
      if (channel && (!more || channel.lastSequence >= sequence)) this._leave(channel, sequence);
    }
  }

  #compare({ channel: id, lastSequence, reset }, asked, first) {
    const channel = this.#channels.get(id);
    if (channel) {
      if (reset) this.#unmet.set(id, RESTART);
      else if (!asked.has(id) && lastSequence > channel.lastSequence) this.#behindOnes.add(id);
    } else if (first && this.#cursor) {
      this.#others.set(id, lastSequence);
    } else if (this.#others.get(id) !== lastSequence && !this.#unmet.has(id)) {
      this.#unmet.set(id, Infinity);
    }
  }

  /** The server has lost what it had told: nothing that was loaded can be relied on. */
  #forgetAll() {
    this.#listed = false;
    this.#others = null;
    this.#behindOnes.clear();
    for (const id of this.#channels.keys()) this.#unmet.set(id, RESTART);
  }

  _leave(channel, sequence) {
    channel.left = true;
    this.#channels.delete(channel.id);
    this.#left.set(channel.id, sequence);
    if (this._watched === channel) this._watched = null;
    this.#ordered = null;
    this._changed(channel, ['summary']);
    this._emit('left', channel);
  }

  /** An event from the connection, or as an answer. */
  _take(event) {
    const channel = this.#channels.get(event.channel);
    if (!channel) {
      this.#turnedUp(event);
      return;
    }
    const outcome = channel._take(event);
    if (outcome === 'early') this.#watchGaps();
    else if (outcome === 'lost') this.#behind();
    else this._receipt('delivered', channel.id, channel.lastSequence);
  }

  #turnedUp({ channel, sequence, type, user }) {
    if (sequence <= this.#left.get(channel)) return;
    if (type === 'participant.left' && user === this.user) {
      this.#left.set(channel, sequence);
      return;
    }
    if (!this.#unmet.has(channel)) this.#unmet.set(channel, sequence);
    this.#behind();
  }

  /** Looks at the oldest gap once it has stood. */
  #watchGaps() {
    const gaps = [...this.#channels.values()].map(channel => channel._gapSince).filter(since => since !== null);
    if (gaps.length === 0 || this.#gapWatch) return;
    const age = this.#timers.now() - Math.min(...gaps);
    this.#gapWatch = this.#timers.after(Math.max(0, GAP_STANDS - age), () => {
      this.#gapWatch = null;
      const now = this.#timers.now();
      const stands = ({ _gapSince }) => _gapSince !== null && now - _gapSince >= GAP_STANDS;
      if ([...this.#channels.values()].some(stands)) this.#behind();
      else this.#watchGaps();
    });
  }

  // --- what channels need

  _now() {
    return this.#timers.now();
  }

  _after(ms, task) {
    return this.#timers.after(ms, task);
  }

  _receipt(kind, channel, sequence) {
    if (kind === 'read' || this.#receiptsWanted) this.#receipts.add(kind, channel, sequence);
  }

  /** Until the next attempt; a hint that things are better ends it, unless the server has named the time. */
  _pause(attempt, retryAfter) {
    return new Promise(resolve => {
      const pause = { done: () => {
        callOff();
        this.#pauses.delete(pause);
        resolve();
      }, isFixed: retryAfter !== undefined };
      const callOff = this.#timers.after(retryAfter ?? this.#delay(attempt), pause.done);
      this.#pauses.add(pause);
    });
  }

  #wake(all = false) {
    for (const { done, isFixed } of [...this.#pauses]) {
      if (all || !isFixed) done();
    }
  }

  /** What was written comes back by the connection, or where there is none, has to be fetched. */
  _wrote() {
    if (this.#polling) this.#behind();
  }

  /** Its unread messages cannot be counted here. */
  async _recount(channel) {
    try {
      const { read } = channel;
      this.#receipts.flush();
      const summary = await this.api.channel(channel.id);
      if (summary.read >= read) channel._update(summary);
    } catch {
      // the next look at the list tells
    }
  }

  // --- channels

  get channels() {
    this.#ordered ??= Object.freeze([...this.#channels.values()].sort((one, other) => other.activeAt - one.activeAt));
    return this.#ordered;
  }

  get unread() {
    return this.channels.reduce((sum, { unread }) => sum + unread, 0);
  }

  get hasMoreChannels() {
    return this.#cursor !== undefined;
  }

  async loadMoreChannels() {
    if (!this.hasMoreChannels) return [];
    const page = await this.api.channels({ limit: CHANNELS_PER_PAGE, cursor: this.#cursor });
    const before = new Set(this.#channels.keys());
    this.#cursor = page.next;
    const added = this.#follow(page.items).filter(({ id }) => !before.has(id));
    this.#behind();
    return added;
  }

  channel(id) {
    return this.#channels.get(id);
  }

  async open(id) {
    return this.#channels.get(id) ?? this.#opened(await this.api.channel(id));
  }

  async create(channel) {
    return this.#opened(await this.api.createChannel(channel));
  }

  async direct(user) {
    return this.#opened(await this.api.directChannel(user));
  }

  #opened(summary) {
    const channel = this.#known(summary);
    this.#behind();
    return channel;
  }

  /** Gathers what changed at once, however many events brought it. */
  _changed(channel, what) {
    if (this.#changes.size === 0) queueMicrotask(() => this.#flushChanges());
    const changes = this.#changes.get(channel) ?? new Set();
    for (const each of what) changes.add(each);
    this.#changes.set(channel, changes);
  }

  #flushChanges() {
    const changes = [...this.#changes];
    this.#changes.clear();
    const inList = changes.some(([, what]) => what.has('summary'));
    if (inList) this.#ordered = null;
    for (const [channel, what] of changes) this._emit('change', channel, what);
    if (inList) this._emit('channels', this.channels);
  }
}
