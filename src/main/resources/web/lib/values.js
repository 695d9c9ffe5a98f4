// Full values by keyboard: a group of figures takes focus, and arrow keys step through all that has a title.
import { h } from './dom.js';

const GROUPS = '.table, .bars, .tiles, .donut, .feed, .facts, .timeline, .identity, .scroll';
const TITLED = '[title]:not(a, button, input, select), :is(g, rect, circle):has(> title)';
const STEP = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 };

const tip = h('div', { class: 'tip value', role: 'status', hidden: true });
document.body.append(tip);
let current;

const text = (element) => element.getAttribute?.('title') || element.querySelector(':scope > title')?.textContent;
// a calendar has keys of its own
const titled = (group) => (group.querySelector('.calendar') ? [] : [...group.querySelectorAll(TITLED)].filter((each) => text(each)));

function hide() {
  current?.classList.remove('read');
  current?.dispatchEvent(new MouseEvent('mouseleave'));
  current = undefined;
  tip.hidden = true;
}

function show(element, isSpoken = true) {
  hide();
  current = element;
  element.classList.add('read');
  element.dispatchEvent(new MouseEvent('mouseenter'));
  element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  // a screen reader reads the title of what has the focus itself
  tip.setAttribute('aria-hidden', String(!isSpoken));
  tip.textContent = text(element);
  tip.hidden = false;
  const { left, bottom, top } = element.getBoundingClientRect();
  tip.style.left = `${Math.max(8, Math.min(left, innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${bottom + tip.offsetHeight + 12 < innerHeight ? bottom + 6 : top - tip.offsetHeight - 6}px`;
}

/** The element with a title in the row above or below, in the same column where it has one. */
function inRow(element, step) {
  const row = element.closest('tr');
  const { cellIndex } = element.closest('td, th');
  for (let next = row; next;) {
    next = step < 0 ? next.previousElementSibling ?? next.parentElement.previousElementSibling?.lastElementChild
      : next.nextElementSibling ?? next.parentElement.nextElementSibling?.firstElementChild;
    const found = next?.cells?.[cellIndex] && [...next.cells[cellIndex].querySelectorAll(TITLED), ...next.querySelectorAll(TITLED)][0];
    if (found) return found;
  }
  return element;
}

function step(group, key) {
  const all = titled(group);
  if (!all.length) return false;
  const at = all.indexOf(current);
  if (at < 0) show(all[0]);
  else if (/Up|Down/.test(key) && current.closest('td, th')) show(inRow(current, STEP[key]));
  else show(all[Math.min(all.length - 1, Math.max(0, at + STEP[key]))]);
  return true;
}

addEventListener('keydown', (event) => {
  if (event.key === 'Escape') hide();
  if (STEP[event.key] && event.target.matches?.(GROUPS) && step(event.target, event.key)) event.preventDefault();
});
addEventListener('focusin', ({ target }) => {
  if (target.matches('main [title], .bottom [title]') && target.matches(':focus-visible')) show(target, false);
  else hide();
});
addEventListener('focusout', hide);

/** Lets groups of figures take focus. */
export function readable(place) {
  for (const group of place.querySelectorAll(GROUPS)) if (!group.hasAttribute('tabindex') && titled(group).length) group.setAttribute('tabindex', '0');
}
