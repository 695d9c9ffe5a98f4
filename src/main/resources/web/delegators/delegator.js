import { h } from '../lib/dom.js';
import { align, bars, blank, chartCard, donut, range, rangeChoice, timeChart } from '../lib/charts.js';
import { avsLink, copy, count, day, figure, many, money, none, operatorLink, orReason, percent, risk, short, shorten, strategyLink, strategyName, symbolOf, time, tvs, usd, words } from '../lib/format.js';
import { ApiError } from '../lib/graphql.js';
import { heading, page, shown, subject, tile } from '../lib/layout.js';
import { earnedCard, rewardsByDay, rewardsExport, rewardsFrom, roughness, summedByDay } from '../lib/rewards.js';
import { dataTable, tableCard } from '../lib/table.js';
import { worstCase } from '../lib/worst.js';

/** Days with a row for each of 20 strategies, which the API returns in one list. */
const MOST_DAYS = 50;

function history({ shareDailySnapshots }, points) {
  const byStrategy = new Map();
  for (const each of shareDailySnapshots) {
    const { address } = each.strategy;
    if (!byStrategy.has(address)) byStrategy.set(address, { name: strategyName(each.strategy), points: [], value: (point) => point.tvsUsd });
    byStrategy.get(address).points.push(each);
  }
  return timeChart({ title: 'Holdings over time', note: `USD at the prices of each day, stacked by strategy${points ? '; days at equal distances' : ''}`, size: 'wide', stacked: true, format: usd, ...align([...byStrategy.values()].sort((a, b) => Number(b.points.at(-1).tvsUsd) - Number(a.points.at(-1).tvsUsd))), controls: [rangeChoice()] });
}

function exposed(operator) {
  const exposure = operator?.delegators.nodes[0]?.exposure ?? [];
  return chartCard({
    title: 'Who can slash these shares', note: 'Operator sets with an allocation of the operator, and the part of the shares that each could take', size: 'wide',
    figures: { columns: ['avs', 'set', 'strategy', 'slashable_shares', 'slashable_usd'], rows: exposure.map((each) => [each.operatorSet.avs.address, each.operatorSet.number, strategyName(each.strategy), orReason(each.slashableShares, 'not known'), orReason(each.slashableUsd, each.sharesStatus === 'KNOWN' ? 'no price' : 'shares not known')]) },
  }, exposure.length ? [bars(exposure.slice(0, 10).map((each) => ({
    name: '', link: h('span', null, avsLink(each.operatorSet.avs), ` ${each.operatorSet.number} · `, symbolOf({ symbol: strategyName(each.strategy) })), value: each.slashableUsd, series: 3, text: money(each.slashableUsd, each.sharesStatus === 'KNOWN' ? 'no price' : 'shares not known'),
  })), { label: 'Slashable value' }), dataTable({
    caption: 'Slashable shares by operator set', limit: 8,
    columns: [
      { name: 'Operator set', cell: (each) => [avsLink(each.operatorSet.avs), ` set ${each.operatorSet.number}`] },
      { name: 'Strategy', cell: (each) => strategyLink(each.strategy) },
      { name: 'Slashable', number: true, cell: (each) => money(each.slashableUsd, each.sharesStatus === 'KNOWN' ? 'no price' : 'shares not known') },
      { name: 'Shares', number: true, cell: (each) => figure(each.slashableShares, (amount) => count(Number(amount) / 1e18), { unit: 'base units', reason: 'not known' }) },
      { name: 'Slashed by', cell: (each) => (each.operatorSet.slasher ? copy(each.operatorSet.slasher) : none('the source has no events of slashers')) },
      { name: 'Slashed stake', cell: (each) => (each.operatorSet.isRedistributing ? 'is redistributed' : 'is burned') },
    ],
    rows: exposure,
  })] : blank(operator ? 'No operator set can slash them now.' : 'Nobody can slash them: the delegator does not delegate.'));
}

const withdrawn = ({ nodes, totalCount }) => tableCard({
    title: 'Withdrawals', note: `${count(totalCount)} in all, latest first`, size: 'wide', limit: 12,
    columns: [
      { name: 'Queued', cell: (each) => time(each.queuedAt) },
      { name: 'State', cell: (each) => h('span', { class: `chip ${each.status === 'QUEUED' ? (each.isCompletable ? 'good' : 'warn') : ''}` }, each.status === 'QUEUED' ? (each.isCompletable ? 'can be completed' : 'waiting') : 'completed') },
      { name: 'Completable', cell: (each) => [time(each.completableAt), each.isCompletableAtEstimated ? h('small', null, ' estimated') : null] },
      { name: 'Value now', number: true, cell: (each) => money(each.currentUsd, words(each.currentUsdStatus)) },
      { name: 'Shares', cell: (each) => each.shares.map((share) => h('span', { class: 'chip', title: `${share.currentShares ?? share.shares} base units` }, symbolOf(share.strategy), ` ${count(Number(share.currentShares ?? share.shares) / 1e18)}`, Number(share.lostToSlashes ?? 0) > 0 ? ` (lost ${count(Number(share.lostToSlashes) / 1e18)})` : '')) },
      { name: 'Operator', cell: (each) => (each.operator ? operatorLink(each.operator) : none('nobody')) },
    ],
    rows: nodes, empty: 'No withdrawal was ever queued.',
  });

