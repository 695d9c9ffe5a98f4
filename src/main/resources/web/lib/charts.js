// Charts: time series by uPlot, all others as SVG. Each comes with its figures as table, CSV and query.
import { download, h, state, svg } from './dom.js';
import { count, exact, many, none, orReason, short, sum, usd } from './format.js';
import { exportCsv } from './graphql.js';
import { daysBefore, graphiql, shown } from './layout.js';

const { uPlot } = globalThis;
const COLORS = 10;
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
export const color = (index) => `var(--c${(index % COLORS) + 1})`;
const resolved = (value) => (value.startsWith('var(') ? css(value.slice(4, -1)) : value);
const dark = matchMedia('(prefers-color-scheme: dark)');

const cell = (value) => (value === null || value === undefined ? '' : value);
const field = (value) => {
  const text = String(cell(value));
  // a leading =, + or @ would be a formula in a spreadsheet
  const safe = /^[=+@\t\r]|^-\D/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
const reasonOf = (value) => value?.missing;

/** Figures as CSV; a column that misses values has a column with the reasons beside it. */
function csv({ columns, rows }) {
  const misses = columns.map((column, index) => rows.some((row) => reasonOf(row[index]) !== undefined));
  const head = columns.flatMap((column, index) => (misses[index] ? [column, /^[a-z0-9_]+$/.test(column) ? `${column}_reason` : `${column}, reason`] : [column]));
  const lines = rows.map((row) => row.flatMap((value, index) => (misses[index] ? [reasonOf(value) === undefined ? value : '', reasonOf(value) ?? ''] : [value])));
  return `${[head, ...lines].map((line) => line.map(field).join(',')).join('\r\n')}\r\n`;
}

/**
 * A card with a chart and its figures.
 * @param figures {columns, rows} of the chart, or a function that returns them; a value is text, a number or orReason()
 * @param exported a document that selects one list, whose rows on all pages the server writes as CSV, instead of the figures
 */
export function chartCard({ title, note, size = '', figures, document: name, variables, controls = [], exported }, ...body) {
  const read = () => (typeof figures === 'function' ? figures() : figures);
  const table = h('div', { class: 'figures', hidden: true, tabindex: '0', role: 'region', 'aria-label': `Figures of ${title}` });
  const toggle = h('button', {
    type: 'button', 'aria-expanded': 'false',
    onclick: () => {
      table.hidden = !table.hidden;
      toggle.setAttribute('aria-expanded', String(!table.hidden));
      if (!table.hidden) table.replaceChildren(plainTable(title, read()));
    },
  }, 'Table');
  const file = title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return h('section', { class: `card chart ${size}`, 'aria-label': title },
    h('div', { class: 'card-head' }, h('div', null, h('h2', null, title), note ? h('p', { class: 'note' }, note) : null),
      h('div', { class: 'tools' }, controls, toggle,
        h('button', {
          type: 'button', title: exported ? 'All rows that match, on all pages' : null,
          onclick: async (event) => {
            const button = event.currentTarget;
            try {
              button.disabled = true;
              download(`${file}.csv`, 'text/csv', exported ? await exportCsv(exported, variables ?? shown.variables) : csv(read()));
            } catch (error) {
              button.textContent = `CSV failed: ${error.message}`;
            } finally {
              button.disabled = false;
            }
          },
        }, 'CSV'),
        h('a', { href: graphiql(name ?? shown.document, variables ?? shown.variables) }, 'GraphQL'))),
    body, table);
}

const plainTable = (title, { columns, rows }) =>
  h('table', null, h('caption', { class: 'visually-hidden' }, title),
    h('thead', null, h('tr', null, columns.map((column) => h('th', { scope: 'col' }, column)))),
    h('tbody', null, rows.map((row) => h('tr', null, row.map((value, index) =>
      h(index ? 'td' : 'th', index ? { class: 'number' } : { scope: 'row' }, reasonOf(value) !== undefined ? none(reasonOf(value)) : cell(value) === '' ? none() : /^-?\d{4,}(\.\d+)?$/.test(value) ? exact(value) : String(value)))))));

/** Buttons that choose one value of a parameter of the URL, which resets the parameters of another choice. */
export const choice = (name, label, options, otherwise, resets = []) =>
  h('div', { class: 'choice', role: 'group', 'aria-label': label }, options.map(([value, text]) =>
    h('button', {
      type: 'button', 'aria-pressed': String(state.get(name, otherwise) === value),
      onclick: () => state.set({ ...Object.fromEntries(resets.map((each) => [each, ''])), [name]: value === otherwise ? '' : value }),
    }, text)));

const monthDay = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' });
const monthYear = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'short', year: '2-digit' });

