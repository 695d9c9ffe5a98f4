import { h, svg } from '../lib/dom.js';
import { blank, chartCard } from '../lib/charts.js';
import { count, duration, figure, instant, many, none, orReason, time, title, words } from '../lib/format.js';
import { execute, query, subscribe, token } from '../lib/graphql.js';
import { daysBefore, heading, keyForm, page, tile, today } from '../lib/layout.js';
import { dataTable, tableCard } from '../lib/table.js';

const STATUS = { SUCCEEDED: 'low', DONE: 'low', PASSED: 'low', FRESH: 'low', RUNNING: 'c5', QUEUED: 'rest', PARTIAL: 'medium', STALE: 'medium', FAILED: 'critical', LOST: 'critical', CANCELLED: 'rest', MISSING: 'rest', EXTERNAL: 'rest', WAITING: 'rest' };
const paint = (status) => `var(--${STATUS[status] ?? 'medium'})`;
const chip = (status) => h('span', { class: `chip ${{ low: 'good', medium: 'warn', critical: 'bad' }[STATUS[status] ?? 'medium'] ?? ''}` }, words(status));
const said = h('p', { class: 'said', role: 'status' });
let refresh = () => {};
let newest;

/** Runs a mutation, says what came of it, and shows the new state. */
async function act(name, input) {
  said.textContent = 'Sending…';
  try {
    await execute(`pages/${name}`, { input });
    said.textContent = `Done: ${name.replaceAll('-', ' ')}.`;
    refresh();
  } catch (error) {
    said.textContent = `${error.message} ${error.advice ?? ''}`;
  }
}

const button = (text, name, input, kind = 'secondary small') =>
  h('button', { type: 'button', class: kind, onclick: () => act(name, input) }, text);

const NO_ACTIONS = 'This key may only read. Actions need the key of an administrator.';
const NOT_CHECKED = 'The server could not check the key. Load this page again.';

/** Role of the key of this tab, as the server knows it; null until it has answered. */
let role = null;
async function recognise() {
  role = token.get() ? (await query('caller')).data.caller.role : 'ANYBODY';
}
const isUnlocked = () => role === 'ADMIN';

/** Keeps a new key only when it unlocks actions. */
async function unlock(before) {
  try {
    await recognise();
    said.textContent = isUnlocked() ? '' : NO_ACTIONS;
    if (isUnlocked()) return refresh();
  } catch (error) {
    said.textContent = `${error.message} ${error.advice ?? ''}`;
  }
  token.set(before);
  await recognise().catch(() => {});
}

let panel;
/** The same element as long as the token is the same, so that live runs do not take away what the reader entered. */
function control(newestDay) {
  const key = `${isUnlocked() ? token.get() : ''} ${newestDay}`;
  if (panel?.key !== key) panel = { key, element: controlOf(newestDay) };
  return panel.element;
}

function controlOf(newestDay) {
  if (!isUnlocked()) {
    const before = token.get();
    return h('section', { class: 'card control' }, h('div', null, h('h2', null, 'Control'), h('p', { class: 'note' }, before ? `${role === null ? NOT_CHECKED : NO_ACTIONS} It stays in this tab.` : 'Paste the token that the server printed at its start. It stays in this tab.')),
      keyForm('Token of an administrator', () => unlock(before)), said);
  }
  const field = (name, label, value) => h('label', null, label, h('input', { type: 'date', name, required: true, value, max: newestDay }));
  const select = (name, label, values) => h('label', null, label, h('select', { name }, values.map((each) => h('option', { value: each }, title(each)))));
  return h('section', { class: 'card control' }, h('h2', null, 'Control'),
    h('div', { class: 'chips' }, ['STATE_UPDATE', 'SNAPSHOTS', 'ANALYTICS', 'EPOCHS'].map((job) => button(`Start ${words(job)}`, 'start-run', { job }, 'primary')),
      h('button', { type: 'button', class: 'secondary', onclick: async () => { token.set(''); await recognise(); refresh(); } }, 'Lock')),
    h('form', {
      class: 'toolbar', 'aria-label': 'Backfill',
      onsubmit: (event) => {
        event.preventDefault();
        const { job, from, to, reprocess } = event.target.elements;
        act('start-backfill', { job: job.value, from: from.value, to: to.value, reprocess: reprocess.value });
      },
    }, select('job', 'Job', ['SNAPSHOTS', 'ANALYTICS']), field('from', 'From', newestDay), field('to', 'To', newestDay), select('reprocess', 'Days', ['MISSING', 'FAILED', 'ALL']), h('button', { class: 'secondary' }, 'Backfill')),
    said);
}

