/* Uses all that touchline.d.ts declares, as an application would. It is compiled, never run. */
import {
  Channel, Problem, Touchline,
  type Api, type CatchUp, type Change, type ChannelSummary, type Clock, type Delivery, type Entry, type Event, type Events,
  type Line, type Log, type Marks, type Message, type MessageEvent, type MessageStatus, type Options, type Page,
  type PageQuery, type Participant, type Presence, type Reason, type Sequences, type State, type Status, type TokenReason,
} from '../../main/resources/io/touchline/adapter/rest/touchline.js';

declare function show(...what: (string | number | boolean | undefined)[]): void;

const clock: Clock = {
  now: () => Date.now(),
  setTimeout: (task: () => void, ms: number): unknown => setTimeout(task, ms),
  clearTimeout: timer => clearTimeout(timer as number),
};

const askedFor: Record<TokenReason, string> = { first: 'signing in', expiring: 'staying', refused: 'signing in again' };

const options: Options = {
  async token(reason) {
    show(askedFor[reason]);
    return reason === 'refused' ? null : 'token';
  },
  url: 'https://chat.example.com',
  socket: 'wss://chat.example.com/ws',
  backOff: { base: 100, cap: 1_000 },
  keep: 100,
  pollInterval: 1_000,
  receipts: false,
  WebSocket,
  fetch,
  clock,
  random: () => 0.5,
};

const statuses: Record<Status, string> = {
  idle: '', connecting: '', online: '', polling: '', waiting: '', closed: '',
};

const reasons: Record<Reason, string> = {
  unreachable: '', dropped: '', silent: '', 'going-down': '', busy: '', 'too-slow': '', 'too-many': '', token: '',
  forbidden: '', protocol: '', 'signed-out': '', closed: '',
};

const marks: Record<MessageStatus, string> = { pending: '…', failed: '!', sent: '✓', delivered: '✓✓', read: '✓✓' };

const parts: Record<Change, string> = { timeline: '', summary: '', participants: '', marks: '', typing: '' };

function showState({ status, reason, code, retryAt, caughtUp }: State) {
  show(statuses[status], reason && reasons[reason], code, retryAt && retryAt - Date.now(), caughtUp);
}

function showMessage(message: Message, channel: Channel) {
  const { kind, key, channel: id, sequence, sender, own, createdAt, content, clientMessageId } = message;
  const { edited, editedAt, deleted, pending, problem } = message;
  show(kind, key, id, sequence, sender, own, createdAt, content?.trim(), clientMessageId, edited, deleted, pending);
  show(editedAt?.slice(0, 10), problem?.detail, marks[channel.status(message)]);
}

function showLine({ kind, key, channel, sequence, sender, createdAt, user, name }: Line) {
  const texts: Record<Line['kind'], string> = { created: '', renamed: '', joined: '', left: '' };
  show(texts[kind], key, channel, sequence, sender, createdAt, user, name);
}

function showEntry(entry: Entry, channel: Channel) {
  if (entry.kind === 'message') showMessage(entry, channel);
  else showLine(entry);
}

function showEvent(event: Event): string | number | undefined {
  show(event.channel, event.sequence, event.sender, event.createdAt);
  switch (event.type) {
    case 'message':
      show(event.clientMessageId, event.edited, event.editedAt?.slice(0, 10), event.deleted);
      return event.content;
    case 'channel.created':
      show(...event.participants, event.participantCount);
      return event.name;
    case 'channel.renamed':
      return event.name;
    case 'participant.joined':
    case 'participant.left':
      return event.user;
    case 'message.edited':
      show(event.content);
      return event.target;
    case 'message.deleted':
      return event.target;
    default: {
      const nothingElse: never = event;
      return nothingElse;
    }
  }
}

function showMarks({ user, delivered, read }: Marks) {
  show(user, delivered, read);
}

function showProblem({ name, message, status, type, title, detail, errors, retryAfter }: Problem) {
  show(name, message, status, type, title, detail, retryAfter?.toFixed());
  for (const { field, message: why } of errors) show(field, why);
}

