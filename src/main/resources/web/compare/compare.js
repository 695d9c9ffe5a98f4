import { h, state } from '../lib/dom.js';
import { align, color, range, rangeChoice, timeChart } from '../lib/charts.js';
import { bips, count, figure, link, nameOf, none, number, operatorLink, risk, short, signed, usd, words } from '../lib/format.js';
import { heading, page } from '../lib/layout.js';
import { tableCard } from '../lib/table.js';

const METRICS = { TVS_USD: ['TVS', usd], RISK_SCORE: ['Risk score', short], GROWTH_RATE_30D: ['Growth of shares, 30 days', signed], ACTIVE_DELEGATORS: ['Delegators', count], ACTIVE_AVS_COUNT: ['AVSs', count] };
const PARTS = [['Performance', 'performanceScore'], ['Slashes', 'slashScore'], ['Stability', 'stabilityScore'], ['Tenure', 'tenureScore'],
  ['Economic', 'economicScore'], ['Commissions', 'commissionScore'], ['Growth', 'growthScore'], ['Network', 'networkScore'], ['Spread of the network', 'networkSpreadScore'], ['Confidence', 'confidence']];

/** Each series as a percentage of its first value. */
function rebased({ days, series }) {
  return {
    days,
    series: series.map((each) => {
      const first = each.values.find((value) => value !== null && Number(value) > 0);
      return { ...each, values: each.values.map((value) => (value === null || value === undefined ? value : !first ? null : (Number(value) / Number(first)) * 100)) };
    }),
  };
}

const addresses = () => [...new Set(state.get('operators').toLowerCase().split(',').filter((each) => /^0x[0-9a-f]{40}$/.test(each)))];

/** A table with one row for each fact and one column for each operator. */
const sideBySide = (caption, note, compared, rows) => tableCard({
  title: caption, note, size: 'wide',
  columns: [
    { name: '', cell: (row) => row.name },
    ...compared.map(({ operator }) => ({ name: h('span', { class: 'name', dir: 'auto', title: operator.address }, nameOf(operator)), number: true, cell: (row) => row.cell(operator) })),
  ],
  rows,
});

page((days) => (addresses().length < 2 ? null : { addresses: addresses().slice(0, 10), ...range(days) }), (data) => {
  if (!data) {
    return [heading('Compare operators', 'Two to ten operators side by side.'), h('section', { class: 'card notice' },
      h('p', null, addresses().length ? 'Check at least one more operator in the table of operators.' : 'Check the operators to compare in the table of operators.'),
      h('a', { class: 'primary', href: link(`operators${addresses().length ? `?chosen=${addresses()}` : ''}`) }, 'Choose operators'))];
  }
  const compared = data.compareOperators;
  const series = (value) => align(compared.map(({ operator }, index) => ({ name: nameOf(operator), color: color(index), points: operator.dailySnapshots, value })));
  const ranked = (metric) => (operator) => {
    const rank = compared.find((each) => each.operator === operator).ranks.find((each) => each.metric === metric);
    if (rank.rank === null) return none(words(rank.reason ?? 'no value'));
    return h('span', { title: `Median of the network ${rank.networkMedian}` }, figure(rank.value, METRICS[metric][1]), h('small', null, ` #${rank.rank} of ${rank.population}`));
  };
  const remove = (operator) => h('button', {
    type: 'button', class: 'secondary small', 'aria-label': `Remove ${nameOf(operator).slice(0, 80)}`,
    onclick: () => state.set({ operators: addresses().filter((each) => each !== operator.address).join(',') }),
  }, 'Remove');
  return [
    heading('Compare operators', `${compared.length} operators on a common base.${addresses().length > 10 ? ` The other ${addresses().length - 10} of the URL are left out.` : ''}`, rangeChoice()),
    h('div', { class: 'grid' },
      timeChart({ title: 'TVS on a common base', note: 'The first day of the range is 100', size: 'wide', missing: 'no price', format: (value) => short(Number(value).toFixed(1)), height: 320, ...rebased(series((day) => day.tvsUsd)) }),
      timeChart({ title: 'TVS', note: 'USD at the prices of each day', format: usd, ...series((day) => day.tvsUsd) }),
      timeChart({ title: 'Delegators', note: 'Active at the end of each day', format: count, ...series((day) => day.activeDelegators) }),
      sideBySide('Figures and ranks', 'Ranks among active operators; the median of the network on hover', compared, [
          { name: 'Operator', cell: operatorLink },
          { name: 'Risk', cell: (each) => risk(each.analytics) },
          ...Object.entries(METRICS).map(([metric, [name]]) => ({ name: `${name}, rank`, cell: ranked(metric) })),
          { name: 'Commission', cell: (each) => figure(each.state.piBips, bips, { reason: 'no rate' }) },
          { name: 'Slashes', cell: (each) => number(each.state.totalSlashEvents) },
          ...(compared.length > 2 ? [{ name: '', cell: remove }] : []),
        ]),
      sideBySide('Parts of the risk score', '100 is safest', compared, PARTS.map(([name, part]) => ({
          name, cell: (each) => figure(each.analytics?.[part], (value) => Number(value).toFixed(1), { reason: each.analytics ? 'missing' : 'not analysed' }),
        })))),
  ];
});
