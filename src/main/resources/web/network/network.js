import { h } from '../lib/dom.js';
import { align, bars, chartCard, range, rangeChoice, sparkline, timeChart, withRest } from '../lib/charts.js';
import { avsLink, count, delegatorLink, figure, growth, link, lost, money, none, operatorLink, orReason, percent, risk, strategyLink, strategyName, symbolOf, time, title, tvs, usd, words } from '../lib/format.js';
import { heading, page, tile } from '../lib/layout.js';
import { rewardsByDay, rewardsFrom } from '../lib/rewards.js';
import { tableCard } from '../lib/table.js';

const LEVELS = [['lowCount', 'Low', 'var(--low)'], ['mediumCount', 'Medium', 'var(--medium)'], ['highCount', 'High', 'var(--high)'], ['criticalCount', 'Critical', 'var(--critical)']];

const tileWithTrend = (label, value, note, values) =>
  tile(label, value, note, values?.length > 1 ? sparkline(values, `${label} over time`, { width: 84, height: 26 }) : null);

function change(days, field) {
  const known = days.filter((each) => each[field] !== null);
  if (known.length < 2 || !Number(known[0][field])) return null;
  return Number(known.at(-1)[field]) / Number(known[0][field]) - 1;
}

function tiles({ network, operatorsAggregate, delegators, avses }) {
  const days = network.dailySnapshots;
  const latest = network.latestSnapshot;
  const grown = (field) => {
    const fraction = change(days, field);
    return fraction === null ? '' : [h('span', { class: fraction < 0 ? 'down' : 'up' }, (fraction >= 0 ? '+' : '') + percent(fraction)), ' in this range'];
  };
  const column = (field) => days.map((each) => each[field]);
  return h('section', { class: 'tiles', 'aria-label': 'Totals' },
    tileWithTrend('Total value secured', money(operatorsAggregate.tvsUsd.sum, 'no share is valued'), grown('tvsUsd'), column('tvsUsd')),
    tileWithTrend('Operators', count(operatorsAggregate.count), latest ? `${count(latest.activeOperatorCount)} active` : 'no day taken yet', column('activeOperatorCount')),
    tileWithTrend('Delegators', count(delegators.totalCount), latest ? `${count(latest.activeDelegators)} active` : '', column('activeDelegators')),
    tileWithTrend('AVSs', count(avses.totalCount), latest ? `${count(latest.avsCount)} with operators` : '', column('avsCount')),
    tileWithTrend('Stake at risk', latest ? money(latest.slashableUsd, 'nothing slashable is valued') : none('no day taken yet'), 'slashable by operator sets', column('slashableUsd')));
}

function stack({ network, strategies }) {
  const series = strategies.nodes.filter((each) => each.dailySnapshots.length)
    .map((each) => ({ name: strategyName(each), points: each.dailySnapshots, value: (day) => day.tvsUsd }));
  const own = align(series);
  const aligned = strategies.totalCount > strategies.nodes.length && series.length ? withRest(own, new Map(network.dailySnapshots.map((each) => [each.date, each.tvsUsd]))) : own;
  return timeChart({ title: 'TVS by strategy', note: 'USD at the prices of each day, stacked', stacked: true, format: usd, ...aligned });
}

const held = (fraction, reason) => (fraction === null ? none(words(reason)) : percent(fraction));

function concentration({ concentration: metrics, latestSnapshot, dailySnapshots }) {
  const metric = metrics.find((each) => each.kind === 'NETWORK_OPERATORS');
  if (!metric) return h('section', { class: 'card' }, h('h2', null, 'Concentration'), h('p', { class: 'blank' }, 'No day has been analysed yet.'));
  const scored = dailySnapshots.findLast((each) => each.spreadScore !== null);
  const spreadReason = latestSnapshot?.scoredOperatorCount === null ? 'no day of this range is analysed yet' : 'no operator holds anything with a price';
  const parts = [['Largest operator', metric.top1], ['Five largest', metric.top5], ['Ten largest', metric.top10]];
  return chartCard({
    title: 'Concentration', note: `Share of TVS, ${metric.date}`,
    figures: { columns: ['holders', 'share'], rows: [...parts.map(([name, value]) => [name, orReason(value, words(metric.reason ?? ''))]), ['Spread score, 0 to 100', orReason(scored?.spreadScore, spreadReason)]] },
  }, h('p', { class: 'spread' }, h('span', null, 'Spread ', h('b', null, figure(scored?.spreadScore, (score) => Number(score).toFixed(1), { unit: 'of 100', reason: spreadReason })), scored ? ' of 100, which is 30% of the network score of each operator' : ''),
    dailySnapshots.length > 1 ? sparkline(dailySnapshots.map((each) => each.spreadScore), 'Spread over time', { width: 84, height: 26 }) : null),
  bars(parts.map(([name, value]) => ({ name, value, text: held(value, metric.reason), series: 0 })), { max: 1, label: 'Share of TVS' }),
  h('p', { class: 'note' }, metric.nakamotoThird === null ? words(metric.reason)
    : `${metric.nakamotoThird} operators hold more than a third, ${metric.nakamotoHalf} more than half. HHI ${Number(metric.hhi).toFixed(3)}, Gini ${Number(metric.gini).toFixed(2)}.`));
}