const withdrawable = ({ withdrawable: rows }) => tableCard({
  title: 'Withdrawable', note: 'What the staker could queue for withdrawal now, after slashes; what is queued already is below',
  columns: [
    { name: 'Strategy', cell: (each) => strategyLink(each.strategy) },
    { name: 'Shares', number: true, cell: (each) => figure(each.shares, (amount) => short(Number(amount) / 1e18), { unit: 'base units', reason: words(each.status) }) },
    { name: 'Deposited', number: true, cell: (each) => figure(each.depositShares, (amount) => short(Number(amount) / 1e18), { unit: 'base units', reason: words(each.status) }) },
    { name: 'Value', number: true, cell: (each) => money(each.usd, words(each.reason ?? each.status)) },
  ],
  rows, limit: 8, empty: 'The staker could queue nothing for withdrawal.',
});

const ether = (amount, reason) => figure(amount, (wei) => `${short(Number(wei) / 1e18)} ETH`, { unit: 'wei', reason });

function pod({ eigenPod }) {
  const reason = eigenPod ? words(eigenPod.status) : '';
  return h('section', { class: 'card', 'aria-label': 'EigenPod' },
    h('div', { class: 'card-head' }, h('div', null, h('h2', null, 'EigenPod'), h('p', { class: 'note' }, 'The contract that holds the native ETH of the staker'))),
    eigenPod ? h('dl', { class: 'facts' }, [
      ['Address', eigenPod.address ? copy(eigenPod.address) : none('the source lacks its deployment')],
      ['Deployed', time(eigenPod.deployedAt, 'the source lacks its deployment')],
      ['Last event', [time(eigenPod.lastUpdatedAt), h('small', null, ` ${many(eigenPod.daysSinceUpdate, 'day')} before the block of the state`)]],
      ['Deposited', ether(eigenPod.depositShares, reason)],
      ['Left by the beacon chain', figure(eigenPod.beaconChainFactor, (wad) => percent(Number(wad) / 1e18, 2), { unit: 'of 10^18', reason })],
      ['After its losses', ether(eigenPod.shares, reason)],
    ].map(([term, value]) => h('div', null, h('dt', null, term), h('dd', null, value)))) : blank('No event names a pod of the staker.'));
}

let newest;

page((days) => {
  newest = days.newestDay;
  return { address: subject(), ...range(days, { most: MOST_DAYS }), rewardsFrom: rewardsFrom(newest) };
}, ({ delegator }) => {
  if (!delegator) throw new ApiError('NOT_FOUND', `${shorten(subject())} is not known as a staker.`);
  document.title = `${shorten(delegator.address)} · Operator Analytics`;
  const { operator } = delegator;
  const queued = delegator.queuedWithdrawals.nodes.filter((each) => each.status === 'QUEUED').length;
  return [
    heading(`Delegator ${shorten(delegator.address)}`, [copy(delegator.address, true)]),
    h('section', { class: 'tiles', 'aria-label': 'Figures' },
      tile('Value', money(delegator.tvsUsd, 'no price'), many(delegator.shares.length, 'strategy', 'strategies')),
      tile('Delegates to', operator ? operatorLink(operator) : none('nobody'), delegator.delegatedAt ? `since ${day(delegator.delegatedAt)}` : ''),
      tile('Risk of the operator', operator ? risk(operator.analytics) : none('no operator'), operator ? [tvs(operator.state.tvsUsd, operator.state.tvsStatus), ' secured'] : ''),
      tile('Withdrawals', count(queued), 'queued now')),
    h('div', { class: 'grid' }, history(delegator, shown.variables.points),
      h('div', { class: 'column' },
        chartCard({ title: 'Holdings', note: 'Now', figures: { columns: ['strategy', 'shares', 'tvs_usd'], rows: delegator.shares.map((each) => [strategyName(each.strategy), orReason(each.shares, 'not known'), orReason(each.tvsUsd, each.sharesStatus === 'KNOWN' ? 'no price' : 'shares not known')]) } },
          donut(delegator.shares.map((each) => ({ name: strategyName(each.strategy), link: strategyLink(each.strategy), value: each.tvsUsd })), usd)),
        withdrawable(delegator), pod(delegator)),
      h('div', { class: 'column' },
        tableCard({
          title: 'Delegations',
          columns: [
            { name: 'Operator', cell: (each) => operatorLink(each.operator) },
            { name: 'From', cell: (each) => day(each.delegatedAt) },
            { name: 'To', cell: (each) => (each.undelegatedAt ? [day(each.undelegatedAt), each.wasForced ? h('small', null, ' by the operator') : null] : h('span', { class: 'chip good' }, 'now')) },
          ],
          rows: delegator.periods, limit: 8, empty: 'The staker never delegated.',
        }),
        worstCase(delegator.worstCase, 'What the staker loses if every operator set takes all that it can slash, queued withdrawals included', 'Nobody can slash these shares now.')),
      exposed(operator), withdrawn(delegator.queuedWithdrawals),
      rewardsByDay(summedByDay(delegator.dailyRewards.groups, 'usd'), [['Rewards', 'usd']], roughness(delegator.dailyRewards.groups)),
      h('div', { class: 'column' },
        earnedCard(delegator.rewards, 'Of the staker, in all', 'The staker earned and claimed nothing, or the source has no events of rewards.'),
        rewardsExport(delegator.address, newest))),
  ];
});