function showDelivery({ user, state, reason, at }: Delivery) {
  const states: Record<Delivery['state'], string> = { read: '', delivered: '', pushed: '', pending: '', none: '' };
  const whyNot: Record<NonNullable<Delivery['reason']>, string> = { muted: '', 'no-device': '', rejected: '', waiting: '' };
  show(user, states[state], reason && whyNot[reason], at);
}

const listeners: Events = {
  state: showState,
  channels: channels => show(channels.length, channels[0]?.id),
  change: (channel, what) => show(channel.id, ...[...what].map(part => parts[part])),
  event: (event, channel) => show(showEvent(event), channel.id),
  message: showMessage,
  typing: ({ channel, user }) => show(channel, user),
  marks: ({ channel, marks: all }) => (show(channel), all.forEach(showMarks)),
  left: channel => show(channel.id),
  reset: channel => show(channel.id),
};

export async function chatting(): Promise<void> {
  const chat = new Touchline(options);
  const off: () => void = chat.on('state', listeners.state);
  chat.on('channels', listeners.channels);
  chat.on('change', listeners.change);
  chat.on('event', listeners.event);
  chat.on('message', listeners.message);
  chat.on('typing', listeners.typing);
  chat.on('marks', listeners.marks);
  chat.on('left', listeners.left);
  chat.on('reset', listeners.reset);
  await chat.connect();
  show(chat.user ?? 'nobody', chat.unread, chat.channel('tea')?.name);
  showState(chat.state);
  if (chat.hasMoreChannels) show((await chat.loadMoreChannels()).length, chat.channels.length);
  const made: Channel[] = [
    await chat.open('tea'), await chat.direct('bob'),
    await chat.create({ id: 'tea', name: 'Tea', participants: ['bob'] }), await chat.create({ participants: [] }),
  ];
  for (const channel of made) await talk(channel);
  await call(chat.api);
  off();
  chat.close();
}

async function talk(channel: Channel): Promise<void> {
  show(channel.id, channel.name?.trim(), channel.createdAt, channel.firstSequence, channel.lastSequence, channel.read);
  show(channel.unread, channel.participantCount, channel.mutedUntil?.trim(), channel.activeAt, channel.left);
  if (channel.lastMessage) showMessage(channel.lastMessage, channel);
  const off: () => void = channel.on('change', what => show(what.has('timeline')));
  const isMore: boolean = channel.hasEarlier && (await channel.loadEarlier());
  if (isMore) channel.timeline.forEach(entry => showEntry(entry, channel));
  channel.trim();
  const people: readonly Participant[] = await channel.loadParticipants();
  await channel.loadParticipants(true);
  for (const each of [...people, ...channel.participants]) show(each.user, each.delivered, each.read, each.joinedAt);
  show(...channel.typing);
  channel.type();

  const message: Message = channel.send('Hello');
  try {
    const { sequence }: MessageEvent = await channel.sent(message);
    const { read, delivered } = channel.receipts(sequence);
    show(...read, ...delivered);
    await channel.edit(sequence, 'Hello, all');
    await channel.delete(sequence);
    (await channel.delivery(sequence)).items.forEach(showDelivery);
    await channel.delivery(sequence, { limit: 10, cursor: 'next' });
    channel.markRead(sequence);
  } catch (failure) {
    if (!(failure instanceof Problem)) throw failure;
    showProblem(failure);
    if (failure.status === 0) channel.retry(message);
    else channel.discard(message);
  }
  channel.markRead();
  await channel.mute();
  await channel.mute(new Date());
  await channel.mute('2030-01-01T00:00:00Z');
  await channel.unmute();
  await channel.rename('Coffee');
  await channel.add('carol');
  await channel.remove('carol');
  await channel.leave();
  off();
}

/** Every page of something. */
async function all<T>(load: (page: PageQuery) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await load({ limit: 100, ...(cursor !== undefined && { cursor }) });
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return items;
}

