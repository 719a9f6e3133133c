import { Touchline } from '../../main/resources/io/touchline/adapter/rest/touchline.js';

/** Time that goes on when a test says so. */
export class FakeClock {
  #now = Date.parse('2026-01-02T03:04:05.006Z');
  #timers = new Map();
  #number = 0;

  now() {
    return this.#now;
  }

  setTimeout(task, ms) {
    this.#timers.set(++this.#number, { at: this.#now + ms, task });
    return this.#number;
  }

  clearTimeout(timer) {
    this.#timers.delete(timer);
  }

  get timers() {
    return this.#timers.size;
  }

  /** Lets so much time pass, and everything happen that is due in it. */
  async advance(ms) {
    const end = this.#now + ms;
    await settle();
    for (let next; (next = this.#next(end)); ) {
      const [timer, { at, task }] = next;
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, at);
      task();
      await settle();
    }
    this.#now = end;
  }

  #next(end) {
    return [...this.#timers].filter(([, { at }]) => at <= end).sort(([, one], [, other]) => one.at - other.at)[0];
  }

  /** The machine sleeps: nothing is due until it wakes, and then everything is late. */
  sleep(ms) {
    this.#now += ms;
  }
}

/** Whatever can happen without time passing has happened. */
export async function settle() {
  for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate);
}

/** A server of one user's chat as the contract describes it, whose answers and frames a test can bend. */
export class FakeServer {
  clock = new FakeClock();
  requests = [];
  sockets = [];
  channels = new Map();
  epoch = 'first';
  syncLimit = 500;
  resetAfter = 1_000;
  /** What becomes of a new socket. */
  admit = socket => socket.ready();

  #bent = [];
  #number = 0;

  /** A client of `me` that talks to this server, with `random` always in the middle. */
  client(options = {}) {
    return new Touchline({
      url: 'https://chat.example.com/',
      token: () => token('me', ++this.#number),
      fetch: (url, request) => this.#fetch(new URL(url), request),
      WebSocket: this.WebSocket,
      clock: this.clock,
      random: () => 0.5,
      ...options,
    });
  }

  get WebSocket() {
    const server = this;
    return class extends FakeSocket {
      constructor(url, protocols) {
        super(server, url, protocols);
        server.sockets.push(this);
        queueMicrotask(() => server.admit(this));
      }
    };
  }

  get socket() {
    return this.sockets.at(-1);
  }

  /** A channel of me and these, which exists already. */
  channel(id, ...others) {
    const channel = { id, events: [], marks: new Map(), reads: 0, left: null, createdAt: this.#time() };
    channel.people = ['me', ...others];
    this.channels.set(id, channel);
    this.store(id, { type: 'channel.created', participants: channel.people, participantCount: channel.people.length }, 'me');
    return channel;
  }

  /** Stores an event and tells nobody. */
  store(id, event, sender = 'bob') {
    const { events } = this.channels.get(id);
    const stored = { type: event.type, channel: id, sequence: events.length + 1, sender, createdAt: this.#time(), ...event };
    events.push(stored);
    const target = events[event.target - 1];
    if (event.type === 'message.edited') {
      Object.assign(target, { content: event.content, edited: true, editedAt: stored.createdAt });
    }
    if (event.type === 'message.deleted') {
      for (const field of ['content', 'edited', 'editedAt']) delete target[field];
      target.deleted = true;
    }
    return { ...stored };
  }

  message(id, content, sender) {
    return this.store(id, { type: 'message', content }, sender);
  }

  #time() {
    return new Date(this.clock.now()).toISOString();
  }

  /** What the next call of that kind gets instead: a status, a problem, a failure, or what a function makes of it. */
  next(method, path, answer) {
    this.#bent.push({ method, path, answer, always: false });
  }

  /** The same for every call from now on, until the returned function is called. */
  always(method, path, answer) {
    const rule = { method, path, answer, always: true };
    this.#bent.unshift(rule);
    return () => this.#bent.splice(this.#bent.indexOf(rule), 1);
  }

  calls(method, path) {
    return this.requests.filter(request => request.method === method && matches(path, request.path));
  }

  async #fetch(url, { method, headers, body, signal }) {
    const path = url.pathname.replace('/api/v1', '') || '/';
    const request = { method, path, query: url.searchParams, headers, body: body && JSON.parse(body), at: this.clock.now() };
    this.requests.push(request);
    const rule = this.#bent.find(bent => bent.method === method && matches(bent.path, path));
    if (rule && !rule.always) this.#bent.splice(this.#bent.indexOf(rule), 1);
    const proper = () => this.#answer(request);
    const answer = rule ? (typeof rule.answer === 'function' ? rule.answer(proper, request) : rule.answer) : proper();
    return Promise.race([answer, aborted(signal)]).then(response);
  }

  #answer({ method, path, query, body }) {
    const [, , id, part, sequence] = path.split('/').map(decodeURIComponent);
    const channel = this.channels.get(id);
    const number = name => Number(query.get(name));
    if (path === '/') return { socket: 'wss://chat.example.com/ws', version: '1' };
    if (path === '/sync') return this.#sync(body.channels);
    if (path === '/receipts') return 204;
    if (path === '/channels' && method === 'POST') return this.#make(body);
    if (path === '/channels') return this.#list(number('limit'), number('cursor'));
    if (!channel) return { status: 404, detail: 'There is no such channel.' };
    if (!part) return method === 'PATCH' ? this.#rename(channel, body) : this.#summary(channel);
    if (part === 'participants' && method === 'GET') return { items: this.#participants(channel) };
    if (part === 'messages' && method === 'POST') return this.#send(channel, body);
    if (part === 'messages' && method === 'PATCH') {
      return this.store(id, { type: 'message.edited', target: Number(sequence), content: body.content }, 'me');
    }
    if (part === 'messages' && method === 'DELETE') {
      return this.store(id, { type: 'message.deleted', target: Number(sequence) }, 'me');
    }
    const log = channel.events.map(event => ({ ...event }));
    const lastSequence = log.length;
    if (part === 'events') return { items: log.slice(number('after')).slice(0, number('limit')), lastSequence };
    if (part === 'messages') {
      const before = log.filter(({ type, sequence: at }) => type === 'message' && at < (number('before') || Infinity));
      return { items: before.slice(-number('limit')), lastSequence };
    }
    return 204;
  }

  #make({ id = `made-${++this.#number}`, direct, participants = [direct] }) {
    if (!this.channels.has(id)) this.channel(id, ...participants);
    return this.#summary(this.channels.get(id));
  }

