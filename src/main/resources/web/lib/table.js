// Tables with order in the URL, and paging.
import { h, state } from './dom.js';

/**
 * @param columns [{name, cell, number, order}]; order is the value of the parameter "order" that sorts by the column
 */
export function dataTable({ caption, columns, rows, empty = 'Nothing matches.', otherwise = '', limit = rows.length }) {
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
  const body = h('tbody', null, rows.length ? rows.slice(0, count).map(line) : h('tr', null, h('td', { colspan: columns.length, class: 'none' }, empty)));
  const more = rows.length > count && h('button', {
    type: 'button', class: 'secondary small',
    onclick: () => {
      body.append(...rows.slice(count).map(line));
      count = rows.length;
      more.remove();
    },
  }, `Show all ${rows.length}`);
  return h('div', { class: 'table', tabindex: '0', role: 'region', 'aria-label': caption },
    h('table', null, h('caption', { class: 'visually-hidden' }, caption),
      h('thead', null, h('tr', null, columns.map(head))),
      body), more);
}

/** Links to the next page and back to the first one. */
export const pager = (page, total, unit) =>
  h('nav', { class: 'pager', 'aria-label': 'Pages of the table' }, h('span', null, `${Number(total).toLocaleString('en-US')} ${unit}`),
    state.get('after') ? h('button', { type: 'button', onclick: () => state.set({ after: '' }) }, 'First page') : null,
    page.hasNextPage ? h('button', { type: 'button', onclick: () => state.set({ after: page.endCursor }) }, 'Next page') : null);
