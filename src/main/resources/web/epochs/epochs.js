import { h, state } from '../lib/dom.js';
import { bars, blank, chartCard, choice, color } from '../lib/charts.js';
import { bips, count, figure, many, none, number, orReason, signed, time, words } from '../lib/format.js';
import { subscribe } from '../lib/graphql.js';
import { heading, page, tile } from '../lib/layout.js';
import { tableCard } from '../lib/table.js';

const FORMS = [['STAKE_PER_SHARE', 'Stake per share'], ['CHAIN', 'Price on chain']];
const NO_PRICE = 'no price in the document of this epoch';
const whole = (amount) => Number(amount) / 1e18;
const price = (value) => Number(value).toFixed(4);
const stake = (amount, reason) => figure(amount, (value) => count(Math.round(whole(value))), { unit: 'base units', reason });
const ids = () => state.get('operators').split(',').filter((each) => /^\d+$/.test(each)).map(Number);
const nameOf = (operator) => operator.name || `Operator ${operator.operatorId}`;

function prices({ sharePrices, domainOperators }) {
  const names = new Map(domainOperators.nodes.map((each) => [each.operatorId, nameOf(each)]));
  const series = sharePrices.series.map(({ operatorId, offset, values }) => ({
    name: names.get(operatorId) ?? `Operator ${operatorId}`, color: color(operatorId),
    raw: sharePrices.epochs.map((epoch, index) => values[index - offset] ?? null),
  }));
  const figures = { columns: ['epoch', ...series.map((each) => each.name)], rows: sharePrices.epochs.map((epoch, index) => [epoch, ...series.map((each) => orReason(each.raw[index], NO_PRICE))]) };
  const options = { title: 'Share prices', size: 'wide', note: sharePrices.isDownsampled ? `${count(sharePrices.epochs.length)} epochs that keep the shape of all lines; each value is exact` : 'Every epoch', figures, controls: [choice('form', 'Form', FORMS, 'STAKE_PER_SHARE')] };
  if (!series.length) return chartCard(options, blank('No epoch has been imported. See "import epochs" of the command line.'));
  const chart = document.createElement('time-chart');
  chart.spec = { title: 'Share prices', isNumber: true, axis: 'Epoch', x: sharePrices.epochs, format: price, exactly: (value) => value.toFixed(8), height: 320, series: series.map((each) => ({ ...each, missing: each.raw.map(() => NO_PRICE), values: each.raw.map((value) => (value === null ? null : whole(value))) })) };
  return chartCard(options, chart);
}

const unknownRewards = ({ unknownEpochs }) => `not known for ${many(unknownEpochs, 'epoch')}`;

function rewards({ rewardBuckets }) {
  const chart = document.createElement('time-chart');
  chart.spec = { title: 'Rewards', isNumber: true, axis: 'From epoch', x: rewardBuckets.map((each) => each.firstEpoch), format: count, fromZero: true, series: [{ name: 'Rewards', color: color(5), missing: rewardBuckets.map(unknownRewards), values: rewardBuckets.map((each) => (each.rewards === null ? null : whole(each.rewards))) }] };
  return chartCard({
    title: 'Rewards', note: 'Sums of equal ranges of epochs, in tokens',
    figures: { columns: ['first_epoch', 'last_epoch', 'rewards', 'unknown_epochs'], rows: rewardBuckets.map((each) => [each.firstEpoch, each.lastEpoch, orReason(each.rewards, unknownRewards(each)), each.unknownEpochs]) },
  }, rewardBuckets.length ? chart : blank('No epoch has been imported.'));
}

const yields = ({ domainOperators }) => {
  const known = domainOperators.nodes.filter((each) => each.yield);
  return chartCard({
    title: 'Yields', note: 'Growth of the share price over 7 days, a year on',
    figures: { columns: ['operator', 'growth', 'annualized'], rows: known.map((each) => [each.operatorId, orReason(each.yield.growth, words(each.yield.reason ?? 'no value')), orReason(each.yield.annualized, words(each.yield.reason ?? 'no value'))]) },
  }, known.length ? bars(known.map((each) => ({
    name: nameOf(each), color: color(each.operatorId), value: each.yield.annualized === null ? null : Math.max(0, Number(each.yield.annualized)),
    text: figure(each.yield.annualized, signed, { reason: words(each.yield.reason ?? 'no value') }),
  })), { label: 'Annualised yields' }) : blank('No operator has two share prices 7 days apart.'));
};