async function call(api: Api): Promise<void> {
  const { socket, version } = await api.base();
  show(socket, version);
  const summaries: ChannelSummary[] = await all(page => api.channels(page));
  const one = await api.channel('tea');
  const made = await api.createChannel({ id: 'tea', name: 'Tea', participants: ['bob'] });
  const direct = await api.directChannel('bob');
  const renamed = await api.renameChannel('tea', 'Coffee');
  for (const each of [...summaries, one, made, direct, renamed]) {
    show(each.id, each.name, each.createdAt, each.firstSequence, each.lastSequence, each.read, each.unread);
    show(each.participantCount, each.lastMessage?.content, each.mutedUntil);
  }
  (await all(page => api.participants('tea', page))).forEach(showMarks);
  await api.addParticipant('tea', 'carol');
  await api.removeParticipant('tea', 'carol');

  const { sequence } = await api.sendMessage('tea', 'Hello');
  await api.sendMessage('tea', 'Hello', 'the same every time');
  const log: Log = await api.events('tea', { after: 1, limit: 100 });
  show(log.lastSequence, ...log.items.map(showEvent));
  const older = await api.messages('tea', { before: log.lastSequence, limit: 100 });
  show(older.lastSequence, ...older.items.map(({ content }) => content));
  showEvent(await api.editMessage('tea', sequence, 'Hello, all'));
  showEvent(await api.deleteMessage('tea', sequence));
  (await all(page => api.delivery('tea', sequence, page))).forEach(showDelivery);

  const known: Sequences = { tea: sequence };
  await api.receipts({ delivered: known, read: known });
  await api.typing('tea');
  await api.mute('tea');
  await api.mute('tea', new Date());
  await api.mute('tea', '2030-01-01T00:00:00Z');
  await api.unmute('tea');
  const news: CatchUp = await api.sync(known);
  show(news.epoch, news.more, ...news.events.map(showEvent));
  for (const { channel, lastSequence, reset } of news.channels) show(channel, lastSequence, reset);
  for (const { channel, sequence: last } of news.left) show(channel, last);
  const there: Presence[] = (await api.presence(['bob', 'carol'])).items;
  for (const { user, online, lastSeen } of there) show(user, online, lastSeen);

  await api.registerDevice('phone', { platform: 'android', token: 'token' });
  await api.removeDevice('phone');
  await api.disconnect('bob');
}

/* What must not be taken: every line after such a comment is a mistake, and it is an error if the compiler finds none. */

export async function mistakes(chat: Touchline, channel: Channel, message: Message, event: Event): Promise<void> {
  // @ts-expect-error: there is no chat without a token
  new Touchline({ url: 'https://chat.example.com' });
  // @ts-expect-error: a token is asked for again and again
  new Touchline({ token: 'token' });
  // @ts-expect-error: an option that there is not
  new Touchline({ ...options, retries: 3 });
  // @ts-expect-error: channels are got from the chat
  new Channel();
  // @ts-expect-error: problems are the client's to make
  new Problem('refused');
  // @ts-expect-error: an event that there is not
  chat.on('messages', () => {});
  // @ts-expect-error: a listener for something else
  chat.on('typing', (text: string) => show(text));
  // @ts-expect-error: a channel tells of its changes only
  channel.on('message', () => {});
  // @ts-expect-error: a snapshot
  chat.channels.push(channel);
  // @ts-expect-error: there may be no such channel
  chat.channel('tea').send('Hello');
  // @ts-expect-error: it may be deleted
  message.content.trim();
  // @ts-expect-error: a snapshot
  message.content = 'Hello';
  // @ts-expect-error: a line has no text
  for (const { content } of channel.timeline) show(content);
  // @ts-expect-error: not every event has a text
  show(event.content);
  // @ts-expect-error: messages are named by their sequences
  await channel.edit(message, 'Hello');
  // @ts-expect-error: the one argument is a list
  await chat.api.presence('bob', 'carol');
  // @ts-expect-error: a platform that there is not
  await chat.api.registerDevice('phone', { platform: 'windows', token: 'token' });
  // @ts-expect-error: the client's own affair
  chat._keep = 1;
}