const leaders = (leaderboard) => tableCard({
  title: 'Largest operators', size: 'wide', controls: [h('a', { class: 'more', href: link('operators') }, 'All operators')],
  columns: [
    { name: 'Operator', cell: ({ rank, operator }) => [h('span', { class: 'rank' }, String(rank)), operatorLink(operator)] },
    { name: 'TVS', number: true, cell: ({ value }) => money(value) },
    { name: 'Trend', cell: ({ operator }) => sparkline(operator.dailySnapshots.map((each) => each.tvsUsd), 'TVS over time') },
    { name: '30 days', number: true, cell: ({ operator }) => growth(operator.analytics?.growthRate30d, operator.analytics ? 'no shares 30 days ago' : 'not analysed yet') },
    { name: 'Risk', cell: ({ operator }) => risk(operator.analytics) },
    { name: 'Delegators', number: true, cell: ({ operator }) => count(operator.state.activeDelegators) },
    { name: 'AVSs', number: true, cell: ({ operator }) => count(operator.state.activeAvsCount) },
  ],
  rows: leaderboard,
});

const slashes = ({ nodes, totalCount }) => chartCard({
  title: 'Latest slashes', note: `${count(totalCount)} in all`, size: 'listing',
  figures: {
    columns: ['slashed_at', 'operator', 'avs', 'set', 'strategy', 'wad_slashed', 'slashed_usd', 'description', 'transaction'],
    rows: nodes.flatMap((each) => each.amounts.map((amount) => [each.slashedAt, each.operator.address, each.operatorSet.avs.address, each.operatorSet.number, orReason(amount.strategy.symbol, 'symbol not known'), amount.wadSlashed, orReason(amount.slashedUsd, 'value not known'), orReason(each.description, 'none given'), each.transactionHash])),
  },
},
  nodes.length ? h('ol', { class: 'feed' }, nodes.map((each) => h('li', null,
    h('div', null, operatorLink(each.operator), h('span', null, ' by '), avsLink(each.operatorSet.avs), h('span', null, ` set ${each.operatorSet.number}`)),
    h('div', { class: 'amounts' }, each.amounts.map((amount) => h('span', { class: 'chip', title: `${amount.wadSlashed} of 10^18` },
      symbolOf(amount.strategy), ` ${lost(amount.wadSlashed)} `, money(amount.slashedUsd, 'value not known')))),
    h('small', null, time(each.slashedAt), each.description ? [' · ', h('span', { dir: 'auto', class: 'free' }, each.description)] : null))))
    : h('p', { class: 'blank' }, 'No operator has been slashed.'));

const alerts = ({ nodes, totalCount }) => chartCard({
  title: 'Latest alerts', note: `${count(totalCount)} in all`, size: 'listing',
  figures: {
    columns: ['happened_at', 'kind', 'operator', 'avs', 'delegator', 'usd', 'percent'],
    rows: nodes.map((each) => [each.happenedAt, each.kind, ...[each.operator?.address, each.avs?.address, each.delegator?.address, each.usd, each.percent].map((value) => orReason(value, 'not part of this kind'))]),
  },
},
  nodes.length ? h('ol', { class: 'feed' }, nodes.map((each) => h('li', null,
    h('div', null, h('b', null, title(each.kind)), ' ', each.operator ? operatorLink(each.operator) : null, each.avs ? [' ', avsLink(each.avs)] : null, each.delegator ? [' ', delegatorLink(each.delegator)] : null,
      each.usd === null ? null : [' ', money(each.usd)], each.percent === null ? null : ` ${Number(each.percent).toFixed(1)}%`),
    h('small', null, time(each.happenedAt)))))
    : h('p', { class: 'blank' }, 'No alert rule has fired. Rules are made by mutations of the API.'));

page((days) => ({ ...range(days), rewardsFrom: rewardsFrom(days.newestDay) }), (data) => {
  const days = data.network.dailySnapshots;
  const dates = days.map((each) => each.date);
  // a day without prices has no scores
  const scored = days.map((each) => (LEVELS.some(([field]) => each[field]) ? each : { date: each.date }));
  return [
    heading('Network', 'Value secured by all operators, and who holds it.', rangeChoice()),
    tiles(data),
    h('div', { class: 'grid' },
      timeChart({ title: 'Total value secured', note: 'USD at the prices of each day', size: 'wide', days: dates, format: usd, series: [{ name: 'TVS', values: days.map((each) => each.tvsUsd) }] }),
      stack(data),
      timeChart({
        title: 'Risk levels', missing: 'not analysed', note: 'Active operators by level; higher scores are safer', stacked: true, format: count,
        days: scored.some((each) => each.lowCount !== undefined) ? dates : [], empty: 'No day has been analysed in this range yet.',
        series: LEVELS.map(([field, name, paint]) => ({ name, color: paint, values: scored.map((each) => each[field] ?? null) })),
      }),
      leaders(data.leaderboard),
      h('div', { class: 'column' }, chartCard({
        title: 'Strategies by TVS', note: `The largest of ${count(data.strategies.totalCount)}, now`,
        figures: { columns: ['strategy', 'tvs_usd', 'operators'], rows: data.strategies.nodes.map((each) => [strategyName(each), orReason(each.tvsUsd, 'no price'), each.operatorCount]) },
      }, bars(data.strategies.nodes.map((each, index) => ({ name: strategyName(each), link: strategyLink(each), value: each.tvsUsd, series: index, text: tvs(each.tvsUsd, 'MISSING_PRICE') })), { label: 'Strategies by TVS' })),
      concentration(data.network), alerts(data.alerts)),
      h('div', { class: 'column' }, slashes(data.slashingIncidents), rewardsByDay(data.network.rewardsByDay, [['Of AVSs', 'avsUsd'], ['Programmatic incentives', 'piUsd']]))),
  ];
});
