/* The client and the running jars. JavaScriptClientIT starts them, and cuts and kills what these tests tell it to. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Problem, Touchline } from '../../../../adapter-rest/src/main/resources/io/touchline/adapter/rest/touchline.js';

const { TOUCHLINE_API, TOUCHLINE_SOCKET, TOUCHLINE_NODE, TOUCHLINE_UNCUT, TOUCHLINE_CONTROL } = process.env;

const open = [];
after(() => open.forEach(chat => chat.close()));

const tell = async what => {
  const answer = await fetch(`${TOUCHLINE_CONTROL}/${what}`, { method: 'POST' });
  assert.equal(answer.status, 200, what);
  return answer.text();
};

function client(user, options = {}) {
  const chat = new Touchline({
    url: TOUCHLINE_API,
    socket: TOUCHLINE_SOCKET,
    token: () => tell(`token/${user}/3600`),
    backOff: { base: 50, cap: 500 },
    pollInterval: 300,
    ...options,
  });
  open.push(chat);
  return chat;
}

async function connected(user, options) {
  const chat = client(user, options);
  await chat.connect();
  return chat;
}

async function until(what, isSo) {
  const deadline = Date.now() + 20_000;
  while (!isSo()) {
    assert.ok(Date.now() < deadline, `not in time: ${what()}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

const fresh = name => `${name}-${crypto.randomUUID().slice(0, 8)}`;
const sequences = channel => channel.timeline.map(({ sequence }) => sequence);
const upTo = last => Array.from({ length: last }, (_, index) => index + 1);
const messages = channel => channel.timeline.filter(({ kind }) => kind === 'message').map(({ content }) => content);

/** What the log says, read where nothing is cut. */
const log = async (user, id) => (await client(user, { url: TOUCHLINE_UNCUT }).api.events(id, { limit: 500 })).items;

/** Two who are connected, in a channel of theirs. */
async function talk(options) {
  const [alice, bob] = [fresh('alice'), fresh('bob')];
  const chats = await Promise.all([connected(alice), connected(bob, options)]);
  const here = await chats[0].create({ participants: [bob] });
  await until(() => 'bob to know the channel', () => chats[1].channel(here.id)?.lastSequence === 1);
  await until(() => 'alice to see its beginning', () => sequences(here).length === 1);
  return { alice: chats[0], bob: chats[1], here, there: chats[1].channel(here.id) };
}

test('a talk goes on while its lines are cut: nothing lost, nothing twice, order kept', async () => {
  const { alice, bob, here, there } = await talk();
  const seen = new Map([[alice, []], [bob, []]]);
  for (const [chat, events] of seen) chat.on('event', ({ sequence }) => events.push(sequence));
  await tell('api/delay/15');
  const sent = [];
  for (let number = 0; number < 20; number++) {
    for (const channel of [here, there]) sent.push(channel.sent(channel.send(`${channel === here ? 'a' : 'b'}${number}`)));
    if (number % 6 === 3) await tell('api/cut');
    if (number % 4 === 1) await tell('socket/cut');
    await new Promise(resolve => setTimeout(resolve, 40));
    await tell('api/heal');
    await tell('socket/heal');
  }
  await tell('api/delay/0');
  const events = await Promise.all(sent);
  const total = 1 + events.length;
  for (const channel of [here, there]) {
    await until(() => `all of ${total}, has ${channel.lastSequence}`, () => channel.lastSequence === total);
    assert.deepEqual(sequences(channel), upTo(total));
  }
  const stored = (await log(alice.user, here.id)).filter(({ type }) => type === 'message').map(({ content }) => content);
  assert.deepEqual(messages(here), stored);
  assert.deepEqual(messages(there), stored);
  for (const sender of ['a', 'b']) {
    assert.deepEqual(stored.filter(text => text.startsWith(sender)), upTo(20).map(number => `${sender}${number - 1}`));
  }
  assert.deepEqual(seen.get(bob), upTo(total).slice(1));
  assert.deepEqual(seen.get(alice), upTo(total).slice(1));
  assert.equal(there.unread, 20);
});

