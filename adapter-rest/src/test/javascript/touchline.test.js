import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { Problem, Touchline } from '../../main/resources/io/touchline/adapter/rest/touchline.js';
import { FakeServer, settle, token } from './fake.js';

let server;
let clock;

beforeEach(() => {
  server = new FakeServer();
  ({ clock } = server);
});

/** A client that is connected and has everything. */
async function connected(options) {
  const chat = server.client(options);
  chat.connect();
  await settle();
  assert.equal(chat.state.status, 'online');
  assert.equal(chat.state.caughtUp, true);
  return chat;
}

/** A client in the channel `tea` with bob. */
async function inTea(options) {
  server.channel('tea', 'bob');
  const chat = await connected(options);
  return { chat, tea: chat.channel('tea') };
}

const texts = channel => channel.timeline.filter(({ kind }) => kind === 'message').map(({ content }) => content);
const push = event => server.socket.push(event);
const syncs = () => server.calls('POST', '/sync').length;
const networkIsAway = () => new Error('no network');

describe('connecting', () => {
  test('asks where to connect, shows the token as a sub-protocol, and catches up', async () => {
    server.channel('tea', 'bob');
    const chat = server.client({ token: reason => token('me', reason) });
    const states = [];
    chat.on('state', ({ status, caughtUp }) => states.push([status, caughtUp]));
    await chat.connect();
    assert.equal(server.socket.url, 'wss://chat.example.com/ws');
    assert.deepEqual(server.socket.protocols, ['touchline.v1', `bearer.${token('me', 'first')}`]);
    assert.deepEqual(states, [['connecting', false], ['online', false], ['online', true]]);
    assert.equal(chat.user, 'me');
    assert.deepEqual(chat.channels.map(({ id }) => id), ['tea']);
    chat.close();
  });

  test('waits between attempts with full jitter up to the cap', async () => {
    server.admit = socket => socket.drop();
    server.always('GET', '/channels', networkIsAway());
    const draws = [0.5, 0.1];
    const chat = server.client({ backOff: { base: 1_000, cap: 20_000 }, random: () => draws.shift() ?? 0.999 });
    const waits = [];
    chat.on('state', ({ status, retryAt }) => status === 'waiting' && waits.push(retryAt - clock.now()));
    chat.connect();
    await clock.advance(60_000);
    assert.deepEqual(waits.slice(0, 2), [500, 200]);
    assert.equal(Math.round(Math.max(...waits)), 19_980);
    assert.equal(chat.state.reason, 'unreachable');
  });

  test('grows the wait while connections break at once, and begins anew after a good one', async () => {
    const chat = await connected();
    const waits = [];
    chat.on('state', ({ status, retryAt }) => status === 'waiting' && waits.push(retryAt - clock.now()));
    for (let broken = 0; broken < 7; broken++) {
      server.socket.drop();
      await clock.advance(waits.at(-1));
      assert.equal(chat.state.status, 'online');
    }
    assert.deepEqual(waits, [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    await clock.advance(10_000);
    server.socket.drop();
    assert.equal(waits.at(-1), 500);
    assert.equal(chat.state.reason, 'dropped');
  });

  test('comes back exactly when the node that went down has said', async () => {
    const chat = await connected();
    server.socket.push({ type: 'goodbye', reconnectAfter: 2_370 });
    server.socket.drop(1012);
    assert.deepEqual(chat.state, { status: 'waiting', reason: 'going-down', code: 1012, retryAt: clock.now() + 2_370, caughtUp: false });
    await clock.advance(2_369);
    assert.equal(server.sockets.length, 1);
    await clock.advance(1);
    assert.equal(chat.state.status, 'online');
    assert.equal(chat.state.reason, undefined);
  });

  for (const [code, reason] of [[4400, 'protocol'], [4403, 'forbidden'], [1002, 'protocol'], [1003, 'protocol'], [1007, 'protocol'], [1009, 'protocol']]) {
    test(`stays away after ${code}`, async () => {
      const chat = await connected();
      server.socket.drop(code);
      await clock.advance(3_600_000);
      assert.equal(server.sockets.length, 1);
      assert.deepEqual(chat.state, { status: 'closed', reason, code, caughtUp: false });
      assert.equal(clock.timers, 0);
    });
  }

  for (const [code, reason, wait] of [[4408, 'too-slow', 500], [1012, 'going-down', 500], [1013, 'busy', 500], [1006, 'dropped', 500], [4429, 'too-many', 45_000]]) {
    test(`connects again after ${code}`, async () => {
      const chat = await connected();
      server.socket.drop(code);
      assert.deepEqual(chat.state, { status: 'waiting', reason, code, retryAt: clock.now() + wait, caughtUp: false });
      await clock.advance(wait);
      assert.equal(chat.state.status, 'online');
    });
  }

  test('rejects what waits for the first connection when there is none to come', async () => {
    server.admit = socket => socket.drop(4403);
    await assert.rejects(server.client().connect(), Problem);
  });

  test('knows a handshake that has failed by its error, too', async () => {
    server.admit = socket => socket.onerror();
    const chat = server.client();
    chat.connect();
    await settle();
    assert.deepEqual([chat.state.status, chat.state.reason], ['waiting', 'unreachable']);
  });

  test('gives up a handshake that leads to nothing', async () => {
    server.admit = () => {};
    const chat = server.client();
    chat.connect();
    await clock.advance(10_000);
    assert.equal(chat.state.status, 'waiting');
    assert.equal(chat.state.reason, 'unreachable');
    assert.equal(server.socket.closedByClient, true);
  });

  test('listens no more to a connection that it has given up', async () => {
    const { chat } = await inTea();
    const [first] = server.sockets;
    first.answers = false;
    await clock.advance(60_000);
    assert.equal(server.sockets.length, 2);
    first.push(server.message('tea', 'late'));
    first.drop(4403);
    assert.equal(chat.state.status, 'online');
    assert.deepEqual(texts(chat.channel('tea')), []);
  });

  test('ends without a trace', async () => {
    const { chat, tea } = await inTea();
    server.always('POST', /messages$/, networkIsAway());
    const message = tea.send('never');
    server.always('POST', '/receipts', networkIsAway());
    tea.markRead();
    await settle();
    chat.close();
    await settle();
    assert.equal(clock.timers, 0);
    assert.equal(server.socket.closedByClient, true);
    assert.equal(tea.status(tea.timeline.at(-1)), 'failed');
    await assert.rejects(tea.sent(message), /closed/);
    const calls = server.requests.length;
    await clock.advance(3_600_000);
    assert.equal(server.requests.length, calls);
  });

  test('can be opened again after it was closed, and goes on where it was', async () => {
    const { chat, tea } = await inTea();
    server.always('POST', /messages$/, { status: 503, retryAfter: '30' });
    tea.send('kept');
    await settle();
    chat.close();
    server.message('tea', 'meanwhile');
    await chat.connect();
    assert.deepEqual(texts(tea), ['meanwhile', 'kept']);
    assert.equal(tea.timeline.at(-1).problem.status, 0);
  });
});

describe('the token', () => {
  test('is asked for anew, at once, when the connection was closed for it', async () => {
    const reasons = [];
    const chat = await connected({ token: reason => (reasons.push(reason), token('me', reasons.length)) });
    server.socket.drop(4401);
    assert.equal(chat.state.reason, 'token');
    await clock.advance(0);
    assert.equal(chat.state.status, 'online');
    assert.deepEqual(reasons, ['first', 'refused']);
    assert.equal(server.socket.protocols[1], `bearer.${token('me', 2)}`);
  });

  test('is not asked for in a hot loop when every one is refused', async () => {
    let asked = 0;
    server.admit = socket => socket.drop(4401);
    server.client({ token: () => token('me', ++asked) }).connect();
    await clock.advance(60_000);
    assert.ok(asked > 3 && asked < 12, `asked ${asked} times`);
  });

  test('is renewed on the connection before it ends, and used for calls from then on', async () => {
    const reasons = [];
    const chat = await connected({ token: reason => (reasons.push(reason), token('me', reasons.length)) });
    server.socket.push({ type: 'expiring', at: '2026-01-02T03:05:05Z' });
    await settle();
    assert.deepEqual(server.socket.frames('renew'), [{ type: 'renew', token: token('me', 2) }]);
    assert.deepEqual(reasons, ['first', 'expiring']);
    await chat.api.channels();
    assert.equal(server.requests.at(-1).headers.Authorization, `Bearer ${token('me', 2)}`);
    assert.equal(server.sockets.length, 1);
  });

  test('is asked for again if it cannot be had when it is about to end', async () => {
    let asked = 0;
    await connected({ token: () => { if (++asked === 2) throw new Error('away'); return token('me', asked); } });
    server.socket.push({ type: 'expiring', at: '2026-01-02T03:05:05Z' });
    await clock.advance(1_000);
    assert.deepEqual(server.socket.frames('renew'), [{ type: 'renew', token: token('me', 3) }]);
  });

  test('that a call refuses is replaced once, and the call made again', async () => {
    const reasons = [];
    const chat = await connected({ token: reason => (reasons.push(reason), token('me', reasons.length)) });
    server.next('GET', '/channels', { status: 401, detail: 'The bearer token is not valid.' });
    assert.deepEqual(await chat.api.channels({ limit: 10 }), { items: [] });
    assert.deepEqual(reasons, ['first', 'refused']);
    server.always('GET', '/channels', { status: 401, detail: 'The bearer token is not valid.' });
    await assert.rejects(chat.api.channels(), { status: 401, message: 'The bearer token is not valid.' });
    assert.equal(reasons.length, 3);
  });

  test('is asked for once by many calls at once', async () => {
    let asked = 0;
    const chat = server.client({ token: async () => (await settle(), token('me', ++asked)) });
    await Promise.all([chat.api.channels(), chat.api.channels(), chat.api.sync({})]);
    assert.equal(asked, 1);
  });

  test('that there is none any more closes the client', async () => {
    let signedIn = true;
    const chat = await connected({ token: () => (signedIn ? token('me') : null) });
    signedIn = false;
    server.socket.drop(4401);
    await clock.advance(0);
    assert.equal(chat.state.status, 'closed');
    assert.equal(chat.state.reason, 'signed-out');
    assert.equal(clock.timers, 0);
  });

  test('that cannot be had is tried again with back-off', async () => {
    let tries = 0;
    const chat = server.client({ token: () => { if (++tries < 3) throw new Error('away'); return token('me'); } });
    chat.connect();
    await settle();
    assert.deepEqual(chat.state, { status: 'waiting', reason: 'token', code: undefined, retryAt: clock.now() + 500, caughtUp: false });
    await clock.advance(1_500);
    assert.equal(chat.state.status, 'online');
  });
});

describe('the line', () => {
  test('is asked when nothing was heard for a heartbeat', async () => {
    await connected();
    await clock.advance(24_999);
    assert.equal(server.socket.frames('ping').length, 0);
    await clock.advance(1);
    assert.equal(server.socket.frames('ping').length, 1);
    await clock.advance(25_000);
    assert.equal(server.socket.frames('ping').length, 2);
    assert.equal(server.sockets.length, 1);
  });

  test('is given up when it does not answer', async () => {
    const chat = await connected();
    server.socket.answers = false;
    await clock.advance(25_000 + 9_999);
    assert.equal(chat.state.status, 'online');
    await clock.advance(1);
    assert.equal(chat.state.reason, 'silent');
    assert.equal(server.socket.closedByClient, true);
    await clock.advance(500);
    assert.equal(chat.state.status, 'online');
  });

  test('is asked again, not given up, after the machine has slept', async () => {
    const chat = await connected();
    server.socket.answers = false;
    await clock.advance(25_000);
    server.socket.answers = true;
    clock.sleep(3_600_000);
    await clock.advance(0);
    assert.equal(chat.state.status, 'online');
    assert.equal(server.sockets.length, 1);
    assert.equal(server.socket.frames('ping').length, 2);
  });
});

describe('events', () => {
  test('are shown in order and once, however they come', async () => {
    const { chat, tea } = await inTea();
    const seen = [];
    chat.on('event', ({ sequence }) => seen.push(sequence));
    const [two, three, four] = ['a', 'b', 'c'].map(text => server.message('tea', text));
    for (const event of [four, two, two, four, three, three]) push(event);
    await settle();
    assert.deepEqual(seen, [2, 3, 4]);
    assert.deepEqual(texts(tea), ['a', 'b', 'c']);
    await clock.advance(10_000);
    assert.equal(syncs(), 1);
  });

  test('before a gap that has stood for a second are fetched', async () => {
    const { tea } = await inTea();
    server.message('tea', 'lost');
    push(server.message('tea', 'came'));
    await clock.advance(999);
    assert.equal(syncs(), 1);
    assert.deepEqual(texts(tea), []);
    await clock.advance(1);
    assert.equal(syncs(), 2);
    assert.deepEqual(texts(tea), ['lost', 'came']);
    assert.deepEqual(server.calls('POST', '/sync').at(-1).body, { channels: { tea: 1 } });
  });

  test('are fetched again a second later, not at once, if a gap stands still', async () => {
    const { tea } = await inTea();
    server.message('tea', 'lost');
    push(server.message('tea', 'came'));
    server.next('POST', '/sync', proper => ({ ...proper(), events: [] }));
    await clock.advance(1_999);
    assert.equal(syncs(), 2);
    await clock.advance(1);
    assert.equal(syncs(), 3);
    assert.deepEqual(texts(tea), ['lost', 'came']);
  });

  test('that are too many to hold back are fetched at once', async () => {
    const { tea } = await inTea();
    server.message('tea', 'lost');
    for (let number = 0; number <= 500; number++) push(server.message('tea', `${number}`));
    await settle();
    assert.equal(tea.lastSequence, 503);
    assert.equal(clock.now() - server.requests.at(-1).at, 0);
  });

  test('that were missed while away are there after it is back, before and after what comes meanwhile', async () => {
    const { chat, tea } = await inTea();
    server.socket.drop();
    server.message('tea', 'one');
    server.message('tea', 'two');
    let answer;
    server.next('POST', '/sync', proper => new Promise(resolve => { const now = proper(); answer = () => resolve(now); }));
    await clock.advance(500);
    push(server.message('tea', 'three'));
    assert.equal(chat.state.caughtUp, false);
    answer();
    await settle();
    assert.deepEqual(texts(tea), ['one', 'two', 'three']);
    assert.equal(chat.state.caughtUp, true);
  });

  test('are never fetched by a timer', async () => {
    await inTea();
    await clock.advance(3_600_000);
    assert.equal(syncs(), 1);
    assert.equal(server.calls('GET', '/channels').length, 1);
  });

  test('are fetched when the node says so, once for what is said while it is under way', async () => {
    const { tea } = await inTea();
    server.message('tea', 'one');
    for (let times = 0; times < 5; times++) push({ type: 'sync' });
    await settle();
    assert.equal(syncs(), 3);
    assert.deepEqual(texts(tea), ['one']);
  });

  test('are fetched page by page while there are more', async () => {
    const { tea } = await inTea();
    server.syncLimit = 10;
    for (let number = 0; number < 25; number++) server.message('tea', `${number}`);
    push({ type: 'sync' });
    await settle();
    assert.equal(tea.lastSequence, 26);
    assert.equal(syncs(), 4);
  });

  test('are asked for again when the server cannot answer, as late as it says', async () => {
    const { chat, tea } = await inTea();
    server.message('tea', 'one');
    server.next('POST', '/sync', { status: 503, retryAfter: '7' });
    push({ type: 'sync' });
    await clock.advance(6_999);
    assert.deepEqual(texts(tea), []);
    await clock.advance(1);
    assert.deepEqual(texts(tea), ['one']);
    assert.equal(chat.state.status, 'online');
  });

  test('of a channel too far behind are forgotten, and the newest loaded', async () => {
    const { chat, tea } = await inTea();
    push(server.message('tea', 'early'));
    const resets = [];
    const news = [];
    chat.on('reset', channel => resets.push(channel.id));
    chat.on('message', message => news.push(message.content));
    server.socket.drop();
    for (let number = 0; number < 1_200; number++) server.message('tea', `${number}`);
    server.channels.get('tea').reads = 1_000;
    await clock.advance(500);
    assert.deepEqual(resets, ['tea']);
    assert.equal(tea.lastSequence, 1_202);
    assert.equal(texts(tea).length, 50);
    assert.equal(texts(tea).at(-1), '1199');
    assert.equal(tea.hasEarlier, true);
    assert.equal(tea.unread, 100);
    push(server.message('tea', 'live'));
    assert.equal(texts(tea).at(-1), 'live');
    assert.deepEqual(news, ['live']);
  });

  test('are all forgotten when the server has begun another epoch', async () => {
    const { chat, tea } = await inTea();
    for (const text of ['a', 'b', 'c']) push(server.message('tea', text));
    assert.equal(tea.lastSequence, 4);
    server.channels.get('tea').events.length = 2;
    server.channels.get('tea').events[1].content = 'restored';
    server.epoch = 'second';
    push({ type: 'sync' });
    await settle();
    assert.deepEqual(texts(tea), ['restored']);
    assert.equal(tea.lastSequence, 2);
    push(server.message('tea', 'after'));
    assert.deepEqual(texts(tea), ['restored', 'after']);
    assert.equal(chat.state.caughtUp, true);
  });

  test('of a channel that is no longer the user\'s end with it', async () => {
    const { chat, tea } = await inTea();
    const left = [];
    chat.on('left', channel => left.push(channel));
    server.socket.drop();
    server.message('tea', 'last');
    server.channels.get('tea').left = 2;
    await clock.advance(500);
    assert.deepEqual(left, [tea]);
    assert.equal(tea.left, true);
    assert.deepEqual(chat.channels, []);
  });

  test('of a channel that the user leaves and joins again are followed from there', async () => {
    const { chat } = await inTea();
    push(server.store('tea', { type: 'participant.left', user: 'me' }, 'bob'));
    assert.deepEqual(chat.channels, []);
    push(server.channels.get('tea').events[0]);
    await settle();
    assert.deepEqual(chat.channels, [], 'what comes late does not bring it back');
    push(server.store('tea', { type: 'participant.joined', user: 'me' }, 'bob'));
    await settle();
    assert.deepEqual(chat.channels.map(({ id }) => id), ['tea']);
  });

  test('of a channel that was not known before the user left it do not bring it up', async () => {
    const chat = await connected();
    server.channel('tea', 'bob');
    push(server.store('tea', { type: 'participant.left', user: 'me' }));
    await settle();
    assert.equal(server.calls('GET', '/channels/tea').length, 0);
    assert.deepEqual(chat.channels, []);
  });

  test('that a listener fails on are nobody else\'s loss', async () => {
    const { chat, tea } = await inTea();
    const failures = [];
    globalThis.reportError = failure => failures.push(failure.message);
    chat.on('event', () => { throw new Error('the page is broken'); });
    push(server.message('tea', 'one'));
    delete globalThis.reportError;
    assert.deepEqual(texts(tea), ['one']);
    assert.deepEqual(failures, ['the page is broken']);
  });
});

describe('channels', () => {
  test('come with their unread messages, and the latest activity first', async () => {
    for (const id of ['one', 'two', 'three']) {
      server.channel(id, 'bob');
      await clock.advance(1_000);
    }
    server.message('one', 'hello');
    const chat = await connected();
    assert.deepEqual(chat.channels.map(({ id }) => id), ['one', 'three', 'two']);
    assert.deepEqual(chat.channels.map(({ unread }) => unread), [1, 0, 0]);
    assert.deepEqual(texts(chat.channel('one')), ['hello']);
    assert.equal(chat.channel('one').lastMessage.content, 'hello');
    assert.equal(chat.unread, 1);
    await clock.advance(1_000);
    push(server.message('two', 'up'));
    await settle();
    assert.deepEqual(chat.channels.map(({ id }) => id), ['two', 'one', 'three']);
  });

  test('that turn up are got to know, and their first messages are news', async () => {
    const chat = await connected();
    const news = [];
    chat.on('message', message => news.push(message.content));
    server.channel('tea', 'bob');
    push(server.channels.get('tea').events[0]);
    push(server.message('tea', 'hello'));
    await settle();
    assert.equal(chat.channel('tea').unread, 1);
    assert.deepEqual(texts(chat.channel('tea')), ['hello']);
    assert.deepEqual(news, ['hello']);
  });

  test('that were made while away are there after it is back', async () => {
    const chat = await connected();
    server.socket.drop();
    server.channel('tea', 'bob');
    await clock.advance(500);
    assert.deepEqual(chat.channels.map(({ id }) => id), ['tea']);
  });

  test('beyond the first page of the list are loaded when asked for, or when something happens in them', async () => {
    for (let number = 0; number < 203; number++) {
      server.channel(`c${number}`, 'bob');
      await clock.advance(1_000);
    }
    const chat = await connected();
    assert.equal(chat.channels.length, 200);
    assert.equal(chat.hasMoreChannels, true);
    assert.equal(server.calls('GET', /^.channels.c/).length, 0);
    push(server.message('c1', 'hello'));
    await settle();
    assert.equal(chat.channels[0].id, 'c1');
    const more = await chat.loadMoreChannels();
    assert.deepEqual(more.map(({ id }) => id), ['c2', 'c0']);
    assert.equal(chat.hasMoreChannels, false);
    assert.equal(chat.channels.length, 203);
  });

  test('are made and found', async () => {
    const chat = await connected();
    const made = await chat.create({ id: 'tea', participants: ['bob'] });
    assert.equal(made, chat.channel('tea'));
    assert.equal(await chat.open('tea'), made);
    await assert.rejects(chat.open('nowhere'), { status: 404, message: 'There is no such channel.' });
    const direct = await chat.direct('bob');
    assert.deepEqual(server.calls('POST', '/channels').at(-1).body, { direct: 'bob' });
    assert.equal(chat.channel(direct.id), direct);
  });

  test('tell what has changed, once for many events', async () => {
    const { chat, tea } = await inTea();
    const changes = [];
    const lists = [];
    chat.on('change', (channel, what) => changes.push([channel.id, [...what]]));
    chat.on('channels', channels => lists.push(channels.length));
    const off = tea.on('change', what => changes.push(['tea', [...what]]));
    for (const text of ['a', 'b', 'c']) push(server.message('tea', text));
    await settle();
    assert.deepEqual(changes, [['tea', ['timeline', 'summary']], ['tea', ['timeline', 'summary']]]);
    assert.deepEqual(lists, [1]);
    off();
    push(server.message('tea', 'd'));
    await settle();
    assert.equal(changes.length, 3);
  });

  test('show snapshots: what has not changed is the same object', async () => {
    const { tea } = await inTea();
    push(server.message('tea', 'a'));
    const before = tea.timeline;
    assert.equal(tea.timeline, before);
    push(server.message('tea', 'b'));
    assert.notEqual(tea.timeline, before);
    assert.equal(tea.timeline[1], before[1]);
    assert.throws(() => tea.timeline.push(1), TypeError);
  });

  test('count what is unread, and no longer what was read here or elsewhere', async () => {
    const { chat, tea } = await inTea();
    for (const text of ['a', 'b', 'c']) push(server.message('tea', text));
    push(server.message('tea', 'own', 'me'));
    assert.equal(tea.unread, 3);
    push({ type: 'marks', channel: 'tea', marks: [{ user: 'me', delivered: 3, read: 3 }] });
    assert.equal(tea.unread, 1);
    tea.markRead();
    assert.equal(tea.unread, 0);
    assert.equal(tea.read, 5);
    assert.equal(chat.unread, 0);
    push(server.message('tea', 'd'));
    assert.equal(tea.unread, 1);
  });

  test('count no message that is deleted before it is read', async () => {
    const { tea } = await inTea();
    for (const text of ['a', 'b', 'c']) push(server.message('tea', text));
    push(server.store('tea', { type: 'message.deleted', target: 3 }));
    assert.equal(tea.unread, 2);
    tea.markRead(2);
    push(server.store('tea', { type: 'message.deleted', target: 2 }));
    assert.equal(tea.unread, 1, 'what was read counts no more anyway');
    push(server.message('tea', 'own', 'me'));
    push(server.store('tea', { type: 'message.deleted', target: 7 }, 'me'));
    assert.equal(tea.unread, 1);
  });

  test('count a message once that was deleted while this client was away', async () => {
    server.channel('tea', 'bob');
    server.message('tea', 'a');
    server.message('tea', 'b');
    const tea = (await connected()).channel('tea');
    assert.equal(tea.unread, 2);
    server.socket.drop();
    server.message('tea', 'c');
    server.store('tea', { type: 'message.deleted', target: 3 });
    server.store('tea', { type: 'message.deleted', target: 4 });
    await clock.advance(500);
    assert.equal(tea.unread, 1);
  });

  test('ask how many are unread where a deleted message is not loaded, or there are more than are counted', async () => {
    server.channel('tea', 'bob');
    for (let number = 0; number < 105; number++) server.message('tea', `${number}`);
    const tea = (await connected()).channel('tea');
    assert.equal(tea.unread, 100);
    for (let target = 2; target < 8; target++) push(server.store('tea', { type: 'message.deleted', target }));
    await settle();
    assert.equal(tea.unread, 99);
  });

  test('are read elsewhere while this client is away', async () => {
    const { tea } = await inTea();
    for (const text of ['a', 'b', 'c']) push(server.message('tea', text));
    server.socket.drop();
    server.channels.get('tea').reads = 3;
    server.message('tea', 'd');
    await clock.advance(500);
    assert.equal(tea.unread, 2);
  });

  test('follow renames and who comes and goes', async () => {
    const { tea } = await inTea();
    await tea.loadParticipants();
    push(server.store('tea', { type: 'channel.renamed', name: 'Tea at four' }));
    push(server.store('tea', { type: 'participant.joined', user: 'carol' }));
    push(server.store('tea', { type: 'participant.left', user: 'bob' }));
    assert.equal(tea.name, 'Tea at four');
    assert.equal(tea.participantCount, 2);
    assert.deepEqual(tea.participants.map(({ user }) => user), ['carol', 'me']);
    assert.deepEqual(tea.timeline.map(({ kind, user, name }) => [kind, user ?? name]), [
      ['created', undefined], ['renamed', 'Tea at four'], ['joined', 'carol'], ['left', 'bob']]);
  });
});

describe('the timeline', () => {
  test('shows messages as they now read', async () => {
    const { tea } = await inTea();
    for (const text of ['a', 'b']) push(server.message('tea', text));
    await clock.advance(1_000);
    const edit = server.store('tea', { type: 'message.edited', target: 2, content: 'A' });
    push(edit);
    push(server.store('tea', { type: 'message.deleted', target: 3 }));
    const [, first, second] = tea.timeline;
    assert.deepEqual([first.content, first.edited, first.deleted], ['A', true, false]);
    assert.equal(first.editedAt, edit.createdAt);
    assert.notEqual(first.editedAt, first.createdAt);
    assert.deepEqual([second.content, second.edited, second.deleted], [undefined, false, true]);
    assert.equal(tea.lastMessage.deleted, true);
    assert.equal(tea.timeline.length, 3);
  });

  test('shows a deleted message alike whether it was there before or not', async () => {
    const { chat, tea } = await inTea();
    push(server.message('tea', 'a'));
    push(server.store('tea', { type: 'message.edited', target: 2, content: 'b' }));
    push(server.store('tea', { type: 'message.deleted', target: 2 }));
    const { edited, editedAt, deleted, content } = tea.timeline[1];
    assert.deepEqual([edited, editedAt, deleted, content], [false, undefined, true, undefined]);
    chat.close();
  });

  test('keeps what a later edit says when an earlier one comes without content', async () => {
    const { tea } = await inTea();
    server.message('tea', 'a');
    server.store('tea', { type: 'message.edited', target: 2, content: 'b' });
    await clock.advance(1_000);
    const { createdAt } = server.store('tea', { type: 'message.edited', target: 2, content: 'c' });
    delete server.channels.get('tea').events[2].content;
    push({ type: 'sync' });
    await settle();
    assert.deepEqual(texts(tea), ['c']);
    assert.equal(tea.timeline[1].editedAt, createdAt);
    assert.equal(tea.timeline.length, 2);
  });

  test('is extended backwards page by page to the beginning', async () => {
    server.channel('tea', 'bob');
    for (let number = 1; number <= 130; number++) server.message('tea', `${number}`);
    server.channels.get('tea').reads = 131;
    const chat = await connected();
    const tea = chat.channel('tea');
    assert.deepEqual(tea.timeline, []);
    assert.equal(await tea.loadEarlier(), true);
    assert.deepEqual([texts(tea)[0], texts(tea).length], ['71', 60]);
    const both = await Promise.all([tea.loadEarlier(), tea.loadEarlier()]);
    assert.deepEqual(both, [true, true]);
    assert.equal(texts(tea).length, 120);
    await tea.loadEarlier();
    assert.equal(tea.timeline[0].kind, 'created');
    assert.deepEqual(texts(tea), Array.from({ length: 130 }, (_, index) => `${index + 1}`));
    assert.equal(tea.hasEarlier, false);
    assert.equal(await tea.loadEarlier(), false);
    assert.equal(server.calls('GET', '/channels/tea/events').length, 3);
  });

  test('jumps over a long stretch in which nothing was said', async () => {
    server.channel('tea', 'bob');
    server.message('tea', 'long ago');
    for (let number = 0; number < 300; number++) server.store('tea', { type: 'participant.joined', user: `u${number}` });
    server.channels.get('tea').reads = 302;
    const tea = (await connected()).channel('tea');
    await tea.loadEarlier();
    assert.deepEqual(texts(tea), ['long ago']);
  });

  test('knows of an edit that comes while the page with its message is under way', async () => {
    server.channel('tea', 'bob');
    for (const text of ['a', 'b']) server.message('tea', text);
    server.channels.get('tea').reads = 3;
    const tea = (await connected()).channel('tea');
    let answer;
    server.next('GET', /events$/, proper => new Promise(resolve => { const now = proper(); answer = () => resolve(now); }));
    const loading = tea.loadEarlier();
    await settle();
    push(server.store('tea', { type: 'message.edited', target: 2, content: 'A' }));
    push(server.store('tea', { type: 'message.deleted', target: 3 }));
    answer();
    await loading;
    assert.deepEqual(texts(tea), ['A', undefined]);
  });

  test('is bounded, but not below what was asked for', async () => {
    server.channel('tea', 'bob');
    for (let number = 1; number <= 60; number++) server.message('tea', `${number}`);
    server.channels.get('tea').reads = 61;
    const tea = (await connected({ keep: 20 })).channel('tea');
    for (let number = 61; number <= 90; number++) push(server.message('tea', `${number}`));
    assert.deepEqual([texts(tea).length, texts(tea)[0]], [20, '71']);
    await tea.loadEarlier();
    assert.equal(texts(tea)[0], '11');
    push(server.message('tea', '91'));
    assert.equal(texts(tea)[0], '11');
    tea.trim();
    assert.deepEqual([texts(tea).length, texts(tea)[0]], [20, '72']);
    assert.equal(tea.hasEarlier, true);
    await tea.loadEarlier();
    assert.equal(texts(tea)[0], '12');
  });
});

describe('sending', () => {
  test('shows the message as pending at once and keeps its key when it is sent', async () => {
    const { tea } = await inTea();
    const message = tea.send('hello');
    assert.equal(tea.timeline.at(-1), message);
    assert.equal(tea.status(message), 'pending');
    const event = await tea.sent(message);
    const sent = tea.timeline.at(-1);
    assert.equal(event.sequence, 2);
    assert.deepEqual([sent.key, sent.sequence, sent.pending, sent.own], [message.key, 2, false, true]);
    assert.equal(tea.status(sent), 'sent');
    push(server.channels.get('tea').events[1]);
    assert.deepEqual(texts(tea), ['hello']);
  });

  test('is done with when the connection brings the event before the answer', async () => {
    const { tea } = await inTea();
    let answer;
    server.next('POST', /messages$/, proper => new Promise(resolve => { const event = proper(); answer = () => resolve(event); push(event); }));
    const message = tea.send('hello');
    await settle();
    assert.deepEqual(tea.timeline.map(({ sequence }) => sequence), [1, 2]);
    assert.equal((await tea.sent(message)).sequence, 2);
    answer();
    await settle();
    assert.deepEqual(texts(tea), ['hello']);
  });

  test('shows an answer that is ahead of the log at the end until what is before has come', async () => {
    const { tea } = await inTea();
    const before = server.message('tea', 'before');
    tea.send('own');
    await settle();
    assert.deepEqual(texts(tea), ['own']);
    assert.equal(tea.status(tea.timeline.at(-1)), 'sent');
    push(before);
    assert.deepEqual(texts(tea), ['before', 'own']);
  });

  test('goes on with the same clientMessageId until it is known what became of it', async () => {
    const { tea } = await inTea();
    server.next('POST', /messages$/, proper => (proper(), networkIsAway()));
    server.next('POST', /messages$/, { status: 503, retryAfter: '3' });
    server.next('POST', /messages$/, { status: 429, retryAfter: '2' });
    server.next('POST', /messages$/, { status: 502 });
    const message = tea.send('hello');
    await clock.advance(60_000);
    const calls = server.calls('POST', /messages$/);
    assert.deepEqual(new Set(calls.map(({ body }) => body.clientMessageId)), new Set([message.clientMessageId]));
    assert.deepEqual(calls.map(({ at }) => at - calls[0].at), [0, 500, 3_500, 5_500, 9_500]);
    assert.deepEqual(texts(tea), ['hello']);
    assert.equal(server.channels.get('tea').events.length, 2);
    assert.equal((await tea.sent(message)).sequence, 2);
  });

  test('keeps the order in which it was written', async () => {
    const { tea } = await inTea();
    server.next('POST', /messages$/, networkIsAway());
    for (const text of ['a', 'b', 'c']) tea.send(text);
    assert.deepEqual(texts(tea), ['a', 'b', 'c']);
    await clock.advance(5_000);
    assert.deepEqual(server.channels.get('tea').events.slice(1).map(({ content }) => content), ['a', 'b', 'c']);
    assert.deepEqual(tea.timeline.map(({ sequence }) => sequence), [1, 2, 3, 4]);
  });

  test('tries again at once when the connection is back', async () => {
    const { tea } = await inTea();
    const heal = server.always('POST', /messages$/, networkIsAway());
    tea.send('hello');
    await clock.advance(20_000);
    const tries = server.calls('POST', /messages$/).length;
    heal();
    server.socket.drop();
    await clock.advance(500);
    assert.equal(server.calls('POST', /messages$/).length, tries + 1);
    assert.deepEqual(texts(tea), ['hello']);
  });

  test('fails with what the server says, and does not hold up the next', async () => {
    const { tea } = await inTea();
    server.next('POST', /messages$/, { status: 400, type: 'urn:touchline:problem:invalid-request', detail: 'content: must not be blank' });
    const bad = tea.send(' ');
    tea.send('good');
    await settle();
    assert.deepEqual(texts(tea), ['good', ' ']);
    const failed = tea.timeline.at(-1);
    assert.equal(tea.status(failed), 'failed');
    assert.equal(failed.key, bad.key);
    assert.equal(failed.problem.detail, 'content: must not be blank');
    await assert.rejects(tea.sent(bad), { status: 400 });
    tea.retry(failed);
    assert.equal(tea.timeline.at(-1).pending, true);
    await settle();
    assert.deepEqual(texts(tea), ['good', ' ']);
    assert.equal(tea.timeline.at(-1).sequence, 3);
    assert.equal(server.calls('POST', /messages$/).at(-1).body.clientMessageId, bad.clientMessageId);
  });

  test('can be given up after it has failed', async () => {
    const { tea } = await inTea();
    server.next('POST', /messages$/, { status: 413, detail: 'too long' });
    tea.send('x');
    await settle();
    tea.discard(tea.timeline.at(-1));
    assert.deepEqual(texts(tea), []);
  });

  test('gives up on a server that fails in the same way again and again', async () => {
    const { tea } = await inTea();
    server.always('POST', /messages$/, { status: 500, detail: 'a defect' });
    tea.send('x');
    await clock.advance(300_000);
    assert.equal(tea.timeline.at(-1).problem.status, 500);
    assert.equal(server.calls('POST', /messages$/).length, 6);
  });

  test('passes edits and deletions on, and shows them', async () => {
    const { tea } = await inTea();
    await tea.sent(tea.send('helo'));
    await tea.edit(2, 'hello');
    assert.deepEqual(texts(tea), ['hello']);
    await tea.delete(2);
    assert.equal(tea.timeline.at(-1).deleted, true);
    await tea.rename('Tea');
    assert.equal(tea.name, 'Tea');
  });

  test('gives up a call that takes too long', async () => {
    const { chat } = await inTea();
    server.next('GET', '/channels', () => new Promise(() => {}));
    const call = assert.rejects(chat.api.channels(), { status: 0 });
    await clock.advance(20_000);
    await call;
  });
});

describe('receipts', () => {
  const receipts = () => server.sockets.flatMap(socket => socket.frames('receipt'));

  test('are gathered, and sent once a second', async () => {
    const { tea } = await inTea();
    server.channel('cake', 'bob');
    push(server.channels.get('cake').events[0]);
    await clock.advance(1_000);
    server.socket.sent.length = 0;
    for (const text of ['a', 'b', 'c']) push(server.message('tea', text));
    push(server.message('cake', 'd'));
    await clock.advance(999);
    assert.deepEqual(receipts(), []);
    await clock.advance(1);
    assert.deepEqual(receipts(), [{ type: 'receipt', delivered: { tea: 4, cake: 2 } }]);
    tea.markRead(3);
    tea.markRead(2);
    tea.markRead(99);
    await clock.advance(1_000);
    assert.deepEqual(receipts()[1], { type: 'receipt', read: { tea: 4 } });
    await clock.advance(60_000);
    assert.equal(receipts().length, 2);
  });

  test('never go past a gap', async () => {
    await inTea();
    await clock.advance(1_000);
    server.socket.sent.length = 0;
    server.always('POST', '/sync', networkIsAway());
    push(server.message('tea', 'a'));
    server.message('tea', 'lost');
    push(server.message('tea', 'c'));
    await clock.advance(5_000);
    assert.deepEqual(receipts(), [{ type: 'receipt', delivered: { tea: 2 } }]);
  });

  test('are sent again for what comes again', async () => {
    await inTea();
    push(server.message('tea', 'a'));
    await clock.advance(1_000);
    push(server.channels.get('tea').events[1]);
    await clock.advance(1_000);
    assert.deepEqual(receipts().map(({ delivered }) => delivered), [{ tea: 2 }, { tea: 2 }]);
  });

  test('are sent again if the connection broke just after', async () => {
    const { tea } = await inTea();
    push(server.message('tea', 'a'));
    tea.markRead();
    await clock.advance(1_000);
    server.socket.drop();
    await clock.advance(1_000);
    assert.deepEqual(server.socket.frames('receipt'), [{ type: 'receipt', delivered: { tea: 2 }, read: { tea: 2 } }]);
  });

  test('are sent by a call where there is no connection, until it succeeds', async () => {
    const { tea } = await inTea();
    push(server.message('tea', 'a'));
    server.admit = () => {};
    await clock.advance(1_000);
    server.socket.sent.length = 0;
    server.socket.drop();
    server.sockets.length = 1;
    tea.markRead();
    server.next('POST', '/receipts', { status: 503, retryAfter: '2' });
    await clock.advance(1_000);
    assert.equal(server.calls('POST', '/receipts').length, 1);
    await clock.advance(2_000);
    const calls = server.calls('POST', '/receipts');
    assert.deepEqual(calls.map(({ body }) => body), Array(2).fill({ delivered: { tea: 2 }, read: { tea: 2 } }));
  });

  test('of delivery are left to who wants to send them', async () => {
    const { tea } = await inTea({ receipts: false });
    push(server.message('tea', 'a'));
    await clock.advance(5_000);
    assert.deepEqual(receipts(), []);
    tea.markRead();
    await clock.advance(1_000);
    assert.deepEqual(receipts(), [{ type: 'receipt', read: { tea: 2 } }]);
  });

  test('of others tell how far a message has come', async () => {
    server.channel('tea', 'bob', 'carol');
    const tea = (await connected()).channel('tea');
    await tea.sent(tea.send('hello'));
    const status = () => tea.status(tea.lastMessage);
    assert.equal(status(), 'sent');
    await tea.loadParticipants();
    push({ type: 'marks', channel: 'tea', marks: [{ user: 'bob', delivered: 2, read: 0 }] });
    assert.equal(status(), 'sent');
    assert.deepEqual(tea.receipts(2), { read: [], delivered: ['bob'] });
    push({ type: 'marks', channel: 'tea', marks: [{ user: 'carol', delivered: 0, read: 2 }] });
    assert.equal(status(), 'delivered');
    push({ type: 'marks', channel: 'tea', marks: [{ user: 'bob', delivered: 2, read: 2 }] });
    assert.equal(status(), 'read');
    await clock.advance(1_000);
    push(server.store('tea', { type: 'participant.joined', user: 'dave' }));
    assert.equal(status(), 'read', 'who joined later was never owed it');
  });

  test('of others count who joined in the same second, on its stroke', async () => {
    const { tea } = await inTea();
    server.channels.get('tea').createdAt = '2026-01-02T03:04:05Z';
    server.channels.get('tea').marks.set('bob', { delivered: 2, read: 2 });
    await tea.sent(tea.send('hello'));
    await tea.loadParticipants();
    assert.equal(tea.status(tea.timeline.at(-1)), 'read');
  });

  test('of others that were missed while away are looked up', async () => {
    const { tea } = await inTea();
    await tea.sent(tea.send('hello'));
    await tea.loadParticipants();
    server.socket.drop();
    server.channels.get('tea').marks.set('bob', { delivered: 2, read: 2 });
    await clock.advance(500);
    assert.equal(tea.status(tea.timeline.at(-1)), 'read');
  });
});

describe('typing', () => {
  test('is told once in three seconds at most', async () => {
    const { tea } = await inTea();
    for (let key = 0; key < 70; key++) {
      tea.type();
      await clock.advance(100);
    }
    assert.equal(server.calls('POST', '/channels/tea/typing').length, 3);
  });

  test('of others is shown for a while, or until what they typed has come', async () => {
    const { chat, tea } = await inTea();
    const signals = [];
    chat.on('typing', ({ user }) => signals.push(user));
    for (const user of ['bob', 'carol', 'me']) push({ type: 'typing', channel: 'tea', user });
    assert.deepEqual(tea.typing, ['bob', 'carol']);
    push(server.message('tea', 'hello', 'bob'));
    assert.deepEqual(tea.typing, ['carol']);
    await clock.advance(6_000);
    assert.deepEqual(tea.typing, []);
    assert.deepEqual(signals, ['bob', 'carol', 'me']);
  });
});

describe('where WebSockets are blocked', () => {
  test('news are asked for, receipts and messages go by calls, until the connection is there', async () => {
    server.channel('tea', 'bob');
    server.admit = socket => socket.drop();
    const chat = server.client();
    chat.connect();
    await clock.advance(2_000);
    assert.equal(chat.state.status, 'polling');
    assert.equal(chat.state.caughtUp, true);
    const tea = chat.channel('tea');
    server.message('tea', 'hello');
    await clock.advance(5_000);
    assert.deepEqual(texts(tea), ['hello']);
    await clock.advance(1_000);
    assert.deepEqual(server.calls('POST', '/receipts').at(-1).body, { delivered: { tea: 2 } });
    tea.send('hi');
    await settle();
    assert.deepEqual(texts(tea), ['hello', 'hi']);
    server.admit = socket => socket.ready();
    await clock.advance(30_000);
    assert.equal(chat.state.status, 'online');
    const asked = syncs();
    await clock.advance(600_000);
    assert.equal(syncs(), asked);
  });

  test('and the calls do not come through either, it waits', async () => {
    server.admit = socket => socket.drop();
    const chat = server.client();
    server.always('GET', '/channels', networkIsAway());
    chat.connect();
    await clock.advance(20_000);
    assert.ok(['waiting', 'connecting'].includes(chat.state.status));
    assert.equal(chat.state.caughtUp, false);
  });
});

describe('calls', () => {
  test('are those of the contract', async () => {
    const chat = await connected();
    const { api } = chat;
    server.always('GET', /./, 204);
    server.always('PUT', /./, 204);
    server.always('DELETE', /./, 204);
    server.requests.length = 0;
    const until = new Date('2026-02-03T04:05:06Z');
    const expected = [
      [() => api.channels({ limit: 5, cursor: 'a b' }), 'GET', '/channels?limit=5&cursor=a+b'],
      [() => api.channel('a@b:c'), 'GET', '/channels/a@b:c'],
      [() => api.participants('c'), 'GET', '/channels/c/participants'],
      [() => api.addParticipant('c', 'bob'), 'PUT', '/channels/c/participants/bob'],
      [() => api.removeParticipant('c', 'bob'), 'DELETE', '/channels/c/participants/bob'],
      [() => api.events('c', { after: 3, limit: 9 }), 'GET', '/channels/c/events?after=3&limit=9'],
      [() => api.messages('c', { before: 3 }), 'GET', '/channels/c/messages?before=3'],
      [() => api.deleteMessage('c', 3), 'DELETE', '/channels/c/messages/3'],
      [() => api.delivery('c', 3, { limit: 7 }), 'GET', '/channels/c/messages/3/delivery?limit=7'],
      [() => api.mute('c'), 'PUT', '/channels/c/mute', {}],
      [() => api.mute('c', until), 'PUT', '/channels/c/mute', { until: '2026-02-03T04:05:06.000Z' }],
      [() => api.unmute('c'), 'DELETE', '/channels/c/mute'],
      [() => api.presence(['a', 'b']), 'GET', '/presence?user=a&user=b'],
      [() => api.registerDevice('d', { platform: 'web', token: 't' }), 'PUT', '/devices/d', { platform: 'web', token: 't' }],
      [() => api.removeDevice('d'), 'DELETE', '/devices/d'],
      [() => api.disconnect('bob'), 'DELETE', '/users/bob/connections'],
    ];
    for (const [call, method, target, body] of expected) {
      await call();
      const made = server.requests.at(-1);
      const path = decodeURIComponent(made.path) + (made.query.size ? `?${made.query}` : '');
      assert.deepEqual([made.method, path], [method, target]);
      if (body) assert.deepEqual(made.body, body);
    }
  });

  test('tell what is wrong as the server says it', async () => {
    const chat = await connected();
    server.next('GET', '/channels', {
      status: 400, type: 'urn:touchline:problem:invalid-request', title: 'Invalid request', detail: 'limit: must be 1 to 200',
      errors: [{ field: 'limit', message: 'must be 1 to 200' }], retryAfter: '2',
    });
    await assert.rejects(chat.api.channels({ limit: 0 }), problem => {
      assert.ok(problem instanceof Problem && problem instanceof Error);
      assert.equal(problem.message, 'limit: must be 1 to 200');
      assert.equal(problem.title, 'Invalid request');
      assert.deepEqual(problem.errors, [{ field: 'limit', message: 'must be 1 to 200' }]);
      assert.equal(problem.retryAfter, 2_000);
      return true;
    });
  });

  test('need what they need', () => {
    assert.throws(() => new Touchline({}), /token/);
    assert.throws(() => new Touchline({ token: () => 'x' }), /url/);
    const { WebSocket } = globalThis;
    delete globalThis.WebSocket;
    assert.throws(() => new Touchline({ token: () => 'x', url: 'http://a' }), /WebSocket/);
    globalThis.WebSocket = WebSocket;
  });
});
