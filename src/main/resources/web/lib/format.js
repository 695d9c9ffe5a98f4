// Turns values of the API into text. Amounts arrive as decimal strings; the full value stays in the title.
import { h } from './dom.js';

const compact = new Intl.NumberFormat('en-US', { notation: 'compact', minimumFractionDigits: 2, maximumFractionDigits: 2 });
const tiny = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });
const plain = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

export const root = new URL(document.documentElement.dataset.root, location.href);
export const link = (path) => new URL(path, root).href;

/** A decimal string with separators between thousands, without loss of digits. */
export function exact(value) {
  const [whole, fraction] = String(value).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction && /[1-9]/.test(fraction) ? `${grouped}.${fraction.replace(/0+$/, '')}` : grouped;
}

/** A number for people: 1.26B, 71.24M, 8.53K, 12.4. */
export function short(value) {
  const number = Number(value);
  if (Math.abs(number) >= 10000) return compact.format(number);
  if (Number.isInteger(number) || Math.abs(number) >= 1) return plain.format(number);
  return Math.abs(number) < 1e-6 ? `${number < 0 ? '−' : ''}<0.000001` : tiny.format(number);
}

const cents = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
/** A price of less than a dollar can matter in its last digits. */
export function usd(value) {
  const amount = Math.abs(Number(value));
  const sign = Number(value) < 0 ? '−' : '';
  if (amount > 0 && amount < 1e-6) return `${sign}<$0.000001`;
  return `${sign}$${amount >= 1 && amount < 10000 ? cents.format(amount) : short(amount)}`;
}
const rough = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });
/** The same for the marks of an axis, where few digits suffice. */
usd.axis = (value) => `$${rough.format(value)}`;
export const percent = (fraction, digits = 1) =>
  `${(Number(fraction) * 100).toFixed(digits)}%`.replace(/^-(?=[0.]*%)/, '').replace('-', '−');
export const signed = (fraction) => percent(fraction).replace(/^(?=[0-9.]*[1-9])/, '+');
/** A part of a whole; a tiny part is not shown as nothing. */
export const portion = (fraction) => (Number(fraction) > 0 && Number(fraction) < 0.001 ? '<0.1%' : percent(fraction));
export const bips = (value) => `${(value / 100).toFixed(value % 100 ? 2 : 0)}%`;
export const count = (value) => plain.format(Number(value));
count.axis = (value) => rough.format(value);
/** A number with its noun. */
export const many = (number, one, more = `${one}s`) => `${count(number)} ${Number(number) === 1 ? one : more}`;
export const shorten = (address) => (address.length > 14 ? `${address.slice(0, 8)}…${address.slice(-4)}` : address);
export const words = (name) => name.toLowerCase().replaceAll('_', ' ');
export const title = (name) => words(name).replace(/^./, (letter) => letter.toUpperCase())
  .replace(/\b(avss?|avses|tvs|usd|eth|btc|lst|pi|eigen)\b/gi, (word) => ({ avses: 'AVSs', avss: 'AVSs' })[word.toLowerCase()] ?? word.toUpperCase());

/** An instant in UTC. */
export const instant = (text) => `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;
export const day = (text) => text.slice(0, 10);

function ago(text, now = Date.now()) {
  const seconds = Math.max(0, (now - Date.parse(text)) / 1000);
  return `${duration(seconds)} ago`;
}

export function duration(seconds) {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 129600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} days`;
}

/** The part that a slash took, in wads. */
export const lost = (wad) => (Number(wad) ? `−${Number(wad) < 1e15 ? Number((Number(wad) / 1e16).toPrecision(2)) : (Number(wad) / 1e16).toFixed(1)}%` : '0%');

/** The sum of decimal strings, without loss of digits. */
export function sum(values) {
  const parts = values.map((each) => each.split('.'));
  const scale = Math.max(0, ...parts.map(([, fraction = '']) => fraction.length));
  const total = parts.reduce((before, [whole, fraction = '']) => before + BigInt(whole + fraction.padEnd(scale, '0')), 0n);
  const digits = String(total).replace('-', '').padStart(scale + 1, '0');
  return (total < 0n ? '-' : '') + digits.slice(0, digits.length - scale) + (scale ? `.${digits.slice(-scale)}` : '');
}

/** A value for a table of figures, or the reason for which it is missing. */
export const orReason = (value, reason) => value ?? { missing: reason };

/** A missing value with the reason for it. */
export const none = (reason) => h('span', { class: 'none', title: reason }, reason ? `— ${reason}` : '—');