test('a message whose answer never came is there once', async () => {
  const { here, there } = await talk();
  await tell('api/hold');
  const message = here.send('did it arrive?');
  await new Promise(resolve => setTimeout(resolve, 50));
  await tell('api/cut');
  assert.equal(here.status(here.timeline.at(-1)), 'pending');
  await tell('api/heal');
  assert.equal((await here.sent(message)).sequence, 2);
  await until(() => 'bob to have it', () => there.lastSequence === 2);
  assert.deepEqual(messages(here), ['did it arrive?']);
});

/** These cut nothing, and wait most of the time: they do it beside each other. */
describe('where no line is cut', { concurrency: 4 }, () => {
  test('receipts tell the sender, and the other devices of the reader', async () => {
    const { alice, bob, here, there } = await talk();
    const elsewhere = await connected(bob.user);
    await here.loadParticipants();
    const { sequence } = await here.sent(here.send('hello'));
    const status = () => here.status(here.lastMessage);
    await until(() => `delivered, is ${status()}`, () => status() === 'delivered');
    const { items: [delivery] } = await here.delivery(sequence);
    assert.deepEqual([delivery.user, delivery.state], [bob.user, 'delivered']);
    await until(() => 'unread elsewhere', () => elsewhere.channel(here.id).unread === 1);
    there.markRead();
    await until(() => `read, is ${status()}`, () => status() === 'read');
    await until(() => 'no longer unread elsewhere', () => elsewhere.unread === 0);
    assert.deepEqual(here.receipts(sequence), { read: [bob.user], delivered: [] });
    assert.equal(alice.state.status, 'online');
  });

  test('a token that is refused is replaced, and one that is about to end renewed, on the same connection', async () => {
    const user = fresh('alice');
    const asked = [];
    const chat = client(user, { token: reason => {
      asked.push(reason);
      return reason === 'first' ? 'not.a.token' : tell(`token/${user}/${reason === 'refused' ? 20 : 3600}`);
    } });
    const states = [];
    chat.on('state', ({ status, code }) => states.push(code ? `${status} ${code}` : status));
    await chat.connect();
    await until(() => `asked ${asked}`, () => asked.length === 3);
    assert.deepEqual(asked, ['first', 'refused', 'expiring']);
    assert.deepEqual([...new Set(states)], ['connecting', 'waiting 4401', 'connecting 4401', 'online']);
    await chat.create({ participants: [] });
    assert.equal(chat.state.status, 'online');
  });

  test('a frame that is not of the contract ends it for good', async () => {
    let socket;
    const Spied = class extends WebSocket {
      constructor(...given) {
        super(...given);
        socket = this;
      }
    };
    const chat = await connected(fresh('alice'), { WebSocket: Spied });
    socket.send('{"type":"nonsense"}');
    await until(() => chat.state.status, () => chat.state.status === 'closed');
    assert.deepEqual([chat.state.reason, chat.state.code], ['protocol', 4400]);
  });

  test('who was away for very long gets the newest, and the rest on demand', async () => {
    const { alice, bob, here, there } = await talk();
    bob.close();
    const { api } = client(alice.user, { url: TOUCHLINE_UNCUT });
    for (let hundred = 0; hundred < 11; hundred++) {
      await Promise.all(upTo(100).map(number => api.sendMessage(here.id, `${hundred}/${number}`)));
    }
    const resets = [];
    bob.on('reset', channel => resets.push(channel));
    await bob.connect();
    assert.deepEqual(resets, [there]);
    assert.equal(there.lastSequence, 1_101);
    assert.equal(there.unread, 100);
    assert.equal(there.timeline.length, 50);
    await there.loadEarlier();
    assert.deepEqual(sequences(there), upTo(1_101).slice(-110));
  });

  test('a user is taken out and in again', async () => {
    const { bob, here, there } = await talk();
    const left = [];
    bob.on('left', channel => left.push(channel));
    await there.leave();
    await until(() => 'bob to be out', () => left.length === 1);
    assert.equal(bob.channel(here.id), undefined);
    await until(() => 'alice to see it', () => here.participantCount === 1);
    await here.add(bob.user);
    await until(() => 'bob to be in', () => bob.channel(here.id)?.lastSequence === 3);
    await here.sent(here.send('welcome back'));
    await until(() => 'bob to hear of it', () => messages(bob.channel(here.id)).length === 1);
  });

  test('what is refused fails with the server\'s words', async () => {
    const { here } = await talk();
    const failed = here.send(' ');
    await assert.rejects(here.sent(failed), problem => problem instanceof Problem && problem.status === 400);
    const { problem } = here.timeline.at(-1);
    assert.equal(problem.type, 'urn:touchline:problem:invalid-request');
    assert.match(problem.detail, /^content: /);
    here.discard(here.timeline.at(-1));
    assert.deepEqual(sequences(here), [1]);
  });

  test('where WebSockets are blocked the talk goes on by calls', async () => {
    const { here, bob, there } = await talk({ socket: `${TOUCHLINE_UNCUT.replace('http', 'ws')}/no-sockets-here` });
    assert.equal(bob.state.status, 'polling');
    await here.sent(here.send('do you hear me?'));
    await until(() => 'bob to hear', () => there.lastSequence === 2);
    await there.sent(there.send('I do'));
    await until(() => 'alice to hear', () => messages(here).length === 2);
    await here.loadParticipants();
    await until(() => 'a receipt by a call', () => here.status(here.timeline[1]) !== 'sent');
  });

  test('what others do to messages is seen', async () => {
    const { here, there } = await talk();
    const { sequence } = await here.sent(here.send('helo'));
    await here.edit(sequence, 'hello');
    await until(() => 'the edit', () => messages(there)[0] === 'hello');
    assert.equal(there.lastMessage.edited, true);
    const [, , edit] = await log(there.lastMessage.sender, here.id);
    assert.equal(there.lastMessage.editedAt, edit.createdAt);
    await here.delete(sequence);
    await until(() => 'the deletion', () => there.lastMessage.deleted);
    assert.deepEqual(messages(there), [undefined]);
    assert.deepEqual(messages(here), [undefined]);
    const stored = await log(there.lastMessage.sender, here.id);
    assert.deepEqual(stored.map(({ content }) => content), Array(4).fill(undefined));
  });

  test('who is typing is seen', async () => {
    const { bob, here, there } = await talk();
    there.type();
    await until(() => 'the typing', () => here.typing.includes(bob.user));
    await there.sent(there.send('done'));
    await until(() => 'its end', () => here.typing.length === 0);
  });

  test('a channel is muted, and no longer', async () => {
    const { there } = await talk();
    const time = new Date(Date.now() + 3_600_000);
    await there.mute(time);
    assert.equal(Date.parse(there.mutedUntil), time.getTime());
    await there.unmute();
    assert.equal(there.mutedUntil, undefined);
  });

  test('who is online is told to those who share a channel', async () => {
    const { alice, bob } = await talk();
    const { items } = await alice.api.presence([bob.user, fresh('stranger')]);
    assert.deepEqual(items.map(({ user, online }) => [user, online]), [[bob.user, true]]);
  });

  test('a chat node goes down in good order in the middle of it', async () => {
    await tell('node/ready');
    const nodes = [TOUCHLINE_NODE, TOUCHLINE_SOCKET];
    const Balanced = class extends WebSocket {
      constructor(url, protocols) {
        super(nodes.shift() ?? url, protocols);
      }
    };
    const { bob, here, there } = await talk({ WebSocket: Balanced });
    const states = [];
    bob.on('state', ({ status, reason, code }) => states.push(`${status} ${reason} ${code}`));
    const stopped = tell('node/stop');
    const sent = [];
    while (states.length < 4) {
      sent.push(here.sent(here.send(`${sent.length}`)));
      await new Promise(resolve => setTimeout(resolve, 30));
    }
    const total = 1 + (await Promise.all(sent)).length;
    await until(() => `all of ${total}, has ${there.lastSequence}`, () => there.lastSequence === total);
    assert.deepEqual(sequences(there), upTo(total));
    assert.deepEqual(messages(there), messages(here));
    assert.deepEqual(states, [
      'waiting going-down 1012', 'connecting going-down 1012', 'online undefined undefined', 'online undefined undefined']);
    await stopped;
  });
});
