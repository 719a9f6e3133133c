/**
 * A Touchline client for browsers and Node: it stays connected, misses nothing, shows nothing twice, keeps the order,
 * and sends what it is given once.
 *
 *     const chat = new Touchline({ token: () => askYourServerForAToken() });
 *     chat.on('change', channel => render(channel));
 *     await chat.connect();
 *     chat.channels[0].send('Hello');
 *
 * Everything that is shown here as `readonly` is a snapshot: it is replaced, never changed in place, so `===` tells
 * whether there is news. Times are RFC 3339 strings as the server says them, unless the name ends in `At` and the type
 * is a number: milliseconds since 1970.
 */

/** Why the token is asked for: the first time, because the old one is about to end, or because it was refused. */
export type TokenReason = 'first' | 'expiring' | 'refused';

export interface Options {
  /**
   * A bearer token of the user. It is kept in memory and asked for again when it is about to end and when it was refused.
   * Throwing means "try again later"; `null` that the user has signed out, which closes the client.
   */
  token(reason: TokenReason): string | null | Promise<string | null>;

  /** Where the API is, `https://chat.example.com`. Default: the page's own origin. */
  url?: string;

  /** Where to connect to, instead of what the API tells. */
  socket?: string;

  /** How long to wait before connecting, or sending, again: `random() * min(cap, base * 2 ** attempt)` ms. */
  backOff?: { base?: number; cap?: number };

  /** Entries kept of a channel's timeline before older ones are forgotten (they can be loaded again). Default 500. */
  keep?: number;

  /** ms between looks where WebSockets are blocked. Default 5,000. */
  pollInterval?: number;

  /** Whether "delivered" is said by itself for what has arrived. Default true; "read" is always yours to say. */
  receipts?: boolean;

  /** For runtimes without a global one. */
  WebSocket?: unknown;
  /** For runtimes without a global one. */
  fetch?: typeof fetch;
  /** For tests. */
  clock?: Clock;
  /** For tests: from 0 up to, not including, 1. */
  random?: () => number;
}

