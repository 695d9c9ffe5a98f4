import { h } from '../lib/dom.js';
import { blank, chartCard, donut, range, rangeChoice, timeChart } from '../lib/charts.js';
import { copy, count, delegatorLink, figure, money, nameOf, none, number, operatorLink, orReason, percent, short, shorten, strategyName, time, title, tvs, usd, words } from '../lib/format.js';
import { ApiError } from '../lib/graphql.js';
import { heading, page, subject, tile } from '../lib/layout.js';
import { rewardsByDay, rewardsFrom, yieldsCard } from '../lib/rewards.js';
import { tableCard } from '../lib/table.js';

const RATES = { QUOTED: 'from the strategy or an import', FIXED: 'one share is one token', RATE_ASSUMED: 'assumed to be 1' };

function spread({ concentration, operators, operatorCount }) {
  const parts = operators.nodes.slice(0, 7).map((each) => ({ name: nameOf(each.operator), link: operatorLink(each.operator), value: each.tvsUsd ?? each.shares }));
  return chartCard({
    title: 'Operators that hold it', note: `${count(operatorCount)} operators; the largest of them`,
    figures: { columns: ['operator', 'shares', 'tvs_usd'], rows: operators.nodes.map((each) => [each.operator.address, orReason(each.shares, 'not known'), orReason(each.tvsUsd, each.sharesStatus === 'KNOWN' ? 'no price' : 'shares not known')]) },
  }, donut(parts, operators.nodes[0]?.tvsUsd ? usd : short),
  concentration ? h('p', { class: 'note' }, concentration.hhi === null ? `No concentration: ${words(concentration.reason)}.`
    : `The largest holds ${percent(concentration.top1)}, the five largest ${percent(concentration.top5)}. ${concentration.nakamotoThird} hold more than a third. HHI ${Number(concentration.hhi).toFixed(3)}.`) : blank('No day has been analysed yet.'));
}

page((days) => ({ address: subject(), ...range(days), rewardsFrom: rewardsFrom(days.newestDay) }), ({ strategy }) => {
  if (!strategy) throw new ApiError('NOT_FOUND', `Neither an event nor an import names a strategy ${shorten(subject())}.`);
  document.title = `${strategyName(strategy).slice(0, 80)} · Operator Analytics`;
  const days = strategy.dailySnapshots;
  const line = (name, field) => ({ days: days.map((each) => each.date), series: [{ name, values: days.map((each) => each[field]) }] });
  return [
    heading(strategyName(strategy), [copy(strategy.address, true)], rangeChoice()),
    h('div', { class: 'chips identity' }, strategy.category ? h('span', { class: 'chip' }, title(strategy.category)) : null,
      strategy.token ? h('span', { class: 'chip' }, 'token ', copy(strategy.token)) : h('span', { class: 'chip warn' }, 'token not known')),
    h('section', { class: 'tiles', 'aria-label': 'Figures' },
      tile('Total value secured', tvs(strategy.tvsUsd, 'MISSING_PRICE'), strategy.unknownOperatorCount ? `${strategy.unknownOperatorCount} operators with unknown shares left out` : 'at the newest price'),
      tile('Price', money(strategy.priceUsd, 'no price'), strategy.priceAt ? time(strategy.priceAt) : ''),
      tile('Tokens per share', figure(strategy.exchangeRate, (rate) => Number(rate).toFixed(4), { reason: 'no rate' }), RATES[strategy.rateStatus]),
      tile('Operators', number(strategy.operatorCount), 'hold shares now'),
      tile('Delegators', number(strategy.delegatorCount), 'hold more than dust')),
    h('div', { class: 'grid' },
      timeChart({ title: 'Total value secured', note: 'USD at the prices of each day', size: 'wide', format: usd, ...line('TVS', 'tvsUsd') }),
      timeChart({ title: 'Price', note: 'USD per token', format: usd, ...line('Price', 'priceUsd') }),
      timeChart({ title: 'Exchange rate', note: 'Tokens per share', missing: 'no rate', format: (rate) => Number(rate).toFixed(4), ...line('Tokens per share', 'exchangeRate') }),
      spread(strategy),
      timeChart({ title: 'Holders', note: 'At the end of each day', format: count, fromZero: true, days: days.map((each) => each.date), series: [{ name: 'Delegators', values: days.map((each) => each.delegatorCount) }, { name: 'Operators', values: days.map((each) => each.operatorCount) }] }),
      h('div', { class: 'column' }, rewardsByDay(strategy.rewardsByDay, [['Stakers', 'stakersUsd'], ['Operators', 'operatorsUsd']], 'A submission pays strategies by multiplier times shares.'), yieldsCard(strategy.yields)),
      h('div', { class: 'column' },
      tableCard({
        title: 'Operators', note: `The largest of ${count(strategy.operators.totalCount)}`, limit: 12,
        columns: [
          { name: 'Operator', cell: (each) => operatorLink(each.operator) },
          { name: 'Value', number: true, cell: (each) => money(each.tvsUsd, each.sharesStatus === 'KNOWN' ? 'no price' : 'shares not known') },
          { name: 'Tokens', number: true, cell: (each) => figure(each.tokens, short, { reason: 'not known' }) },
          { name: 'Allocated', number: true, cell: (each) => figure(each.utilizationRate, percent, { reason: 'no magnitude' }) },
          { name: 'Delegators', number: true, cell: (each) => count(each.delegatorCount) },
        ],
        rows: strategy.operators.nodes, empty: 'No operator holds this strategy.',
      }),
      tableCard({
        title: 'Largest holders', note: `The largest of ${count(strategy.delegators.totalCount)}`, limit: 12,
        columns: [
          { name: 'Delegator', cell: (each) => delegatorLink(each.delegator) },
          { name: 'Value', number: true, cell: (each) => money(each.tvsUsd, 'no price') },
          { name: 'Delegates to', cell: (each) => (each.operator ? operatorLink(each.operator) : none('nobody')) },
        ],
        rows: strategy.delegators.nodes, empty: 'Nobody holds this strategy.',
      }))),
  ];
});
