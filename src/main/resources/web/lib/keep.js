// Renders a page again without losing what the reader did to it: focus, open menus and tables, hidden lines, scroll positions.

const LABELLED = '[aria-label]';
const label = (element) => element.closest(LABELLED)?.getAttribute('aria-label') ?? '';
/** What identifies an element in the next rendering: its text or name, and the part of the page that it is in. */
const identity = (element) => [element.tagName, element.name ?? '', element.value ?? '', element.href ?? '', element.textContent.replace(/[↓↑↕]/g, '').trim().slice(0, 80), label(element)].join('|');
const loose = (element) => [element.tagName, element.name ?? '', element.type ?? '', label(element)].join('|');

const OPEN_MENU = 'details[open] > summary';
const OPEN_TABLE = '.chart .tools > [aria-expanded=true]';
const SCROLLED = ':is(.scroll, .table, .figures)[aria-label]';

/** Puts elements into a place. Elements that are already there stay there, with focus and what was entered. */
function put(place, elements) {
  for (const each of [...place.childNodes]) if (!elements.includes(each)) each.remove();
  elements.forEach((each, index) => {
    if (place.childNodes[index] !== each) place.insertBefore(typeof each === 'string' ? document.createTextNode(each) : each, place.childNodes[index] ?? null);
  });
}

export function renderAgain(place, elements) {
  const find = (selector) => [...place.querySelectorAll(selector)];
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const wanted = focused && [identity(focused), loose(focused)];
  const menus = new Set(find(OPEN_MENU).map((each) => each.textContent));
  const tables = new Set(find(OPEN_TABLE).map(label));
  const hidden = new Map(find('time-chart').map((chart) => [chart.spec.title, chart.hiddenSeries]));
  const scrolled = new Map(find(SCROLLED).filter((each) => each.scrollLeft || each.scrollTop).map((each) => [label(each), [each.scrollLeft, each.scrollTop]]));

  for (const chart of elements.flatMap((each) => [...(each.querySelectorAll?.('time-chart') ?? [])])) chart.hiddenSeries = hidden.get(chart.spec.title);
  put(place, elements);

  for (const summary of find('details:not([open]) > summary')) if (menus.has(summary.textContent)) summary.parentElement.open = true;
  for (const button of find('.chart .tools > [aria-expanded=false]')) if (tables.has(label(button))) button.click();
  for (const each of find(SCROLLED)) if (scrolled.has(label(each))) each.scrollTo(...scrolled.get(label(each)));
  if (!focused || focused.isConnected) return;
  const candidates = find(focused.tagName.toLowerCase());
  const next = candidates.find((each) => identity(each) === wanted[0]) ?? candidates.find((each) => each.name && loose(each) === wanted[1]);
  next?.focus({ preventScroll: true });
}