/** Lines or stacked areas over time, or over numbers. */
class TimeChart extends HTMLElement {
  connectedCallback() {
    this.tip = h('div', { class: 'tip', role: 'status', hidden: true });
    this.canvas = h('div', { class: 'plot' });
    this.hiddenSeries ??= new Set();
    this.legend = h('div', { class: 'legend' });
    this.setAttribute('role', 'group');
    this.setAttribute('tabindex', '0');
    this.setAttribute('aria-label', `${this.spec.title}: chart, arrow keys move through its values`);
    this.replaceChildren(this.canvas, this.tip, this.legend);
    this.rebuild = () => this.draw();
    dark.addEventListener('change', this.rebuild);
    this.addEventListener('keydown', (event) => this.key(event));
    this.addEventListener('blur', () => this.tip.toggleAttribute('hidden', true));
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(this);
    this.draw();
  }

  disconnectedCallback() {
    dark.removeEventListener('change', this.rebuild);
    this.sizes.disconnect();
    this.plot?.destroy();
  }

  /** Replaces the data, keeping what the reader hid. */
  update(spec) {
    this.spec = spec;
    if (this.isConnected) this.draw();
  }

  get height() {
    return this.spec.height ?? 250;
  }

  fit() {
    const width = this.canvas.clientWidth;
    if (this.plot && width && width !== this.plot.width) this.plot.setSize({ width, height: this.height });
  }

  draw() {
    const { x, series, stacked, format, isNumber, marks = [], fromZero } = this.spec;
    const visible = series.filter((each) => !this.hiddenSeries.has(each.name));
    let lines = visible.map((each) => ({ ...each, paint: resolved(each.color), plotted: each.values }));
    if (stacked) {
      const sums = x.map(() => 0);
      lines = lines.map((each) => ({
        ...each,
        plotted: each.values.map((value, index) => (value === null ? (sums[index] || null) : (sums[index] += value))),
      })).reverse();
    }
    const grid = { stroke: css('--grid'), width: 1 };
    const axis = { stroke: css('--muted'), grid, ticks: { show: false }, font: '12px system-ui, sans-serif', gap: 6 };
    const long = !isNumber && x.length > 1 && x.at(-1) - x[0] > 200 * 86400;
    const single = lines.length === 1 && !stacked;
    this.plot?.destroy();
    this.lines = lines;
    this.plot = new uPlot({
      width: this.canvas.clientWidth || 300,
      height: this.height,
      legend: { show: false },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      padding: [10, 22, 0, 0],
      cursor: { points: { size: 7, width: 2 }, drag: { x: false, y: false }, y: false },
      scales: {
        x: { time: !isNumber },
        y: { range: (plot, low, high) => {
          if (low === null) return [0, 1];
          if (stacked || fromZero) return [0, high > 0 ? high * 1.06 : 1];
          const space = (high - low || Math.abs(high) || 1) * 0.12;
          return [low >= 0 ? Math.max(0, low - space) : low - space, high + space];
        } },
      },
      axes: [
        { ...axis, grid: { show: false }, space: 64, size: 30, values: (plot, splits) => splits.map((value) =>
          (isNumber ? (Number.isInteger(value) ? count(value) : '') : (long ? monthYear : monthDay).format(value * 1000))) },
        { ...axis, size: 62, values: (plot, splits) => splits.map((value) => (format.axis ?? format)(value)) },
      ],
      series: [{}, ...lines.map((each) => ({
        label: each.name,
        stroke: each.paint,
        width: stacked ? 1 : 2,
        fill: stacked ? each.paint : single ? `${each.paint}22` : undefined,
        dash: each.dash,
        spanGaps: false,
        points: { show: x.length === 1 || each.values.filter((value) => value !== null).length === 1 },
      }))],
      hooks: {
        setCursor: [(plot) => this.point(plot.cursor.idx, plot.cursor.left)],
        draw: [(plot) => this.drawMarks(plot, marks)],
      },
    }, [x, ...lines.map((each) => each.plotted)], this.canvas);
    this.canvas.setAttribute('aria-hidden', 'true');
    this.legend.replaceChildren(...(series.length < 2 ? [] : series.map((each) => h('button', {
      type: 'button', 'aria-pressed': String(!this.hiddenSeries.has(each.name)),
      title: each.name,
      onclick: () => {
        if (!this.hiddenSeries.delete(each.name)) this.hiddenSeries.add(each.name);
        this.draw();
      },
    }, h('i', { style: { background: each.color } }), h('span', { dir: 'auto' }, each.name)))));
  }