/** A figure with its full value on hover, or the reason for which it is missing. */
export function figure(value, format, { unit = '', reason = 'unknown' } = {}) {
  if (value === null || value === undefined) return none(reason);
  return h('span', { class: 'figure', title: exact(value) + (unit && ` ${unit}`) }, format(value));
}

export const money = (value, reason) => figure(value, usd, { unit: 'USD', reason });
export const number = (value, unit, reason) => figure(value, count, { unit, reason });
export const time = (text, reason = 'never') =>
  text ? h('time', { datetime: text, title: `${text} (${ago(text)})` }, instant(text)) : none(reason);

const TVS_REASONS = {
  PARTIAL: 'some strategies have no price', MISSING_PRICE: 'no price', UNKNOWN_SHARES: 'shares not known', NO_SHARES: 'no shares',
};
export const tvsReason = (status) => TVS_REASONS[status] ?? words(status ?? 'no price');

/** TVS with a mark when strategies without price or known shares are left out. */
export function tvs(value, status) {
  if (value === null) return none(tvsReason(status));
  return [money(value), status === 'PARTIAL' ? h('abbr', { class: 'partial', title: tvsReason(status) }, 'partial') : null];
}

/** The level and score of a risk, or the reason for which there is none. */
export function risk(analytics) {
  if (!analytics) return none('not analysed yet');
  if (analytics.riskScore === null) return none(words(analytics.scoreReason ?? 'no score'));
  return h('span', { class: `risk ${analytics.riskLevel.toLowerCase()}`, title: `Risk score ${analytics.riskScore} of 100; higher is safer` },
    title(analytics.riskLevel), ' ', h('b', null, Number(analytics.riskScore).toFixed(0)));
}

/** The colour of a change; one that rounds to 0.0% has none. */
export const direction = (fraction) => (Math.abs(Number(fraction)) < 0.0005 ? null : Number(fraction) < 0 ? 'down' : 'up');

export function growth(fraction, reason = 'no figure') {
  if (fraction === null || fraction === undefined) return none(reason);
  return h('span', { class: direction(fraction), title: `${fraction} in 30 days` }, signed(fraction));
}

export const nameOf = (object) => object.metadata?.name || shorten(object.address);

const PAGES = new Set(['operators', 'strategies', 'avs', 'delegators']);
const linked = (kind, address, text) => (PAGES.has(kind)
  ? h('a', { class: 'name', href: link(`${kind}/${address}`), title: address, dir: 'auto' }, text)
  : h('span', { class: 'name', title: address, dir: 'auto' }, text));

/** A link to an object, by name where it has one. */
const reference = (kind, object) => linked(kind, object.address, nameOf(object));
export const operatorLink = (operator) => reference('operators', operator);
export const avsLink = (avs) => reference('avs', avs);
export const delegatorLink = (delegator) => h('span', { class: 'with-copy' }, linked('delegators', delegator.address, h('code', null, shorten(delegator.address))), copyIcon(delegator.address));
export const strategyName = (strategy) => strategy.symbol || shorten(strategy.address);
/** A symbol that a token gives itself, cut where it is long. */
export const symbolOf = ({ symbol, token }, otherwise = 'strategy') => h('span', { class: 'name', dir: 'auto', title: token }, symbol ?? otherwise);
export const strategyLink = (strategy) => linked('strategies', strategy.address, strategyName(strategy));

/** An address that one click copies. */
class CopyText extends HTMLElement {
  connectedCallback() {
    const text = this.getAttribute('text');
    const isBare = this.hasAttribute('bare');
    const say = h('span', { class: 'visually-hidden', role: 'status' });
    this.replaceChildren(
      h('button', {
        type: 'button', class: 'copy', title: `Copy ${text}`, 'aria-label': isBare ? `Copy ${text}` : null,
        onclick: async (event) => {
          event.preventDefault();
          await navigator.clipboard.writeText(text).catch(() => getSelection().selectAllChildren(this));
          this.classList.add('copied');
          say.textContent = 'Copied';
          setTimeout(() => this.classList.remove('copied'), 1500);
        },
      }, isBare ? null : [h('span', { class: 'visually-hidden' }, 'Copy '), h('code', null, this.hasAttribute('long') ? text : shorten(text))], h('i', { 'aria-hidden': 'true' })), say);
  }
}
customElements.define('copy-text', CopyText);
export const copy = (text, long = false) => h('copy-text', { text, long });
const copyIcon = (text) => h('copy-text', { text, bare: true });
