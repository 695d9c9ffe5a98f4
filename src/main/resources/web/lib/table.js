// Tables with order in the URL, and paging.
import { chartCard } from './charts.js';
import { h, state } from './dom.js';
import { orReason } from './format.js';

/** Rows further than this from the window are not in the page. */
const NEAR = '1200px 0px';
/** Rows that enter and leave the page together. */
const GROUP = 20;
const groups = (rows) => Array.from({ length: Math.ceil(rows.length / GROUP) }, (none, index) => rows.slice(index * GROUP, (index + 1) * GROUP));
const frame = () => new Promise((resume) => requestAnimationFrame(resume));

/**
 * Lets a table grow while the reader scrolls, to any length: groups of rows that are far from the window become one empty row
 * of the same height, so the browser never lays out more than about a hundred rows.
 */
function grow(table, first, { more, total, line }) {
  const kept = new Map();
  const near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const rows = kept.get(target);
      if (isIntersecting && rows.length) {
        target.replaceChildren(...rows.splice(0));
      } else if (!isIntersecting && !rows.length && target.offsetHeight) {
        const space = h('td', { colspan: table.tHead.rows[0].cells.length, class: 'space' });
        space.style.height = `${target.offsetHeight}px`;
        rows.push(...target.children);
        target.replaceChildren(h('tr', { 'aria-hidden': 'true' }, space));
      }
    }
  }, { rootMargin: NEAR });
  let count = 0;
  const add = (body) => {
    table.append(body);
    for (const row of body.rows) row.setAttribute('aria-rowindex', String(++count + 1));
    kept.set(body, []);
    near.observe(body);
  };
  table.setAttribute('aria-rowcount', String(total + 1));
  first.forEach(add);
  const end = h('p', { class: 'end', role: 'status' }, 'Loading more…');
  let isLoading = false;
  const loader = new IntersectionObserver(async ([{ isIntersecting }]) => {
    if (!isIntersecting || isLoading) return;
    isLoading = true;
    if (!table.classList.contains('fixed')) {
      // with widths that depend on every row, each new row would lay out all others again
      const widths = [...table.tHead.rows[0].cells].map((cell) => cell.offsetWidth);
      [...table.tHead.rows[0].cells].forEach((cell, index) => cell.style.setProperty('width', `${widths[index]}px`));
      table.style.minWidth = `${table.offsetWidth}px`;
      table.classList.add('fixed');
    }
    try {
      const rows = await more();
      for (const group of groups(rows)) {
        add(h('tbody', null, group.map(line)));
        await frame();
      }
      if (count >= total || !rows.length) {
        loader.disconnect();
        end.textContent = `All ${total.toLocaleString('en-US')} rows are shown.`;
      } else {
        // observed anew, because the end may still be near
        loader.unobserve(end);
        loader.observe(end);
      }
    } catch (error) {
      end.replaceChildren(`${error.message} `, h('button', { type: 'button', class: 'secondary small', onclick: () => { loader.unobserve(end); loader.observe(end); } }, 'Try again'));
    } finally {
      isLoading = false;
    }
  }, { rootMargin: NEAR });
  loader.observe(end);
  return end;
}

/**
 * @param columns [{name, cell, number, order}]; order is the value of the parameter "order" that sorts by the column
 * @param growing {more, total} of a table that loads its rows while the reader scrolls; more returns a promise of the next rows
 */
