// How times, names and messages are written.

import { el } from './view.js';

const TIME = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const WEEKDAY = new Intl.DateTimeFormat(undefined, { weekday: 'long' });
const SHORT_WEEKDAY = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const DATE = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long' });
const SHORT_DATE = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const YEAR = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });
const WHOLE = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });
const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
const DAY_MS = 86_400_000;
const TONES = 8;

export function time(at) {
  return TIME.format(new Date(at));
}

export function wholeTime(at) {
  return WHOLE.format(new Date(at));
}

/** The same for all times of one day here. */
export function dayOf(at) {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** A day as people say it: "Today", "Monday", "12 March". */
export function day(at) {
  const date = new Date(at);
  const ago = daysAgo(date);
  if (ago === 0 || ago === 1) {
    return capitalised(RELATIVE.format(-ago, 'day'));
  }
  if (ago > 1 && ago < 7) {
    return WEEKDAY.format(date);
  }
  return (date.getFullYear() === new Date().getFullYear() ? DATE : YEAR).format(date);
}

/** The same in a list: the time for today. */
export function shortTime(at) {
  const date = new Date(at);
  const ago = daysAgo(date);
  if (ago === 0) {
    return TIME.format(date);
  }
  if (ago === 1) {
    return capitalised(RELATIVE.format(-1, 'day'));
  }
  return (ago > 1 && ago < 7 ? SHORT_WEEKDAY : SHORT_DATE).format(date);
}

/** "5 minutes ago". */
export function ago(at) {
  const minutes = Math.round((Date.now() - new Date(at)) / 60_000);
  if (minutes < 1) {
    return 'just now';
  }
  if (minutes < 60) {
    return RELATIVE.format(-minutes, 'minute');
  }
  return minutes < 24 * 60
    ? RELATIVE.format(-Math.round(minutes / 60), 'hour')
    : RELATIVE.format(-Math.round(minutes / 60 / 24), 'day');
}

function daysAgo(date) {
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  return Math.ceil((midnight - date) / DAY_MS);
}

function capitalised(text) {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

/** One or two signs for a name. */
export function initials(title) {
  const words = title.split(/[\s._~@:,-]+/u).filter(word => /[\p{L}\p{N}\p{Emoji}]/u.test(word));
  const firsts = words.slice(0, 2).map(word => graphemes(word)[0].toLocaleUpperCase());
  return firsts.join('') || '#';
}

/** Which of the page's colours belongs to an id. */
export function tone(id) {
  let hash = 7;
  for (const sign of id) {
    hash = (hash * 31 + sign.codePointAt(0)) >>> 0;
  }
  return `tone-${hash % TONES}`;
}

/** "Ann", "Ann and Bob", "Ann, Bob and 3 others". */
export function listed(names, more = 0) {
  const all = more > 0 ? [...names, `${more} ${more === 1 ? 'other' : 'others'}`] : names;
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

export function counted(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}

/** In one line. */
export function oneLine(text) {
  return text.replace(/\s+/gu, ' ').trim();
}

const LINK = /\bhttps?:\/\/[^\s<>"]+/giu;
const AFTER_A_LINK = /[.,;:!?'»)\]]+$/u;

/** A message's text, with links that can be followed. */
export function withLinks(text) {
  const parts = [];
  let done = 0;
  for (const found of text.matchAll(LINK)) {
    const link = withoutEnd(found[0]);
    if (URL.canParse(link)) {
      parts.push(text.slice(done, found.index));
      parts.push(el('a', { href: link, target: '_blank', rel: 'noopener noreferrer nofollow' }, link));
      done = found.index + link.length;
    }
  }
  parts.push(text.slice(done));
  return parts;
}

/** Without the full stop that ends the sentence, but with the brackets that belong to the address. */
function withoutEnd(link) {
  const short = link.replace(AFTER_A_LINK, '');
  return short.includes('(') && link.charAt(short.length) === ')' ? `${short})` : short;
}

const EMOJI = emojiPattern();

/** Whether a message is a few emoji and nothing else. */
export function isEmoji(text) {
  return text.length < 60 && EMOJI.test(text.trim());
}

function emojiPattern() {
  try {
    return new RegExp('^(?:\\p{RGI_Emoji}\\s?){1,4}$', 'v');
  } catch {
    return /^(?:\p{Extended_Pictographic}\s?){1,4}$/u; // where sequences are not known yet
  }
}

function graphemes(text) {
  return Intl.Segmenter ? Array.from(new Intl.Segmenter().segment(text), part => part.segment) : [...text];
}