function operators({ domainOperators }) {
  const chosen = new Set(ids());
  const box = ({ operatorId, name }) => h('input', {
    type: 'checkbox', checked: !chosen.size || chosen.has(operatorId), 'aria-label': `Show ${(name || `operator ${operatorId}`).slice(0, 80)}`,
    onchange: (event) => {
      const all = domainOperators.nodes.map((each) => each.operatorId);
      const next = new Set(chosen.size ? chosen : all);
      if (event.target.checked) next.add(operatorId);
      else next.delete(operatorId);
      state.set({ operators: next.size === all.length || !next.size ? '' : [...next].sort((a, b) => a - b).join(',') });
    },
  });
  return tableCard({
    title: 'Operators of the domain', note: 'Check those whose prices the chart shows', size: 'wide', limit: 15,
    columns: [
      { name: 'Operator', cell: (each) => h('span', { class: 'with-box' }, box(each), h('i', { style: { background: color(each.operatorId) } }), h('span', { class: 'name', dir: 'auto' }, nameOf(each))) },
      { name: 'Stake', number: true, cell: (each) => stake(each.currentStake, 'not known') },
      { name: 'Stake per share', number: true, cell: (each) => figure(each.stakePerShare, (value) => whole(value).toFixed(6), { unit: '/ 10^18', reason: 'not known' }) },
      { name: 'Nomination tax', number: true, cell: (each) => figure(each.nominationTax, (value) => bips(value * 100), { unit: 'percent', reason: 'not known' }) },
      { name: 'Yield, 7 days', number: true, cell: (each) => (each.yield ? figure(each.yield.growth, signed) : none('no price 7 days ago')) },
      { name: 'State', cell: (each) => h('span', { class: `chip ${each.isActive ? 'good' : 'warn'}` }, each.isActive ? 'active' : 'inactive') },
    ],
    rows: domainOperators.nodes, empty: 'No document names an operator.',
  });
}

const quality = ({ epochs }) => tableCard({
  title: 'Newest epochs', note: 'With what their documents lack', size: 'wide', limit: 10,
  columns: [
    { name: 'Epoch', number: true, cell: (each) => count(each.number) },
    { name: 'End block', number: true, cell: (each) => number(each.endBlock, '', 'not known') },
    { name: 'Stake', number: true, cell: (each) => stake(each.totalStake, 'not known') },
    { name: 'Rewards', number: true, cell: (each) => stake(each.rewards, 'not known') },
    { name: 'Operators', number: true, cell: (each) => number(each.operatorCount, '', 'not known') },
    { name: 'Imported', cell: (each) => time(each.ingestedAt, 'not known') },
    { name: 'Quality', cell: ({ quality: known }) => {
      const faults = [[known.gapBefore, 'epochs missing before'], [known.pricesUnknown, 'prices unknown'], [known.priceMismatches, 'price mismatches'], [known.conflictingPrices, 'conflicting prices'], [known.issues.length, 'issues']].filter(([amount]) => amount);
      return faults.length ? h('span', { class: 'chips', title: known.issues.map((issue) => `${issue.jsonPath}: ${issue.reason}`).join('\n').slice(0, 500) }, faults.map(([amount, fault]) => h('span', { class: 'chip warn' }, `${count(amount)} ${fault}`))) : h('span', { class: 'chip good' }, 'complete');
    } },
  ],
  rows: [...epochs.nodes].reverse(), empty: 'No epoch has been imported.',
});

page(() => ({ form: state.get('form', 'STAKE_PER_SHARE'), operatorIds: ids().length ? ids() : null }), (data) => {
  const newest = data.epochs.nodes.at(-1);
  return [
    heading('Epochs', 'Share prices, rewards and yields of the operators of a domain. New epochs appear by themselves.'),
    h('section', { class: 'tiles', 'aria-label': 'Figures' },
      tile('Newest epoch', newest ? count(newest.number) : none('none imported'), newest ? time(newest.ingestedAt, 'not known') : ''),
      tile('Epochs', count(data.epochs.totalCount), 'imported'),
      tile('Stake', newest ? stake(newest.totalStake, 'not known') : none('none imported'), 'tokens of all operators'),
      tile('Operators', count(data.domainOperators.totalCount), 'named by documents')),
    h('div', { class: 'grid' }, prices(data), rewards(data), yields(data), operators(data), quality(data)),
  ];
}, (again, signal) => subscribe('pages/epoch-added', {}, again, signal));