  drawMarks(plot, marks) {
    const { ctx } = plot;
    const scale = devicePixelRatio;
    for (const mark of marks) {
      const at = Math.round(plot.valToPos(mark.at, 'x', true));
      if (at < plot.bbox.left || at > plot.bbox.left + plot.bbox.width) continue;
      ctx.save();
      ctx.strokeStyle = resolved(mark.color);
      ctx.fillStyle = ctx.strokeStyle;
      ctx.lineWidth = scale;
      ctx.setLineDash([3 * scale, 3 * scale]);
      ctx.beginPath();
      ctx.moveTo(at, plot.bbox.top);
      ctx.lineTo(at, plot.bbox.top + plot.bbox.height);
      ctx.stroke();
      ctx.beginPath();
      ctx.arc(at, plot.bbox.top + 4 * scale, 4 * scale, 0, 7);
      ctx.fill();
      ctx.restore();
    }
  }

  point(index, left) {
    const { x, format, isNumber, marks = [], exactly } = this.spec;
    if (index === null || index === undefined || left < 0) {
      this.tip.hidden = true;
      return;
    }
    const when = isNumber ? `${this.spec.axis ?? ''} ${count(x[index])}` : new Date(x[index] * 1000).toISOString().slice(0, 10);
    const here = marks.filter((mark) => Math.abs(mark.at - x[index]) < 43200 || (isNumber && mark.at === x[index]));
    this.tip.replaceChildren(h('b', null, when), ...this.lines.map((each) => {
      const value = each.values[index];
      return h('div', null, h('i', { style: { background: each.color } }), h('span', { dir: 'auto' }, each.name),
        h('em', null, value === null || value === undefined ? each.missing[index] : each.full ? full(each.full[index], format) : (exactly ?? format)(value)));
    }), ...here.map((mark) => h('div', { class: 'mark' }, mark.label)));
    this.tip.hidden = false;
    const width = this.tip.offsetWidth;
    const offset = 62;
    const wanted = left + offset + 14;
    this.tip.style.left = `${Math.max(0, wanted + width > this.clientWidth ? left + offset - width - 14 : wanted)}px`;
  }

  key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (event.key === 'Escape') this.tip.hidden = true;
    if (!step || event.target !== this) return;
    event.preventDefault();
    const { x } = this.spec;
    this.at = Math.min(x.length - 1, Math.max(0, (this.at ?? x.length - 1) + step));
    this.plot.setCursor({ left: this.plot.valToPos(x[this.at], 'x'), top: 20 });
    this.point(this.at, this.plot.valToPos(x[this.at], 'x'));
  }
}
customElements.define('time-chart', TimeChart);

export const seconds = (date) => Date.parse(date.length === 10 ? `${date}T00:00:00Z` : date) / 1000;
/** A value to the cent, and one below a dollar to eight digits; the table of the chart has all 18. */
function full(value, format) {
  const digits = Math.abs(Number(value)) < 1 ? 8 : 2;
  const text = exact(String(value).replace(new RegExp(`(\\.\\d{${digits}})\\d+$`), '$1'));
  return format === usd ? `$${text}`.replace('$-', '−$') : text;
}
const numeric = (value) => (value === null || value === undefined ? null : Number(value));