function timeline(runs) {
  const started = runs.filter((run) => run.startedAt);
  const figures = { columns: ['number', 'job', 'status', 'started_at', 'ended_at', 'seconds'], rows: runs.map((run) => [run.number, run.job, run.status, orReason(run.startedAt, 'not yet'), orReason(run.endedAt, 'not ended'), orReason(run.seconds, 'not ended')]) };
  const options = { title: 'Runs', note: 'The latest 20, live; colour shows how each ended', size: 'wide', figures };
  if (!started.length) return chartCard(options, blank('No run has started yet.'));
  const jobs = [...new Set(started.map((run) => run.job))].sort();
  const now = Date.now();
  const begin = Math.min(...started.map((run) => Date.parse(run.startedAt)));
  const end = Math.max(...started.map((run) => (run.endedAt ? Date.parse(run.endedAt) : now)), begin + 1000);
  const at = (text) => ((Date.parse(text) - begin) / (end - begin)) * 1000;
  return chartCard(options, h('ul', { class: 'timeline', 'aria-label': `${started.length} runs from ${instant(new Date(begin).toISOString())} to ${instant(new Date(end).toISOString())}` },
    jobs.map((job) => h('li', null, h('span', null, title(job)),
      svg('svg', { viewBox: '0 0 1000 20', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
        svg('line', { x1: 0, x2: 1000, y1: 10, y2: 10, class: 'lane' }),
        started.filter((run) => run.job === job).map((run) => {
          const from = Math.min(at(run.startedAt), 994);
          return svg('rect', { x: from, y: 1, height: 18, rx: 2, fill: paint(run.status), width: Math.max(6, (run.endedAt ? at(run.endedAt) : 1000) - from) },
            svg('title', null, `Run ${run.number}: ${words(run.status)}, ${instant(run.startedAt)}, ${run.seconds === null ? 'running' : duration(run.seconds)}`));
        })))),
    h('li', { class: 'ends' }, h('span'), h('small', null, h('span', null, instant(new Date(begin).toISOString())), h('span', null, instant(new Date(end).toISOString()))))));
}

const runsTable = (runs) => tableCard({
  title: 'Latest runs', size: 'wide', limit: 8,
  columns: [
    { name: 'Run', number: true, cell: (run) => count(run.number) },
    { name: 'Job', cell: (run) => title(run.job) },
    { name: 'Status', cell: (run) => [chip(run.status), run.isCancelling && run.status === 'RUNNING' ? h('small', null, ' cancelling') : null] },
    { name: 'Trigger', cell: (run) => words(run.trigger) },
    { name: 'Started', cell: (run) => time(run.startedAt, 'not yet') },
    { name: 'Took', number: true, cell: (run) => (run.seconds === null ? none('not ended') : duration(run.seconds)) },
    { name: 'Done', number: true, cell: (run) => (run.daysTotal ? `${count(run.daysDone)} of ${count(run.daysTotal)} days` : run.operatorsTotal === null || run.operatorsTotal < run.operatorsDone ? many(run.operatorsDone, 'operator') : `${count(run.operatorsDone)} of ${many(run.operatorsTotal, 'operator')}`) },
    { name: 'Rows written', number: true, cell: (run) => count(run.rowsWritten) },
    { name: 'Error', cell: (run) => (run.error ? h('span', { class: 'free' }, run.error.asset?.key ?? '', ' ', run.error.message ?? 'shown to administrators') : '') },
    ...(isUnlocked() ? [{ name: 'Actions', cell: (run) => [
      ['QUEUED', 'RUNNING'].includes(run.status) ? button('Cancel', 'cancel-run', { id: run.id }) : null,
      ['FAILED', 'PARTIAL', 'LOST', 'CANCELLED'].includes(run.status) ? button('Retry', 'retry-run', { id: run.id }) : null,
    ] }] : []),
  ],
  rows: runs, empty: 'No run has been requested yet.',
});

const MONTH = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'short' });