export function dataTable({ caption, columns, rows, empty = 'Nothing matches.', otherwise = '', limit = rows.length, growing }) {
  let count = limit;
  const current = state.get('order', otherwise);
  const [by, direction] = [current.replace('-', ''), current.startsWith('-') ? 'descending' : 'ascending'];
  const head = (column) => {
    if (!column.order) return h('th', { scope: 'col', class: column.number ? 'number' : null }, column.name);
    const isCurrent = by === column.order;
    const next = isCurrent ? (direction === 'descending' ? column.order : `-${column.order}`) : column.ascends ? column.order : `-${column.order}`;
    return h('th', { scope: 'col', class: column.number ? 'number' : null, 'aria-sort': isCurrent ? direction : null },
      h('button', { type: 'button', class: 'sort', onclick: () => state.set({ order: next === otherwise ? '' : next, after: '' }) },
        column.name, h('span', { 'aria-hidden': 'true' }, isCurrent ? (direction === 'descending' ? ' ↓' : ' ↑') : ' ↕')));
  };
  const line = (row) => h('tr', null, columns.map((column, index) =>
    h(index ? 'td' : 'th', { class: column.number ? 'number' : null, scope: index ? null : 'row' }, column.cell(row))));
  const isGrowing = growing && growing.total > rows.length;
  const body = h('tbody', null, isGrowing ? [] : rows.length ? rows.slice(0, count).map(line) : h('tr', null, h('td', { colspan: columns.length, class: 'none' }, empty)));
  const more = rows.length > count && h('button', {
    type: 'button', class: 'secondary small',
    onclick: () => {
      body.append(...rows.slice(count).map(line));
      count = rows.length;
      more.remove();
    },
  }, `Show all ${rows.length}`);
  const table = h('table', null, h('caption', { class: 'visually-hidden' }, caption),
    h('thead', null, h('tr', null, columns.map(head))),
    isGrowing ? null : body);
  const end = isGrowing ? grow(table, groups(rows).map((group) => h('tbody', null, group.map(line))), { ...growing, line }) : null;
  return h('div', { class: 'table', tabindex: '0', role: 'region', 'aria-label': caption }, table, more, end);
}

/** What a cell says, for a file: full values, instants and addresses instead of their short forms, or why it is missing. */
function plain(cell) {
  const missing = cell.querySelector('.none');
  if (missing && missing.textContent === cell.textContent) return orReason(null, missing.title);
  const line = cell.querySelector('.sparkline');
  if (line && !cell.textContent) return line.getAttribute('aria-label');
  const [only, ...more] = cell.querySelectorAll('.figure, time, copy-text');
  if (only && !more.length && only.textContent === cell.textContent) {
    if (only.matches('time')) return only.getAttribute('datetime');
    if (only.matches('copy-text')) return only.getAttribute('text');
    return only.title.split(' ')[0].replaceAll(',', '');
  }
  for (const each of cell.querySelectorAll('copy-text')) each.replaceWith(` ${each.hasAttribute('bare') ? '' : each.getAttribute('text')}`);
  return cell.textContent.trim();
}

/** The content of a table as columns and rows; a column of links has its addresses beside it. */
function contents(columns, rows) {
  const cells = rows.map((row) => columns.map((column) => h('span', { class: column.number ? 'number' : null }, column.cell(row))));
  const address = (cell) => cell.querySelector('.name[title^="0x"]')?.title;
  const linked = columns.map((column, index) => cells.some((line) => address(line[index])));
  const name = (column) => (typeof column.name === 'string' ? column.name : column.name.textContent);
  return {
    columns: columns.flatMap((column, index) => (linked[index] ? [name(column), `${name(column)} address`] : [name(column)])),
    rows: cells.map((line) => line.flatMap((cell, index) => (linked[index] ? [address(cell)].map((found) => [plain(cell), orReason(found, 'no address')]).flat() : [plain(cell)]))),
  };
}

/** A card with a table, which offers its rows as CSV. */
export const tableCard = ({ title, note, size = '', controls, document: name, variables, ...table }, ...above) =>
  chartCard({ title, note, controls, document: name, variables, size: `listing ${size}`, figures: () => contents(table.columns, table.rows) }, ...above, dataTable({ caption: title, ...table }));

/** Links to the next page and back to the first one. */
export const pager = (page, total, unit) =>
  h('nav', { class: 'pager', 'aria-label': 'Pages of the table' }, h('span', null, `${Number(total).toLocaleString('en-US')} ${unit}`),
    state.get('after') ? h('button', { type: 'button', onclick: () => state.set({ after: '' }) }, 'First page') : null,
    page.hasNextPage ? h('button', { type: 'button', onclick: () => state.set({ after: page.endCursor }) }, 'Next page') : null);
