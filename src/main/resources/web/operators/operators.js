import { h, menu, state } from '../lib/dom.js';
import { chartCard, choice, sparkline } from '../lib/charts.js';
import { bips, copy, count, direction, figure, growth, link, none, operatorLink, orReason, risk, signed, time, tvs, tvsReason, usd, words } from '../lib/format.js';
import { query } from '../lib/graphql.js';
import { heading, page, shown } from '../lib/layout.js';
import { dataTable, pager } from '../lib/table.js';
import { compact, FLAGS, shortFlagChips } from './flags.js';

const ORDERS = {
  tvs: 'TVS_USD', name: 'NAME', delegators: 'ACTIVE_DELEGATORS', risk: 'RISK_SCORE', growth: 'GROWTH_RATE_30D',
  week: 'TVS_CHANGE_7D', commission: 'PI_BIPS', avs: 'ACTIVE_AVS_COUNT', active: 'LAST_ACTIVITY_AT',
};
const DEFAULT_ORDER = '-tvs';
const ROWS = [['25', '25 rows'], ['100', '100'], ['all', 'All']];
/** Rows of one request; all rows arrive in several. */
const first = () => Number({ 25: 25, 100: 100, all: 50 }[state.get('rows', '25')] ?? 25);

const growthReason = ({ scoreReason }) => (scoreReason === 'NOT_ANALYSED' ? 'not analysed yet' : 'no shares 30 days ago');

const COLUMNS = [
  { id: 'tvs', name: 'TVS', number: true, order: 'tvs', cell: ({ state: now }) => tvs(now.tvsUsd, now.tvsStatus) },
  { id: 'trend', name: 'Trend', cell: ({ state: now }) => sparkline(now.tvsTrend, 'TVS in 30 days') },
  { id: 'week', name: '7 days', number: true, order: 'week', cell: ({ state: now }) => change(now) },
  { id: 'growth', name: 'Shares, 30 days', number: true, order: 'growth', cell: ({ state: now }) => growth(now.growthRate30d, growthReason(now)) },
  { id: 'risk', name: 'Risk', order: 'risk', cell: ({ state: now }) => risk(now) },
  { id: 'commission', name: 'Commission', number: true, order: 'commission', cell: ({ state: now }) => figure(now.piBips, bips, { unit: 'basis points of programmatic incentives', reason: 'unknown' }) },
  { id: 'delegators', name: 'Delegators', number: true, order: 'delegators', cell: ({ state: now }) => count(now.activeDelegators) },
  { id: 'avs', name: 'AVSs', number: true, order: 'avs', cell: ({ state: now }) => count(now.activeAvsCount) },
  { id: 'flags', name: 'Flags', cell: (operator) => marks(operator) },
  { id: 'active', name: 'Last activity', order: 'active', hidden: true, cell: ({ state: now }) => time(now.lastActivityAt) },
  { id: 'registered', name: 'Registered', hidden: true, cell: ({ state: now }) => time(now.registeredAt, 'no registration seen') },
  { id: 'address', name: 'Address', hidden: true, cell: ({ address }) => copy(address) },
];

function change({ tvsChange7d, tvsChange7dReason }) {
  if (tvsChange7d === null) return none(words(tvsChange7dReason ?? 'no figure'));
  return h('span', { class: direction(tvsChange7d), title: tvsChange7d }, signed(tvsChange7d));
}

const marks = ({ state: now, flags }) => h('span', { class: 'chips line' }, compact([
  now.isActive ? null : h('span', { class: 'chip warn' }, 'inactive'),
  now.totalSlashEvents ? h('span', { class: 'chip bad' }, `slashed ${now.totalSlashEvents}×`) : null,
  ...shortFlagChips(flags),
  now.isPermissioned ? h('span', { class: 'chip' }, 'permissioned') : null,
].filter(Boolean)));

function where() {
  const conditions = [];
  const name = state.get('name');
  if (name) conditions.push(/^0x[0-9a-f]{40}$/i.test(name) ? { address: { eq: name } } : { name: { contains: name } });
  if (state.get('status', 'active') !== 'all') conditions.push({ isActive: { eq: state.get('status', 'active') === 'active' } });
  if (state.get('risk')) conditions.push({ riskLevel: { eq: state.get('risk') } });
  if (state.get('flag')) conditions.push({ flags: { some: { flag: { eq: state.get('flag') } } } });
  if (Number(state.get('min'))) conditions.push({ tvsUsd: { gte: String(Number(state.get('min'))) } });
  if (state.get('slashed')) conditions.push({ totalSlashEvents: state.get('slashed') === 'yes' ? { gt: 0 } : { eq: 0 } });
  return conditions.length ? { and: conditions } : {};
}

function orderBy() {
  const order = state.get('order', DEFAULT_ORDER);
  return [{ field: ORDERS[order.replace('-', '')] ?? 'TVS_USD', direction: order.startsWith('-') ? 'DESC' : 'ASC' }];
}

const chosenColumns = () => {
  const chosen = state.get('columns');
  return COLUMNS.filter((column) => (chosen ? chosen.split('.').includes(column.id) : !column.hidden));
};

const select = (name, label, options, otherwise = '') => h('label', null, label,
  h('select', { name, onchange: (event) => state.set({ [name]: event.target.value === otherwise ? '' : event.target.value, after: '' }) },
    options.map(([value, text]) => h('option', { value, selected: state.get(name, otherwise) === value }, text))));