/** What the status of a day means. */
const MEANING = { DONE: 'done', STALE: 'stale: its input changed, so it is taken again', MISSING: 'waiting', FAILED: 'failed' };
const reasonOf = (range) => [range.explanation, range.error].filter(Boolean).join(' ');
const daysOf = (range) => (range.from === range.to ? range.from : `${range.from} to ${range.to}`);

/** The days that are not done, each with why. */
const waiting = (name, ranges) => (ranges.length ? dataTable({
  caption: `${name}: why days are not done`, limit: 5,
  columns: [
    { name: 'Days', cell: daysOf },
    { name: 'State', cell: (range) => chip(range.status === 'MISSING' ? 'WAITING' : range.status) },
    { name: 'Why', cell: (range) => h('span', { class: 'free' }, reasonOf(range)) },
  ],
  rows: ranges,
}) : null);

function calendar(name, coverage) {
  const options = {
    title: name, note: `${count(coverage.done)} of ${count(coverage.total)} days done, ${count(coverage.stale)} stale, ${count(coverage.missing)} waiting, ${count(coverage.failed)} failed`,
    figures: {
      columns: ['from', 'to', 'status', 'reason', 'explanation', 'run', 'error'],
      rows: coverage.ranges.map((range) => [range.from, range.to, range.status, ...[range.reason, range.explanation, range.run?.number, range.error].map((value) => orReason(value, range.status === 'DONE' ? 'complete' : 'not part of this reason, or shown to administrators'))]),
    },
  };
  if (!coverage.ranges.length) return chartCard(options, blank('No day can be taken yet.'));
  const DAY = 86400000;
  const first = Date.parse(coverage.from);
  const offset = (new Date(first).getUTCDay() + 6) % 7;
  const cells = coverage.ranges.flatMap((range) => {
    const days = [];
    for (let day = Date.parse(range.from); day <= Date.parse(range.to); day += DAY) days.push({ day, range });
    return days;
  });
  const place = (day) => offset + Math.round((day - first) / DAY);
  const weeks = Math.floor(place(Date.parse(coverage.to)) / 7) + 1;
  const said = h('p', { class: 'note picked', role: 'status' }, 'Point at a day, or focus the calendar and use the arrow keys.');
  const dateOf = (day) => new Date(day).toISOString().slice(0, 10);
  const text = ({ day, range }) => `${dateOf(day)}: ${[words(range.status === 'MISSING' ? 'WAITING' : range.status), reasonOf(range)].filter(Boolean).join('. ')}`;
  const squares = cells.map((cell) => svg('rect', { x: Math.floor(place(cell.day) / 7) * 12, y: 16 + (place(cell.day) % 7) * 12, width: 10, height: 10, rx: 2.5, fill: paint(cell.range.status) },
    svg('title', null, text(cell))));
  let at = cells.length;
  const pick = (index) => {
    squares[at]?.classList.remove('picked');
    at = Math.min(cells.length - 1, Math.max(0, index));
    squares[at].classList.add('picked');
    said.textContent = text(cells[at]);
  };
  const move = (event) => {
    const step = { ArrowLeft: -7, ArrowRight: 7, ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity }[event.key];
    if (!step) return;
    event.preventDefault();
    pick(at === cells.length ? cells.length - 1 : at + step);
    squares[at].scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
  const point = ({ target }) => {
    const index = squares.indexOf(target);
    if (index >= 0) pick(index);
  };
  return chartCard(options, h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `Calendar of ${name}`, onkeydown: move, onmouseover: point },
    svg('svg', { class: 'calendar', viewBox: `0 0 ${weeks * 12} 100`, width: weeks * 12, height: 100, role: 'img', 'aria-label': options.note },
      cells.filter(({ day }) => new Date(day).getUTCDate() === 1 && Math.floor(place(day) / 7) < weeks - 1).map(({ day }) => svg('text', { x: Math.floor(place(day) / 7) * 12, y: 11 }, MONTH.format(day))),
      squares)),
  said,
  h('ul', { class: 'legend' }, Object.entries(MEANING).map(([status, meaning]) => h('li', null, h('i', { style: { background: paint(status) } }), ` ${meaning}`))),
  waiting(name, coverage.ranges.filter((range) => range.status !== 'DONE').toReversed()));
}