  #rename(channel, { name }) {
    channel.name = name;
    this.store(channel.id, { type: 'channel.renamed', name }, 'me');
    return this.#summary(channel);
  }

  #send({ id, events }, { content, clientMessageId }) {
    const first = events.find(event => event.clientMessageId === clientMessageId);
    return first ? { ...first } : this.store(id, { type: 'message', content, clientMessageId }, 'me');
  }

  #participants({ people, marks, createdAt }) {
    return people.map(user => ({ user, delivered: 0, read: 0, ...marks.get(user), joinedAt: createdAt }));
  }

  #list(limit, from) {
    const mine = [...this.channels.values()].filter(({ left }) => left === null);
    mine.sort((one, other) => (one.events.at(-1).createdAt < other.events.at(-1).createdAt ? 1 : -1));
    const items = mine.slice(from, from + limit).map(channel => this.#summary(channel));
    return from + limit < mine.length ? { items, next: String(from + limit) } : { items };
  }

  #summary({ id, name, createdAt, events, reads, people }) {
    const others = events.filter(
      ({ type, sequence, sender, deleted }) => type === 'message' && !deleted && sequence > reads && sender !== 'me');
    const lastMessage = events.filter(({ type }) => type === 'message').at(-1);
    return {
      id, name, createdAt,
      firstSequence: 1,
      lastSequence: events.length,
      read: reads,
      unread: Math.min(100, others.length),
      participantCount: people.length,
      ...(lastMessage && { lastMessage: { ...lastMessage } }),
    };
  }

  #sync(asked) {
    const answer = { events: [], channels: [], left: [], epoch: this.epoch, more: false };
    for (const channel of this.channels.values()) {
      const after = asked[channel.id];
      if (channel.left !== null) {
        if (after !== undefined) answer.left.push({ channel: channel.id, sequence: channel.left });
        continue;
      }
      const head = { channel: channel.id, lastSequence: channel.events.length };
      answer.channels.push(head);
      if (after === undefined) continue;
      const missed = channel.events.slice(after);
      if (missed.length > this.resetAfter) head.reset = true;
      else answer.events.push(...missed.map(event => ({ ...event })));
    }
    answer.more = answer.events.length > this.syncLimit;
    answer.events = answer.events.slice(0, this.syncLimit);
    return answer;
  }
}

class FakeSocket {
  sent = [];
  isOpen = false;
  closedByClient = false;

  constructor(server, url, protocols) {
    this.server = server;
    this.url = url;
    this.protocols = protocols;
  }

  ready(heartbeat = 25) {
    this.isOpen = true;
    this.push({ type: 'ready', user: 'me', connection: 'c', node: 'n', heartbeat });
  }

  push(frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  drop(code = 1006) {
    this.isOpen = false;
    this.onclose?.({ code });
  }

  send(text) {
    const frame = JSON.parse(text);
    this.sent.push(frame);
    if (frame.type === 'ping' && this.answers !== false) queueMicrotask(() => this.push({ type: 'pong' }));
  }

  close() {
    this.closedByClient = true;
  }

  /** What came of one type. */
  frames(type) {
    return this.sent.filter(frame => frame.type === type);
  }
}

export function token(user, number = 0) {
  const part = value => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ sub: user, jti: number })}.x`;
}

function matches(path, actual) {
  return path instanceof RegExp ? path.test(actual) : path === actual;
}

function aborted(signal) {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
}

/** From a status, an object to be answered with 200, or a problem, which has a status. */
function response(answer) {
  if (answer instanceof Error) throw answer;
  const status = typeof answer === 'number' ? answer : (answer.status ?? 200);
  const text = typeof answer === 'number' ? '' : JSON.stringify(answer);
  return {
    ok: status < 300,
    status,
    headers: { get: name => (name === 'Retry-After' ? (answer.retryAfter ?? null) : null) },
    text: async () => text,
  };
}
