import { h, state } from '../lib/dom.js';
import { bars, blank, chartCard } from '../lib/charts.js';
import { avsLink, copy, count, day, figure, lost, money, nameOf, none, operatorLink, orReason, strategyLink, strategyName, time, words } from '../lib/format.js';
import { heading, page } from '../lib/layout.js';
import { pager } from '../lib/table.js';

const ADDRESS = /^0x[0-9a-f]{40}$/i;

function where() {
  const conditions = [];
  const operator = state.get('operator');
  const avs = state.get('avs');
  if (operator) conditions.push({ operator: ADDRESS.test(operator) ? { address: { eq: operator } } : { name: { contains: operator } } });
  if (ADDRESS.test(avs)) conditions.push({ avs: { eq: avs } });
  if (Number(state.get('min'))) conditions.push({ slashedUsd: { gte: String(Number(state.get('min'))) } });
  return conditions.length ? { and: conditions } : {};
}

const FATE = {
  PENDING: 'waits', CLEARABLE: 'can be settled by anyone', BURNED: 'burned', REDISTRIBUTED: 'sent to the recipient',
  NATIVE_ETH: 'native ETH, which the contracts only count so far', UNKNOWN: 'not known: the slash took nothing, came before the protocol kept account, or the source lacks these events',
};

/** What became of the shares of one strategy. */
function fate({ strategy, settlementStatus, settlement }) {
  const part = settlement && Number(settlement.settledShares) > 0 ? [', ', figure(settlement.settledShares, (shares) => `${count(Number(shares) / 1e18)} shares settled`, { unit: 'base units' })] : null;
  const left = settlement && Number(settlement.unsettledShares) > 0 ? [', ', figure(settlement.unsettledShares, (shares) => `${count(Number(shares) / 1e18)} shares left`, { unit: 'base units' })] : null;
  return h('span', { class: 'chip', title: FATE[settlementStatus] }, strategyLink(strategy), h('span', null,
    settlementStatus === 'UNKNOWN' ? none('not known') : settlementStatus === 'NATIVE_ETH' ? 'native ETH, counted' : FATE[settlementStatus] ?? words(settlementStatus), part, left,
    settlement?.settledAt ? [' on ', day(settlement.settledAt)] : settlement?.resolutionBlock ? ` from block ${count(settlement.resolutionBlock)}` : null));
}

/** The steps of a slash: request on chain, effect on each strategy, where the stake went. */
const life = (each) => h('li', { class: 'card' },
  h('div', { class: 'card-head' }, h('h2', null, operatorLink(each.operator), h('small', null, ' slashed by '), avsLink(each.operatorSet.avs), h('small', null, ` set ${each.operatorSet.number}`)),
    h('strong', null, money(each.slashedUsd, each.unvaluedStrategyCount ? `${each.unvaluedStrategyCount} strategies without value` : 'value not known'))),
  each.description ? h('p', { class: 'free lead', dir: 'auto' }, each.description) : null,
  h('ol', { class: 'steps' },
    h('li', null, h('b', null, 'Slashed'), time(each.slashedAt), h('small', null, `block ${count(each.block)}`), copy(each.transactionHash)),
    h('li', null, h('b', null, 'Ordered by'), each.operatorSet.slasher ? copy(each.operatorSet.slasher) : avsLink(each.operatorSet.avs)),
    h('li', null, h('b', null, 'Taken'), h('span', { class: 'chips' }, each.amounts.map((amount) => h('span', { class: 'chip', title: `${amount.wadSlashed} of 10^18; ${amount.cumulativeWadSlashed} in all slashes` },
      strategyLink(amount.strategy), h('span', null, `${lost(amount.wadSlashed)}, `, figure(amount.shares, (shares) => `${count(Number(shares) / 1e18)} shares`, { unit: 'base units', reason: 'shares not known' }), ', ', money(amount.slashedUsd, 'value not known')))))),
    h('li', null, h('b', null, 'Stake goes to'), each.operatorSet.isRedistributing ? copy(each.operatorSet.redistributionRecipient) : 'nobody: it is burned'),
    h('li', null, h('b', null, 'Settled'), h('span', { class: 'chips' }, each.amounts.length ? each.amounts.some((amount) => amount.settlementStatus !== 'UNKNOWN') ? each.amounts.map(fate) : h('span', { title: FATE.UNKNOWN }, none('not known')) : none('nothing was taken')))));

page(() => ({ where: where(), first: 25, after: state.get('after') || null }), ({ slashingIncidents }) => {
  const { nodes, totalCount, pageInfo } = slashingIncidents;
  const field = (name, label, options) => h('label', null, label, h('input', { name, value: state.get(name), spellcheck: 'false', ...options }));
  return [
    heading('Slashes', `${count(totalCount)} match, latest first.`),
    h('form', {
      class: 'toolbar', role: 'search', 'aria-label': 'Filters',
      onsubmit: (event) => {
        event.preventDefault();
        const { operator, avs, min } = event.target.elements;
        state.set({ operator: operator.value.trim(), avs: avs.value.trim(), min: min.value, after: '' });
      },
    }, field('operator', 'Operator', { type: 'search', placeholder: 'Name or address' }), field('avs', 'AVS', { type: 'search', placeholder: 'Address' }),
    field('min', 'Value from, USD', { type: 'number', min: 0, step: 'any', placeholder: '0' }), h('button', { class: 'secondary' }, 'Apply')),
    chartCard({
      title: 'Value of each slash', size: 'wide', note: 'USD at the prices of the day of the slash',
      exported: 'pages/export-slashes',
      figures: {
        columns: ['slashed_at', 'operator', 'avs', 'set', 'slashed_usd', 'description', 'transaction'],
        rows: nodes.map((each) => [each.slashedAt, each.operator.address, each.operatorSet.avs.address, each.operatorSet.number, orReason(each.slashedUsd, each.unvaluedStrategyCount ? `${each.unvaluedStrategyCount} strategies without value` : 'value not known'), orReason(each.description, 'none given'), each.transactionHash]),
      },
    }, nodes.length ? bars(nodes.map((each) => ({
      name: `${day(each.slashedAt)} ${nameOf(each.operator)}`.slice(0, 80), value: each.slashedUsd, color: 'var(--critical)', text: money(each.slashedUsd, 'value not known'),
      title: each.amounts.map((amount) => strategyName(amount.strategy)).join(', '),
    })), { label: 'Value of each slash' }) : blank('No slash matches these filters.')),
    h('ol', { class: 'lives' }, nodes.map(life)),
    pager(pageInfo, totalCount, 'slashes'),
  ];
});