const STAGES = ['SOURCE', 'PROTOCOL', 'REBUILD', 'STAKERS', 'VALUATION', 'SNAPSHOT', 'ANALYTICS', 'REWARDS', 'YIELDS', 'RANKS'];

/** Tables by stage, with an edge from each to those that read it. */
function graph(assets) {
  const stages = new Set([...STAGES, ...assets.map((asset) => asset.stage)]);
  const columns = [...stages].map((stage) => assets.filter((asset) => asset.stage === stage)).filter((column) => column.length);
  const height = Math.max(...columns.map((column) => column.length)) * 17 + 30;
  const places = new Map();
  columns.forEach((column, x) => column.forEach((asset, y) => places.set(asset.key, { x: x * 188 + 6, y: 34 + y * ((height - 40) / Math.max(column.length, 1)) })));
  const edges = assets.flatMap((asset) => asset.dependsOnKeys.map((key) => ({ from: key, to: asset.key })))
    .filter(({ from, to }) => places.has(from) && places.get(from).x < places.get(to).x);
  const lines = new Map(edges.map((edge) => {
    const [from, to] = [places.get(edge.from), places.get(edge.to)];
    return [edge, svg('path', { class: 'edge', d: `M${from.x + 166} ${from.y}C${from.x + 180} ${from.y} ${to.x - 16} ${to.y} ${to.x - 2} ${to.y}` })];
  }));
  const show = (key, isShown) => lines.forEach((line, { from, to }) => {
    if (from === key || to === key) line.classList.toggle('on', isShown);
  });
  return chartCard({
    title: 'Tables', size: 'wide', note: 'By stage, with what each reads; colour shows staleness; point at a table to see what it reads and what reads it',
    figures: { columns: ['table', 'stage', 'staleness', 'reads'], rows: assets.map((asset) => [asset.key, asset.stage, asset.staleness, asset.dependsOnKeys.join(' ')]) },
  }, h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Graph of tables' },
    svg('svg', { class: 'graph', width: columns.length * 188, height, viewBox: `0 0 ${columns.length * 188} ${height}`, role: 'img', 'aria-label': `${assets.length} tables, ${edges.length} dependencies` },
      [...lines.values()],
      columns.map((column, x) => svg('text', { x: x * 188 + 6, y: 14, class: 'stage' }, title(column[0].stage))),
      assets.map((asset) => {
        const { x, y } = places.get(asset.key);
        return svg('g', { onmouseenter: () => show(asset.key, true), onmouseleave: () => show(asset.key, false) }, svg('title', null, `${asset.key}: ${words(asset.staleness)}`), svg('circle', { cx: x + 4, cy: y, r: 4, fill: paint(asset.staleness) }), svg('text', { x: x + 13, y: y + 3.5 }, asset.key.length > 25 ? `${asset.key.slice(0, 24)}…` : asset.key));
      }))));
}

const schedules = (list) => tableCard({
  title: 'Schedules',
  columns: [
    { name: 'Schedule', cell: (each) => each.name },
    { name: 'Cron', cell: (each) => (each.cron ? h('code', null, each.cron) : none('off')) },
    { name: 'Next', cell: (each) => time(each.nextTickAt, each.isEnabled ? 'no schedule' : 'paused') },
    { name: 'Last', cell: (each) => (each.lastTick ? [chip(each.lastTick.status), ' ', h('small', { class: 'wrap' }, each.lastTick.message ?? '')] : none('never')) },
    ...(isUnlocked() ? [{ name: 'Actions', cell: (each) => button(each.isEnabled ? 'Pause' : 'Resume', 'set-schedule-enabled', { name: each.name, isEnabled: !each.isEnabled }) }] : []),
  ],
  rows: list, empty: 'This server runs no schedule.',
});

