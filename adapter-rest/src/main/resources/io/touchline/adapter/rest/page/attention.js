// Calls the person: the window's title, the sign on its tab, notifications, and what a screen reader says.

const NAME = 'Touchline';
const KEPT = 'touchline.notifications';
const MAX_SPOKEN = 300;

/** What is shown outside the page: a notification, and the sequence of its message, by channel. */
const shown = new Map();

/** Whether this browser can show notifications at all, and is not told never to. */
export function canNotify() {
  return 'Notification' in window && Notification.permission !== 'denied';
}

export function areNotificationsOn() {
  return canNotify() && Notification.permission === 'granted' && localStorage.getItem(KEPT) !== 'off';
}

/** Asks for what it needs; resolves to whether they are on then. */
export async function turnNotifications(on) {
  localStorage.setItem(KEPT, on ? 'on' : 'off');
  if (on && Notification.permission === 'default') {
    await Notification.requestPermission();
  }
  return areNotificationsOn();
}

/** Shows a message outside the page, until `withdraw`; it replaces an earlier one of its channel. */
export function notify(message, title, onclick) {
  if (!areNotificationsOn()) {
    return;
  }
  const heading = title === message.sender ? title : `${message.sender} in ${title}`;
  let notification;
  try {
    notification = new Notification(heading, { body: message.content, tag: message.channel, icon: 'page/icon.svg' });
  } catch {
    return; // a browser that shows those of service workers alone, as on telephones
  }
  notification.onclick = () => {
    window.focus();
    withdraw(message.channel);
    onclick();
  };
  shown.set(message.channel, { notification, sequence: message.sequence });
}

/** Takes a channel's notification away if its message is one of those. */
export function withdraw(channel, isOne = () => true) {
  const there = shown.get(channel);
  if (there && isOne(there.sequence)) {
    shown.delete(channel);
    there.notification.close();
  }
}

/** Leaves nothing of what somebody was told. */
export function silence() {
  [...shown.keys()].forEach(channel => withdraw(channel));
  document.getElementById('announcer').replaceChildren();
  showUnread(0, '');
}

/** Has a screen reader say it when it is done with what it says. */
export function announce(text) {
  const announcer = document.getElementById('announcer');
  const line = document.createElement('p');
  line.textContent = text.slice(0, MAX_SPOKEN);
  announcer.append(line);
  while (announcer.childElementCount > 10) {
    announcer.firstElementChild.remove();
  }
}

/** Shows what is unread in the window's title and on its tab. */
export function showUnread(unread, title) {
  const number = unread > 99 ? '99+' : String(unread);
  document.title = `${unread > 0 ? `(${number}) ` : ''}${title ? `${title} · ` : ''}${NAME}`;
  const sign = document.querySelector('link[rel="icon"]');
  const href = unread > 0 ? signWith(number) : 'page/icon.svg';
  if (sign.getAttribute('href') !== href) {
    sign.setAttribute('href', href);
  }
}

function signWith(number) {
  const size = number.length > 2 ? 11 : 15;
  return `data:image/svg+xml,${encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#0d6b55"/>' +
      '<path d="M7 8h15v11H12l-5 4z" fill="#fff"/><circle cx="21" cy="21" r="11" fill="#c8321f" stroke="#fff" stroke-width="1.5"/>' +
      `<text x="21" y="${21 + size / 3}" font-family="sans-serif" font-weight="700" font-size="${size}" text-anchor="middle" fill="#fff">${number}</text></svg>`,
  )}`;
}