/**
 * A chart of daily values.
 * @param days UTC days, ascending
 * @param series [{name, values, color}], with values as the API returned them
 * @param missing why the API returns null, when that is no missing price
 */
export function timeChart({ title, note, size, days, series, document: name, variables, controls, empty, format, missing, ...rest }) {
  // align() leaves days without a row undefined
  const why = (value) => (value === undefined ? 'no row for this day' : missing ?? (format === usd ? 'no price' : 'not known'));
  const options = { title, note, size, document: name, variables, controls };
  const figures = () => ({
    columns: ['date', ...series.map((each) => each.name)],
    rows: days.map((day, index) => [day, ...series.map((each) => orReason(each.values[index], why(each.values[index])))]),
  });
  if (!days.length || !series.length) {
    return chartCard({ ...options, figures }, blank(empty ?? 'No day has been taken in this range yet.'));
  }
  const chart = document.createElement('time-chart');
  chart.spec = {
    title, format, ...rest, x: days.map(seconds),
    series: series.map((each, index) => ({ color: color(index), ...each, missing: each.values.map(why), full: format === usd || format === count ? each.values : null, values: each.values.map(numeric) })),
  };
  return chartCard({ ...options, figures }, chart, gaps(series, format));
}

/** Says why lines of USD have gaps. */
function gaps(series, format) {
  const missing = series.map(({ name, values }) => {
    const known = values.map((value) => value !== null && value !== undefined);
    return { name, days: known.slice(known.indexOf(true), known.lastIndexOf(true)).filter((each) => !each).length };
  }).filter((each) => each.days);
  if (format !== usd || !missing.length) return null;
  const of = (each) => (series.length > 1 ? `${each.name.slice(0, 40)} on ` : '') + many(each.days, 'day');
  if (missing.length > 1 && missing.length === series.length && missing.every((each) => each.days === missing[0].days)) {
    return h('p', { class: 'note' }, `Gaps have no price: all on ${many(missing[0].days, 'day')}.`);
  }
  return h('p', { class: 'note' }, `Gaps have no price: ${missing.slice(0, 4).map(of).join(', ')}${missing.length > 4 ? ` and ${missing.length - 4} more` : ''}.`);
}

/** What a chart shows instead of marks when it has no figures. */
export const blank = (reason) => h('p', { class: 'blank' }, reason);

/** Values of several series on the union of their days. */
export function align(series) {
  const days = [...new Set(series.flatMap((each) => each.points.map((point) => point.date)))].sort();
  return {
    days,
    series: series.map(({ points, value, ...rest }) => {
      const byDay = new Map(points.map((point) => [point.date, value(point)]));
      return { ...rest, values: days.map((day) => byDay.get(day)) };
    }),
  };
}

const RANGES = [['30', '30 d'], ['90', '90 d'], ['365', '1 y'], ['all', 'All']];
const DAYS = '90';
/** The API returns at most this many rows. */
const MOST_ROWS = 1000;

/** Chooses how many days the charts of a page show. */
export const rangeChoice = () => choice('range', 'Range', RANGES, DAYS);

/**
 * Variables for the chosen days: from, last, and points, the number of days at equal distances when there are too many.
 * @param last last day of the range
 * @param most maximum number of days, each with one row in each list
 */
export function range({ firstDay, newestDay }, { last = newestDay, most = MOST_ROWS } = {}) {
  const chosen = state.get('range', DAYS);
  const from = chosen === 'all' ? (firstDay < last ? firstDay : last) : daysBefore(last, Number(chosen));
  return { from, last, points: (Date.parse(last) - Date.parse(from)) / 86400000 >= most ? most : null };
}