export interface Clock {
  now(): number;
  setTimeout(task: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

/**
 * - `idle`: not connected yet
 * - `connecting`
 * - `online`: connected
 * - `polling`: WebSockets are blocked here, so news are asked for every few seconds
 * - `waiting`: to connect again, at `retryAt`
 * - `closed`: for good; {@link Touchline.connect} begins anew
 */
export type Status = 'idle' | 'connecting' | 'online' | 'polling' | 'waiting' | 'closed';

/**
 * - `unreachable`: no connection could be made
 * - `dropped`: the connection broke
 * - `silent`: nothing was heard, so it was given up
 * - `going-down`: the node is restarting, and said when to come back
 * - `busy`: the node cannot take anybody now
 * - `too-slow`: the node gave up on us
 * - `too-many`: too many connections of this user or address
 * - `token`: the token was refused or could not be had
 * - `forbidden`: by the server's rules for origins, or an administrator; final
 * - `protocol`: the two do not understand each other; final
 * - `signed-out`: the token callback said so; final
 * - `closed`: by {@link Touchline.close}; final
 */
export type Reason =
  | 'unreachable' | 'dropped' | 'silent' | 'going-down' | 'busy' | 'too-slow' | 'too-many' | 'token'
  | 'forbidden' | 'protocol' | 'signed-out' | 'closed';

export interface State {
  readonly status: Status;
  /** Why it is not online; absent while all is well. */
  readonly reason?: Reason;
  /** The close code, where there was one. */
  readonly code?: number;
  /** When the next attempt is made, while `waiting`. */
  readonly retryAt?: number;
  /** Whether everything that had happened when it last connected has arrived. */
  readonly caughtUp: boolean;
}

/** What of a channel has changed. `summary` is what a list of channels shows. */
export type Change = 'timeline' | 'summary' | 'participants' | 'marks' | 'typing';

export interface Events {
  /** The connection's state has changed. */
  state(state: State): void;
  /** Channels came, went, or changed their order, or the summary of one changed. Once for many. */
  channels(channels: readonly Channel[]): void;
  /** A channel has changed. Once for many changes of the same moment. */
  change(channel: Channel, what: ReadonlySet<Change>): void;
  /**
   * Every event of the channels that are followed, in order and once, from the time of connecting on (after `reset` of a
   * channel from there on).
   */
  event(event: Event, channel: Channel): void;
  /** A new message of somebody else, once, after `event`: for notifications. */
  message(message: Message, channel: Channel): void;
  /** Somebody is typing. */
  typing(signal: { channel: string; user: string }): void;
  /** Others, or this user on another device, have received or read. */
  marks(signal: { channel: string; marks: readonly Marks[] }): void;
  /** The channel is no longer the user's. */
  left(channel: Channel): void;
  /** A channel was too far behind, or the server's database was restored: what was loaded of it was forgotten. */
  reset(channel: Channel): void;
}

/** One user's chat. Several instances do not know each other. */
export class Touchline {
  constructor(options: Options);

  /** The REST calls themselves. They need no connection. */
  readonly api: Api;

  /** Who the token says that this is, once there is one. */
  readonly user: string | null;

  readonly state: State;

  /** The channels loaded so far, latest activity first. */
  readonly channels: readonly Channel[];

  /** Whether there are more channels, with older activity, to load. */
  readonly hasMoreChannels: boolean;

  /** Messages unread in the loaded channels; each counts up to 100. */
  readonly unread: number;

  /**
   * Connects, and stays connected until {@link close}. Resolves once everything is there the first time, by whichever way;
   * rejects if the client is closed before, by itself for a reason that is final, or by you.
   */
  connect(): Promise<void>;

  /** Ends it: no more connection, timer or listener. What waits to be sent is failed. */
  close(): void;

  /** Calls the listener from now on; the returned function ends that. */
  on<E extends keyof Events>(event: E, listener: Events[E]): () => void;

  /** The next channels of the list. Resolves to the new ones. */
  loadMoreChannels(): Promise<readonly Channel[]>;

  /** A channel that is loaded already. */
  channel(id: string): Channel | undefined;

  /** A channel, loaded if need be. Rejects with a {@link Problem} 404 if it is not the user's. */
  open(id: string): Promise<Channel>;

  /** Makes a channel. */
  create(channel: { id?: string; name?: string; participants: readonly string[] }): Promise<Channel>;

  /** The channel of this user and one other, made or found. */
  direct(user: string): Promise<Channel>;
}

/** A channel as it is now; it changes by itself, and `change` tells when. */
export class Channel {
  private constructor();

  readonly id: string;
  readonly name: string | undefined;
  readonly createdAt: string;
  /** The first sequence that the user may read. */
  readonly firstSequence: number;
  /** The last sequence that has arrived in order. */
  readonly lastSequence: number;
  /** Up to where this user has read. */
  readonly read: number;
  /** Others' messages after `read`, up to 100. */
  readonly unread: number;
  readonly participantCount: number;
  /** As it now reads. */
  readonly lastMessage: Message | undefined;
  readonly mutedUntil: string | undefined;
  /** Time of the latest activity, as a list is ordered by. */
  readonly activeAt: number;
  /** Whether the user has left, or was removed: then it is no longer in {@link Touchline.channels}. */
  readonly left: boolean;

  /**
   * What has happened, oldest first, as it now reads: messages, and lines such as "Carol joined"; at the end what this
   * client is still sending. Empty at first for a channel in which all is read: {@link loadEarlier}.
   */
  readonly timeline: readonly Entry[];

  /** Whether there is something before the timeline's first entry. */
  readonly hasEarlier: boolean;

  /**
   * Puts an earlier page of some 50 messages before the timeline. Calls while one is under way get that one's result.
   * Resolves to whether something was added. What was loaded so stays until {@link trim}.
   */
  loadEarlier(): Promise<boolean>;

  /** Forgets all but the newest entries, for example when the user has left the page of this channel. */
  trim(): void;

  /** Who takes part, by user id: up to 200, empty until {@link loadParticipants}; then kept as people come and go. */
  readonly participants: readonly Participant[];

  /**
   * Needed for {@link status} to know about receipts; harmless to call again. Signals can be lost on the way, so `again`
   * asks the server though they are loaded: for now and then, where one seems overdue.
   */
  loadParticipants(again?: boolean): Promise<readonly Participant[]>;

  /** Who is typing just now, this user excepted. */
  readonly typing: readonly string[];

  /**
   * Shows the message as pending at once and sends it, after those before it, again and again with the same
   * `clientMessageId` until the server has taken or refused it.
   */
  send(content: string): Message;

  /** Sends a failed message again, as the same message. */
  retry(message: Message): void;

  /** Takes a failed message away. */
  discard(message: Message): void;

  /**
   * Resolves to the event of a message that this client sends, once the server has it; rejects with the {@link Problem}
   * when it has failed.
   */
  sent(message: Message): Promise<MessageEvent>;

  /** How far a message has come. `delivered` and `read` mean: to all others, as far as participants are loaded. */
  status(message: Message): MessageStatus;

  /** Who has read, and who has only received, up to this sequence, as far as participants are loaded. */
  receipts(sequence: number): { read: string[]; delivered: string[] };

  /** Says that the person has seen everything up to there. Default: up to {@link lastSequence}. */
  markRead(sequence?: number): void;

  /** Says that the user is typing; call it at every key, it tells the server once in 3 s at most. */
  type(): void;

  edit(sequence: number, content: string): Promise<void>;
  delete(sequence: number): Promise<void>;
  rename(name: string): Promise<void>;
  add(user: string): Promise<void>;
  remove(user: string): Promise<void>;
  /** Removes this user. */
  leave(): Promise<void>;
  /** No push from here until then; without a time: for ever. */
  mute(until?: Date | string): Promise<void>;
  unmute(): Promise<void>;
  /** Why did Bob not get it? */
  delivery(sequence: number, page?: PageQuery): Promise<Page<Delivery>>;

  /** As {@link Touchline.on}, for this channel. */
  on(event: 'change', listener: (what: ReadonlySet<Change>) => void): () => void;
}

/** An entry of a timeline. */
export type Entry = Message | Line;

export interface Message {
  readonly kind: 'message';
  /** The same as long as the message is there, pending or sent: for keyed lists. */
  readonly key: string;
  readonly channel: string;
  /** Its place; absent while it is pending or failed. */
  readonly sequence?: number;
  readonly sender: string;
  /** Whether this user has sent it. */
  readonly own: boolean;
  /** When the server stored it; until then, when it was written here. */
  readonly createdAt: string;
  /** Absent if deleted. */
  readonly content?: string;
  readonly clientMessageId?: string;
  readonly edited: boolean;
  /** When the latest edit was made; absent unless edited. */
  readonly editedAt?: string;
  readonly deleted: boolean;
  readonly pending: boolean;
  /** Why it was refused; it stays at the end of the timeline until it is sent again or discarded. */
  readonly problem?: Problem;
}

/** Something that happened in a channel besides messages. */
export interface Line {
  readonly kind: 'created' | 'renamed' | 'joined' | 'left';
  readonly key: string;
  readonly channel: string;
  readonly sequence: number;
  /** Who did it. */
  readonly sender: string;
  readonly createdAt: string;
  /** Who joined or left. */
  readonly user?: string;
  /** The channel's name from then on. */
  readonly name?: string;
}

export type MessageStatus = 'pending' | 'failed' | 'sent' | 'delivered' | 'read';

/**
 * A call that did not succeed. `status` is 0 when no answer came: the network is away, or it took too long.
 * `message` is the detail, for people.
 */
export class Problem extends Error {
  private constructor();

  readonly status: number;
  /** `urn:touchline:problem:…`, for programs. */
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly { field: string; message: string }[];
  /** ms to wait before trying again, if the server said so. */
  readonly retryAfter: number | undefined;
}

export interface PageQuery {
  limit?: number;
  cursor?: string;
}

export interface Page<T> {
  items: T[];
  next?: string;
}

/** The REST calls one to one. Each rejects with a {@link Problem}; only a refused token is tried again, once, with a new one. */
export interface Api {
  base(): Promise<{ socket: string; version: string }>;
  channels(page?: PageQuery): Promise<Page<ChannelSummary>>;
  channel(channel: string): Promise<ChannelSummary>;
  createChannel(channel: { id?: string; name?: string; participants: readonly string[] }): Promise<ChannelSummary>;
  directChannel(user: string): Promise<ChannelSummary>;
  renameChannel(channel: string, name: string): Promise<ChannelSummary>;
  participants(channel: string, page?: PageQuery): Promise<Page<Participant>>;
  addParticipant(channel: string, user: string): Promise<void>;
  removeParticipant(channel: string, user: string): Promise<void>;
  sendMessage(channel: string, content: string, clientMessageId?: string): Promise<MessageEvent>;
  events(channel: string, query?: { after?: number; limit?: number }): Promise<Log>;
  messages(channel: string, query?: { before?: number; limit?: number }): Promise<Log<MessageEvent>>;
  editMessage(channel: string, sequence: number, content: string): Promise<Event>;
  deleteMessage(channel: string, sequence: number): Promise<Event>;
  delivery(channel: string, sequence: number, page?: PageQuery): Promise<Page<Delivery>>;
  receipts(receipts: { delivered?: Sequences; read?: Sequences }): Promise<void>;
  typing(channel: string): Promise<void>;
  mute(channel: string, until?: Date | string): Promise<void>;
  unmute(channel: string): Promise<void>;
  sync(channels: Sequences): Promise<CatchUp>;
  /** Up to 200 users. */
  presence(users: readonly string[]): Promise<{ items: Presence[] }>;
  registerDevice(device: string, registration: { platform: 'android' | 'ios' | 'web'; token: string }): Promise<void>;
  removeDevice(device: string): Promise<void>;
  /** For administrators: closes every connection of that user. */
  disconnect(user: string): Promise<void>;
}

/** By channel. */
export type Sequences = Record<string, number>;

export interface ChannelSummary {
  id: string;
  name?: string;
  createdAt: string;
  firstSequence: number;
  lastSequence: number;
  read: number;
  unread: number;
  participantCount: number;
  lastMessage?: MessageEvent;
  mutedUntil?: string;
}

export interface Marks {
  readonly user: string;
  readonly delivered: number;
  readonly read: number;
}

export interface Participant extends Marks {
  readonly joinedAt: string;
}

export interface Presence {
  user: string;
  online: boolean;
  lastSeen?: string;
}

export interface Delivery {
  user: string;
  state: 'read' | 'delivered' | 'pushed' | 'pending' | 'none';
  reason?: 'muted' | 'no-device' | 'rejected' | 'waiting';
  at?: string;
}

export interface Log<E extends Event = Event> {
  items: E[];
  lastSequence: number;
}

export interface CatchUp {
  events: Event[];
  channels: { channel: string; lastSequence: number; reset?: boolean }[];
  left: { channel: string; sequence: number }[];
  epoch: string;
  more: boolean;
}

interface BasicEvent {
  channel: string;
  sequence: number;
  sender: string;
  createdAt: string;
}

export interface MessageEvent extends BasicEvent {
  type: 'message';
  content?: string;
  clientMessageId?: string;
  edited?: boolean;
  editedAt?: string;
  deleted?: boolean;
}

/** An event as the server says it. */
export type Event =
  | MessageEvent
  | (BasicEvent & { type: 'channel.created'; name?: string; participants: string[]; participantCount: number })
  | (BasicEvent & { type: 'channel.renamed'; name: string })
  | (BasicEvent & { type: 'participant.joined' | 'participant.left'; user: string })
  | (BasicEvent & { type: 'message.edited'; target: number; content?: string })
  | (BasicEvent & { type: 'message.deleted'; target: number });