function toolbar() {
  const name = h('input', { type: 'search', name: 'name', value: state.get('name'), placeholder: 'Name or address', spellcheck: 'false' });
  const min = h('input', { type: 'number', name: 'min', min: 0, step: 'any', value: state.get('min'), placeholder: '0' });
  const columns = menu('Columns', COLUMNS.map((column) => h('label', { class: 'check' },
    h('input', {
      type: 'checkbox', name: `column-${column.id}`, checked: chosenColumns().includes(column),
      onchange: (event) => {
        const next = COLUMNS.filter((each) => (each === column ? event.target.checked : chosenColumns().includes(each)));
        state.set({ columns: next.map((each) => each.id).join('.') });
      },
    }), column.name)));
  return h('form', {
    class: 'toolbar', role: 'search', 'aria-label': 'Filters',
    onsubmit: (event) => {
      event.preventDefault();
      state.set({ name: name.value.trim(), min: min.value, after: '' });
    },
  }, h('label', null, 'Name', name), h('label', null, 'TVS from, USD', min),
  select('status', 'Status', [['active', 'Active'], ['inactive', 'Inactive'], ['all', 'All']], 'active'),
  select('risk', 'Risk', [['', 'Any'], ['LOW', 'Low'], ['MEDIUM', 'Medium'], ['HIGH', 'High'], ['CRITICAL', 'Critical']]),
  select('slashed', 'Slashes', [['', 'Any'], ['no', 'Never slashed'], ['yes', 'Slashed']]),
  select('flag', 'Flag', [['', 'Any'], ...Object.entries(FLAGS).map(([flag, [short]]) => [flag, short])]),
  h('button', { class: 'secondary' }, 'Apply'), columns);
}

/** The operators that are checked, on any page of the table. */
const checked = () => new Set(state.get('chosen').split(',').filter(Boolean));

function comparison() {
  const compared = checked();
  const go = h('a', { class: 'primary', 'aria-disabled': 'true' });
  const update = () => {
    go.textContent = compared.size < 2 ? 'Check 2 to 10 to compare' : `Compare ${compared.size}`;
    go.setAttribute('aria-disabled', String(compared.size < 2 || compared.size > 10));
    if (compared.size >= 2 && compared.size <= 10) go.href = link(`compare?operators=${[...compared].join(',')}`);
    else go.removeAttribute('href');
  };
  update();
  const box = ({ address, metadata }) => h('input', {
    type: 'checkbox', checked: compared.has(address), 'aria-label': `Compare ${(metadata?.name ?? address).slice(0, 80)}`,
    onchange: (event) => {
      if (event.target.checked) compared.add(address);
      else compared.delete(address);
      state.keep({ chosen: [...compared].join(',') });
      update();
    },
  });
  return { go, box };
}

page(() => ({ where: where(), orderBy: orderBy(), first: first(), after: state.get('after') || null }), ({ operators, operatorsAggregate }) => {
  const { go, box } = comparison();
  const columns = [
    { name: 'Operator', order: 'name', ascends: true, cell: (operator) => h('span', { class: 'with-box' }, box(operator), operatorLink(operator)) },
    ...chosenColumns(),
  ];
  const all = [...operators.nodes];
  const figures = () => ({
    columns: ['address', 'name', 'tvs_usd', 'tvs_status', 'tvs_change_7d', 'growth_rate_30d', 'risk_score', 'risk_level', 'pi_bips', 'delegators', 'avss', 'slashes'],
    rows: all.map(({ address, metadata, state: now }) => [address, orReason(metadata?.name, 'no name published'), orReason(now.tvsUsd, tvsReason(now.tvsStatus)), now.tvsStatus, orReason(now.tvsChange7d, words(now.tvsChange7dReason ?? 'no figure')), orReason(now.growthRate30d, growthReason(now)),
      orReason(now.riskScore, words(now.scoreReason ?? 'no score')), orReason(now.riskLevel, words(now.scoreReason ?? 'no score')), orReason(now.piBips, 'no rate known'), now.activeDelegators, now.activeAvsCount, now.totalSlashEvents]),
  });
  const isGrowing = state.get('rows') === 'all';
  let { pageInfo } = operators;
  const asked = shown.variables;
  const more = async () => {
    if (!pageInfo.hasNextPage) return [];
    const { data } = await query(shown.document, { ...asked, after: pageInfo.endCursor });
    pageInfo = data.operators.pageInfo;
    all.push(...data.operators.nodes);
    return data.operators.nodes;
  };
  const { sum, avg } = operatorsAggregate.tvsUsd;
  return [
    heading('Operators', `${count(operators.totalCount)} match, with ${sum === null ? 'no valued shares' : `${usd(sum)} in all`}${avg === null ? '' : ` and ${usd(avg)} on average`}.`, go),
    toolbar(),
    chartCard({ title: 'Operators by filter', size: 'wide listing', figures, exported: 'pages/export-operators', controls: [choice('rows', 'Rows', ROWS, '25', ['after'])] },
      dataTable({
        caption: 'Operators', columns, rows: operators.nodes, otherwise: DEFAULT_ORDER, empty: 'No operator matches these filters. Widen them.',
        growing: isGrowing ? { more, total: Number(operators.totalCount) } : null,
      }),
      isGrowing ? null : pager(operators.pageInfo, operators.totalCount, 'operators')),
  ];
});