/** Adds the rest of a total to aligned series that are a part of it. */
export function withRest(aligned, totals) {
  const values = aligned.days.map((day, index) => {
    const total = totals.get(day);
    if (!total) return total;
    const rest = sum([total, ...aligned.series.map((each) => `-${each.values[index] ?? 0}`)]);
    return rest.startsWith('-') ? '0' : rest;
  });
  return { ...aligned, series: [...aligned.series, { name: 'All others', values, color: 'var(--rest)' }] };
}

/** A small line without axes; its first and last values are in its label. */
export function sparkline(values, label, { width = 96, height = 28 } = {}) {
  const known = values.map(numeric);
  const numbers = known.filter((value) => value !== null);
  if (numbers.length < 2) return h('span', { class: 'none', title: 'fewer than two days' }, '—');
  const low = Math.min(...numbers);
  const span = Math.max(...numbers) - low || 1;
  const place = (value, index) =>
    `${((index / (known.length - 1)) * (width - 4) + 2).toFixed(1)} ${(height - 3 - ((value - low) / span) * (height - 6)).toFixed(1)}`;
  let path = '';
  let pen = 'M';
  known.forEach((value, index) => {
    if (value === null) pen = 'M';
    else {
      path += pen + place(value, index);
      pen = 'L';
    }
  });
  const rises = numbers.at(-1) >= numbers[0];
  return svg('svg', { class: `sparkline ${rises ? 'up' : 'down'}`, viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': `${label}: from ${short(numbers[0])} to ${short(numbers.at(-1))}` },
    svg('path', { d: path }));
}

/** Shares of a whole as a ring, with a legend. */
export function donut(parts, format, center) {
  const known = parts.filter((part) => Number(part.value) > 0);
  const total = known.reduce((sum, part) => sum + Number(part.value), 0);
  if (!total) return blank('Nothing here has a value.');
  const radius = 54;
  const around = 2 * Math.PI * radius;
  let before = 0;
  const arcs = known.map((part, index) => {
    const length = (Number(part.value) / total) * around;
    const arc = svg('circle', {
      cx: 70, cy: 70, r: radius, class: 'arc', stroke: part.color ?? color(index),
      'stroke-dasharray': `${Math.max(0.5, length - 1.5)} ${around}`, 'stroke-dashoffset': -before,
    }, svg('title', null, `${part.name}: ${format(part.value)}`));
    before += length;
    return arc;
  });
  return h('div', { class: 'donut' },
    svg('svg', { viewBox: '0 0 140 140', width: 140, height: 140, role: 'img', 'aria-label': known.map((part) => `${part.name} ${((Number(part.value) / total) * 100).toFixed(0)}%`).join(', ') },
      svg('g', { transform: 'rotate(-90 70 70)' }, arcs),
      center ? svg('text', { x: 70, y: 75, 'text-anchor': 'middle', class: 'center' }, center) : null),
    h('ul', { class: 'key-list' }, known.map((part, index) => h('li', null,
      h('i', { style: { background: part.color ?? color(index) } }),
      h('span', { class: 'name', dir: 'auto' }, part.link ?? part.name),
      h('b', { title: exact(part.value) }, format(part.value)),
      h('small', null, `${((Number(part.value) / total) * 100).toFixed(1)}%`)))));
}

/** Horizontal bars. A row is {name, value, text, color, link}. */
export function bars(rows, { max, label = 'Bars' } = {}) {
  const top = max ?? Math.max(...rows.map((row) => Number(row.value ?? 0)), 0);
  return h('ul', { class: 'bars', 'aria-label': label }, rows.map((row, index) => h('li', { title: row.title },
    h('span', { class: 'name', dir: 'auto' }, row.link ?? row.name),
    svg('svg', { viewBox: '0 0 100 8', preserveAspectRatio: 'none', class: 'bar', 'aria-hidden': 'true' },
      svg('rect', { width: 100, height: 8, rx: 1, class: 'track' }),
      row.value === null || row.value === undefined ? null
        : svg('rect', { width: top && Number(row.value) ? Math.max(0.6, (Number(row.value) / top) * 100) : 0, height: 8, rx: 1, fill: row.color ?? color(row.series ?? 0) })),
    h('span', { class: 'amount' }, row.text))));
}