const checks = (list) => tableCard({
  title: 'Checks', note: `${count(list.filter((each) => each.status === 'PASSED').length)} of ${count(list.length)} pass`, limit: 8,
  columns: [
    { name: 'Check', cell: (each) => words(each.name) },
    { name: 'Status', cell: (each) => [chip(each.status), each.isBlocking ? h('small', null, ' blocking') : null] },
    { name: 'Failing rows', number: true, cell: (each) => figure(each.failingRows, count, { reason: 'could not be read' }) },
    { name: 'Sample', cell: (each) => h('span', { class: 'free', dir: 'auto' }, each.sample.slice(0, 3).join(' · ').slice(0, 200)) },
  ],
  rows: [...list].sort((a, b) => Number(a.status === 'PASSED') - Number(b.status === 'PASSED')), empty: 'No check has run yet.',
});

const source = ({ source: chain, checkpoint }) => h('section', { class: 'card' }, h('div', { class: 'card-head' }, h('h2', null, 'Source'), chain ? chip(chain.status) : null),
  h('dl', { class: 'facts' }, (chain ? [
    ['Network', chain.network], ['Head', figure(chain.head, count, { reason: 'not known' })], ['Final head', figure(chain.finalizedHead, count, { reason: 'not known' })],
    ['Read up to', figure(chain.readTo, count, { reason: 'nothing yet' })], ['State at block', figure(chain.stateBlock, count, { reason: 'none yet' })],
    ['Lag', chain.lagBlocks === null ? none('not known') : `${count(chain.lagBlocks)} blocks`], ['Reorganisations', `${count(chain.reorganisations)}, deepest ${count(chain.deepestReorganisation)} blocks`],
    ['Error', chain.error ? h('span', { class: 'free' }, chain.error) : 'none'],
  ] : [
    ['Reads', 'the events database'], ['Head of the events', figure(checkpoint?.headBlock, count, { reason: 'no run yet' })], ['State at block', figure(checkpoint?.safeBlock, count, { reason: 'no run yet' })],
    ['Processed up to', time(checkpoint?.lastProcessedAt, 'no run yet')], ['Guarantee', checkpoint?.guarantee ? words(checkpoint.guarantee) : none('no run yet')], ['Reorganisations', none('known only when this server reads a node')],
  ]).map(([term, value]) => h('div', null, h('dt', null, term), h('dd', null, value)))));

// an unknown key is reported by the page itself
await recognise().catch(() => {});

/** Days that ended since the newest one wait; those of a history that ended long ago would only be many. */
const WAITING_DAYS = 31;
const shownUntil = (newestDay) => {
  const until = [daysBefore(today(), 1), daysBefore(newestDay, -WAITING_DAYS)].sort()[0];
  return until < newestDay ? newestDay : until;
};

page(({ newestDay }) => {
  newest = newestDay;
  return { to: shownUntil(newestDay) };
}, ({ pipeline }) => {
  const running = pipeline.runs.nodes.filter((run) => ['QUEUED', 'RUNNING'].includes(run.status));
  return [
    heading('Pipeline', 'How the figures come about: runs, days, tables, schedules, checks and source.'),
    h('section', { class: 'tiles', 'aria-label': 'State' },
      tile('State', pipeline.checkpoint?.safeBlock ? `Block ${count(pipeline.checkpoint.safeBlock)}` : none('no run yet'), pipeline.lagSeconds === null ? '' : `updated ${duration(pipeline.lagSeconds)} ago`),
      tile('Running', count(running.length), running.map((run) => words(run.job)).join(', ') || 'nothing now'),
      tile('Days', count(pipeline.snapshots.done), `of ${count(pipeline.snapshots.total)}${pipeline.isFilling ? ', still filling' : ''}`),
      tile('Checks', `${count(pipeline.checks.filter((each) => each.status === 'PASSED').length)} / ${count(pipeline.checks.length)}`, 'pass')),
    control(newest),
    h('div', { class: 'grid' }, timeline(pipeline.runs.nodes), runsTable(pipeline.runs.nodes), calendar('Days taken', pipeline.snapshots), calendar('Days analysed', pipeline.analytics),
      h('div', { class: 'column' }, schedules(pipeline.schedules), source(pipeline)), checks(pipeline.checks), graph(pipeline.assets)),
  ];
}, (again, signal) => {
  refresh = again;
  return subscribe('pages/run-progress', {}, again, signal);
});
