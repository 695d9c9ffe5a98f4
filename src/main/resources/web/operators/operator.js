import { h, state } from '../lib/dom.js';
import { align, bars, blank, chartCard, color, donut, range, rangeChoice, seconds, timeChart, withRest } from '../lib/charts.js';
import { avsLink, bips, copy, count, day, delegatorLink, figure, link, lost, many, money, nameOf, none, number, orReason, percent, portion, risk, shorten, strategyLink, strategyName, sum, symbolOf, time, title, tvs, tvsReason, usd, words } from '../lib/format.js';
import { ApiError } from '../lib/graphql.js';
import { heading, page, subject, tile } from '../lib/layout.js';
import { earnedCard, rewardsByDay, rewardsExport, rewardsFrom, yieldsCard } from '../lib/rewards.js';
import { dataTable, tableCard } from '../lib/table.js';
import { worstCase } from '../lib/worst.js';
import { flagChips } from './flags.js';
import { slashPreview } from './preview.js';

let newest;

const site = (url, text) => (/^https?:\/\//i.test(url ?? '') ? h('a', { href: url, rel: 'noreferrer noopener', target: '_blank' }, text) : null);

/** A sentence whose addresses are short and can be copied. */
const withAddresses = (sentence) => sentence.split(/(0x[0-9a-f]{40})/).map((part, index) => (index % 2 ? copy(part) : part));

function identity({ address, metadata, state: now }, flags) {
  const asOf = state.get('asOf');
  // while a date is typed, each key makes another valid date; it is applied by Enter or by leaving the field
  let isTyped = false;
  const apply = () => {
    isTyped = false;
    if (picker.value !== state.get('asOf') && picker.validity.valid) state.set({ asOf: picker.value });
  };
  const picker = h('input', {
    type: 'date', value: asOf, min: '2015-01-01', max: newest, name: 'asOf', 'aria-label': 'As of, end of the UTC day',
    onkeydown: ({ key, altKey }) => {
      if (key === 'Enter') apply();
      else isTyped = !altKey && /^(\d|Arrow|Backspace|Delete)/.test(key);
    },
    onchange: () => { if (!isTyped) apply(); },
    onblur: apply,
  });
  const chips = [
    h('span', { class: `chip ${now.isActive ? 'good' : 'warn'}` }, now.isActive ? 'active' : 'inactive: no delegator and no AVS'),
    now.isPermissioned ? h('span', { class: 'chip' }, 'permissioned: it approves its delegators') : null,
    now.totalSlashEvents ? h('span', { class: 'chip bad' }, `slashed ${now.totalSlashEvents}×, last on ${day(now.lastSlashedAt)}`) : h('span', { class: 'chip good' }, 'never slashed'),
    state.get('asOf') ? null : flagChips(flags),
    now.tvsStatus === 'COMPLETE' ? null : h('span', { class: 'chip warn' }, tvsReason(now.tvsStatus)),
  ];
  return [
    heading(nameOf({ address, metadata }), [copy(address, true)],
      h('label', { class: 'as-of' }, 'As of', picker), asOf ? h('button', { type: 'button', class: 'secondary', onclick: () => state.set({ asOf: '' }) }, 'Now') : null,
      h('a', { class: 'secondary', href: link(`compare?operators=${address}`) }, 'Compare')),
    h('div', { class: 'chips identity' }, chips, site(metadata?.website, 'Website'), site(metadata?.twitter, 'X')),
    asOf || !flags.length ? null : h('details', { class: 'formula flags' }, h('summary', null, `What the ${many(flags.length, 'flag')} mean${flags.length > 1 ? '' : 's'}`),
      h('ul', null, flags.map((each) => h('li', null, withAddresses(each.reason), h('small', null, each.since ? [' since ', time(each.since)] : ''))))),
    metadata?.description ? h('p', { class: 'lead free', dir: 'auto' }, metadata.description) : null,
    asOf ? h('p', { class: 'banner', role: 'status' }, `State at the end of ${asOf} (UTC).`) : null,
  ];
}

function marks({ slashingIncidents, commissionRates }) {
  const slashed = slashingIncidents.nodes.map((each) => ({ at: seconds(day(each.slashedAt)), color: 'var(--critical)', label: `Slashed by ${nameOf(each.operatorSet.avs).slice(0, 60)}` }));
  const scope = (rate) => (rate.operatorSet ? `of ${nameOf(rate.operatorSet.avs).slice(0, 60)} set ${rate.operatorSet.number} ` : rate.avs ? `of ${nameOf(rate.avs).slice(0, 60)} ` : '');
  const changed = commissionRates.flatMap((rate) => rate.history
    .map((each) => ({ at: seconds(day(each.setAt)), color: 'var(--c5)', label: `Commission ${scope(rate)}${bips(each.oldBips)} → ${bips(each.newBips)}` })));
  return [...slashed, ...changed];
}

function value(operator, history) {
  const series = history.strategies.nodes.filter((each) => each.dailySnapshots.length)
    .map((each) => ({ name: strategyName(each.strategy), points: each.dailySnapshots, value: (point) => point.tvsUsd }));
  const own = align(series);
  const aligned = history.strategies.totalCount > history.strategies.nodes.length && series.length ? withRest(own, new Map(history.dailySnapshots.map((each) => [each.date, each.tvsUsd]))) : own;
  return timeChart({
    title: 'TVS by strategy', note: 'USD at the prices of each day, stacked; red marks slashes, blue changes of commission', size: 'wide', stacked: true, format: usd,
    marks: marks(operator), ...aligned, controls: [rangeChoice()],
  });
}

function score(analytics) {
  const card = (...body) => h('section', { class: 'card' }, h('div', { class: 'card-head' }, h('h2', null, 'Risk score'), risk(analytics)), body);
  if (!analytics || analytics.riskScore === null) return card(blank(analytics ? words(analytics.scoreReason) : 'This operator has not been analysed yet.'));
  const parts = [
    ['Performance', 0.5, analytics.performanceScore, null],
    ['· slashes', null, analytics.slashScore, 'SLASH_LOSS'], ['· stability', null, analytics.stabilityScore, 'SHARES_VOLATILITY_30D'], ['· tenure', null, analytics.tenureScore, null],
    ['Economic', 0.35, analytics.economicScore, null],
    ['· spread of delegators', null, analytics.delegationHhi === null ? null : (100 - 100 * Number(analytics.delegationHhi)).toFixed(6), 'DELEGATION_HHI'],
    ['· commissions', null, analytics.commissionScore, null], ['· growth', null, analytics.growthScore, 'GROWTH'],
    ['Network', 0.15, analytics.networkScore, null], ['· size', null, analytics.sizePercentile, 'SIZE'],
    ['· network spread', null, analytics.networkSpreadScore, 'NETWORK_HHI'],
  ];
  return chartCard({
    title: 'Risk score', note: [`Of ${analytics.date}; 100 is safest. Confidence ${Number(analytics.confidence).toFixed(0)} of 100.`],
    figures: { columns: ['part', 'weight', 'score'], rows: parts.map(([name, weight, points, missing]) => [name.replace('· ', ''), orReason(weight, 'part of the above'), orReason(points, missing ? `missing: ${words(missing)}` : 'missing')]) },
  }, h('div', { class: 'score' }, risk(analytics)),
  bars(parts.map(([name, weight, points, missing]) => ({
    name: weight ? h('b', null, `${name} × ${weight}`) : name, value: points, color: weight ? 'var(--c1)' : 'var(--c5)',
    text: points === null ? none(missing ? `missing: ${words(missing)}` : 'missing') : figure(points, (each) => Number(each).toFixed(1)),
  })), { max: 100, label: 'Parts of the risk score' }),
  h('p', { class: 'note' }, analytics.missing.length ? `Missing: ${analytics.missing.map(words).join(', ')}. The other parts take its weight.` : 'No input was missing.'),
  h('details', { class: 'formula' }, h('summary', null, 'Formula'),
    h('p', null, 'risk = 0.5 · performance + 0.35 · economic + 0.15 · network.'),
    h('p', null, 'performance = 0.6 · slashes + 0.3 · stability + 0.1 · tenure; economic = 0.5 · spread of delegators + 0.3 · commissions + 0.2 · growth; network = 0.7 · size + 0.3 · spread of the network.'),
    h('p', null, 'A missing part gives its weight to the others. Levels: low from 80, medium from 60, high from 40, critical below.')));
}

function holders({ delegators, state: now }, concentration) {
  const metric = concentration.find((each) => each.kind === 'OPERATOR_DELEGATORS');
  const total = Number(now.tvsUsd ?? 0);
  let upTo = 0;
  const curve = [0, ...delegators.nodes.map((each) => (upTo += Number(each.tvsUsd ?? 0)))].map((each) => (total ? Math.min(1, each / total) : null));
  const chart = document.createElement('time-chart');
  chart.spec = { title: 'Concentration of delegators', isNumber: true, axis: 'Largest', x: curve.map((each, index) => index), series: [{ name: 'Share of TVS', missing: [], values: curve, color: color(1) }], format: (each) => percent(each, 0), fromZero: true, height: 180 };
  return chartCard({
    title: 'Delegators', note: `${count(delegators.totalCount)} active; share of TVS that the largest hold together`,
    figures: { columns: ['delegator', 'tvs_usd', 'share_up_to_here', 'delegated_at'], rows: delegators.nodes.map((each, index) => [each.delegator.address, orReason(each.tvsUsd, 'no price'), orReason(curve[index + 1], 'no price'), orReason(each.delegatedAt, 'not seen')]) },
  }, total && delegators.nodes.length ? chart : blank('No delegator holds anything with a price.'),
  metric ? h('p', { class: 'note' }, metric.hhi === null ? `No concentration: ${words(metric.reason)}.`
    : `The largest holds ${percent(metric.top1)}, the ten largest ${percent(metric.top10)}. HHI ${Number(metric.hhi).toFixed(3)}, Gini ${Number(metric.gini).toFixed(2)}.`) : null,
  dataTable({
    caption: 'Largest delegators',
    columns: [
      { name: 'Delegator', cell: ({ delegator }) => delegatorLink(delegator) },
      { name: 'Value', number: true, cell: (each) => money(each.tvsUsd, 'no price') },
      { name: 'Part', number: true, cell: (each) => (each.tvsUsd === null || !total ? none('no price') : portion(Number(each.tvsUsd) / total)) },
      { name: 'Since', cell: (each) => (each.delegatedAt ? h('time', { datetime: each.delegatedAt, title: each.delegatedAt }, day(each.delegatedAt)) : none('not seen')) },
    ],
    rows: delegators.nodes, limit: 8, empty: 'Nobody delegates to this operator.',
  }));
}

const held = ({ strategies }) => chartCard({
  title: 'Strategies', note: `${count(strategies.totalCount)} held`,
  figures: { columns: ['strategy', 'shares', 'tvs_usd', 'utilization', 'delegators'], rows: strategies.nodes.map((each) => [strategyName(each.strategy), orReason(each.shares, 'not known'), orReason(each.tvsUsd, each.sharesStatus === 'KNOWN' ? 'no price' : 'shares not known'), orReason(each.utilizationRate, 'no magnitude'), each.delegatorCount]) },
}, donut(strategies.nodes.slice(0, 8).map((each) => ({ name: strategyName(each.strategy), link: strategyLink(each.strategy), value: each.tvsUsd })), usd),
dataTable({
  caption: 'Strategies of the operator',
  columns: [
    { name: 'Strategy', cell: (each) => strategyLink(each.strategy) },
    { name: 'Value', number: true, cell: (each) => money(each.tvsUsd, each.sharesStatus === 'KNOWN' ? 'no price' : 'shares not known') },
    { name: 'Shares', number: true, cell: (each) => figure(each.shares, (amount) => count(Number(amount) / 1e18), { unit: 'base units', reason: 'not known' }) },
    { name: 'Allocated', number: true, cell: (each) => figure(each.utilizationRate, percent, { reason: 'no magnitude' }) },
    { name: 'Delegators', number: true, cell: (each) => count(each.delegatorCount) },
  ],
  rows: strategies.nodes, limit: 8, empty: 'The operator holds no shares.',
}));

const setName = (set) => [avsLink(set.avs), ` set ${set.number}`];

function delay(known) {
  if (!known) return '';
  const pending = known.pendingBlocks === null ? '' : ` ${count(known.pendingBlocks)} blocks from block ${count(known.effectBlock)}.`;
  return known.status === 'NOT_SET' ? `It has no allocation delay in force, so it cannot allocate.${pending}`
    : `An allocation takes effect after ${count(known.currentBlocks)} blocks.${pending}`;
}

const allocated = ({ allocations, allocationDelay }) => tableCard({
    title: 'Allocations', size: 'wide', note: `${count(allocations.totalCount)}: what operator sets may slash. ${delay(allocationDelay)}`,
    columns: [
      { name: 'Operator set', cell: (each) => setName(each.operatorSet) },
      { name: 'Strategy', cell: (each) => strategyLink(each.strategy) },
      { name: 'Slashed by', cell: (each) => (each.operatorSet.slasher ? copy(each.operatorSet.slasher) : each.operatorSet.slasher === null ? none('the source has no events of slashers') : none('shown for now only')) },
      { name: 'Slashable', cell: (each) => h('span', { class: `chip ${each.isSlashable ? 'warn' : ''}` }, each.isSlashable ? 'by this set' : 'not now') },
      { name: 'Slashable value', number: true, cell: (each) => money(each.slashableUsd, each.sharesStatus === 'KNOWN' ? 'no price' : 'shares not known') },
      { name: 'Magnitude', number: true, cell: (each) => figure(each.currentMagnitude, (amount) => percent(Number(amount) / 1e18), { unit: 'of 10^18' }) },
      { name: 'Pending', number: true, cell: (each) => (each.pendingMagnitude === null ? none('no change') : figure(each.pendingMagnitude, (amount) => percent(Number(amount) / 1e18), { unit: `of 10^18, from block ${each.pendingEffectBlock}` })) },
      { name: 'Slashed stake goes to', cell: (each) => (each.operatorSet.redistributionRecipient ? copy(each.operatorSet.redistributionRecipient) : each.operatorSet.redistributionRecipient === null ? 'burned' : none('shown for now only')) },
    ],
    rows: allocations.nodes, limit: 12, empty: 'The operator has allocated nothing, so no operator set can slash it.',
  });

function commissions({ commissionRates }) {
  const scope = (rate) => (rate.operatorSet ? setName(rate.operatorSet) : rate.avs ? avsLink(rate.avs) : 'Programmatic incentives');
  const own = commissionRates.filter((rate) => rate.kind === 'PI' || !rate.isDefault);
  return tableCard({
      title: 'Commission', note: 'The part of rewards that the operator keeps; others have the default of 10%',
      columns: [
        { name: 'Rewards of', cell: scope },
        { name: 'Now', number: true, cell: (rate) => bips(rate.currentBips) },
        { name: 'Coming', number: true, cell: (rate) => (rate.upcomingBips === null ? none('no change') : [bips(rate.upcomingBips), ' from ', time(rate.activatesAt)]) },
        { name: 'Changes', number: true, cell: (rate) => count(rate.history.length) },
      ],
      rows: own, limit: 8, empty: 'Every rate is the default.',
    });
}

const BARS = 20;
/** Of a list of groups. */
const MOST_GROUPS = 1000;

/** Withdrawals by the day from which they can be completed, earliest first, from groups by day and status of the value. */
function byDay(groups) {
  const days = new Map();
  for (const { keys: [when, status], aggregate } of groups.toReversed()) {
    const known = days.get(when) ?? { when, count: 0, usd: null, reasons: [] };
    known.count += Number(aggregate.count);
    if (aggregate.currentUsd.sum !== null) known.usd = sum([known.usd ?? '0', aggregate.currentUsd.sum]);
    if (status !== 'VALUED') known.reasons.push(`${count(aggregate.count)} ${words(status)}`);
    days.set(when, known);
  }
  return [...days.values()];
}

function withdrawals({ queuedWithdrawals: { totalCount, groups } }) {
  const rows = byDay(groups);
  return chartCard({
    title: 'Withdrawal queue', note: [`${count(totalCount)} queued, by the day from which they can be completed.`,
      groups.length === MOST_GROUPS ? ` These are the latest ${many(rows.length, 'day')}.` : '', rows.length > BARS ? ` The bars are the last ${BARS} days; the table has all.` : ''],
    figures: { columns: ['day', 'withdrawals', 'usd', 'not_fully_valued'], rows: rows.map((each) => [each.when, each.count, orReason(each.usd, each.reasons.join(', ')), each.reasons.join(', ') || 'none']) },
  }, rows.length ? bars(rows.slice(-BARS).map((each) => ({
    name: each.when, value: each.usd, series: 2,
    text: [money(each.usd, each.reasons.join(', ')), ` ${many(each.count, 'withdrawal')}`, each.reasons.length && each.usd !== null ? ` (${each.reasons.join(', ')})` : ''],
  })), { label: 'Withdrawals by day' }) : blank('No withdrawal is queued.'));
}

const slashes = ({ slashingIncidents }) => chartCard({
  title: 'Slashes', note: `${count(slashingIncidents.totalCount)} in all`, size: 'listing',
  figures: {
    columns: ['slashed_at', 'avs', 'set', 'strategy', 'wad_slashed', 'slashed_usd', 'description', 'transaction'],
    rows: slashingIncidents.nodes.flatMap((each) => each.amounts.map((amount) => [each.slashedAt, each.operatorSet.avs.address, each.operatorSet.number, orReason(amount.strategy.symbol, 'symbol not known'), amount.wadSlashed, orReason(amount.slashedUsd, 'value not known'), orReason(each.description, 'none given'), each.transactionHash])),
  },
},
  slashingIncidents.nodes.length ? h('ol', { class: 'feed' }, slashingIncidents.nodes.slice(0, 6).map((each) => h('li', null,
    h('div', null, setName(each.operatorSet)),
    h('div', { class: 'amounts' }, each.amounts.map((amount) => h('span', { class: 'chip' }, symbolOf(amount.strategy), ` ${lost(amount.wadSlashed)} `, money(amount.slashedUsd, 'value not known')))),
    h('small', null, time(each.slashedAt), ' · ', h('span', { dir: 'auto', class: 'free' }, each.description))))) : h('p', { class: 'blank' }, 'Never slashed.'));

const acts = ({ activity }) => chartCard({
  title: 'Activity', note: 'The latest events', size: 'listing',
  figures: {
    columns: ['happened_at', 'type', 'avs', 'strategy', 'staker', 'amount', 'transaction'],
    rows: activity.nodes.map((each) => [each.happenedAt, each.type, ...[each.avs?.address, each.strategy?.symbol, each.staker, each.amount].map((value) => orReason(value, 'not part of this type')), each.transactionHash]),
  },
},
  h('ol', { class: 'feed' }, activity.nodes.slice(0, 12).map((each) => h('li', null, h('b', null, title(each.type)), ' ',
    each.avs ? avsLink(each.avs) : '', each.strategy?.symbol ? [' ', symbolOf(each.strategy)] : '', each.staker ? [' ', copy(each.staker)] : '',
    h('div', null, h('small', null, time(each.happenedAt), ' · ', copy(each.transactionHash)))))));

page((days) => {
  newest = days.newestDay;
  const asOf = state.get('asOf');
  const to = asOf || null;
  return { address: subject(), asOf: asOf ? { date: asOf } : null, isCurrent: !asOf, to, ...range(days, { last: to ?? newest }), rewardsFrom: rewardsFrom(to ?? newest) };
}, ({ operator, history }) => {
  if (!operator) throw new ApiError('NOT_FOUND', `No event names an operator ${shorten(subject())}${state.get('asOf') ? ' up to this day' : ''}.`);
  document.title = `${nameOf(operator).slice(0, 80)} · Operator Analytics`;
  const now = operator.state;
  const pi = operator.commissionRates.find((rate) => rate.kind === 'PI');
  return [
    identity(operator, history.flags),
    h('section', { class: 'tiles', 'aria-label': 'Figures' },
      tile('Total value secured', tvs(now.tvsUsd, now.tvsStatus), now.unpricedStrategyCount ? `${many(now.unpricedStrategyCount, 'strategy', 'strategies')} without price` : 'all strategies priced'),
      tile('Delegators', number(now.activeDelegators), `${count(now.totalDelegators)} ever`),
      tile('AVSs', number(now.activeAvsCount), many(now.activeOperatorSetCount, 'operator set')),
      tile('Commission', pi ? bips(pi.currentBips) : none('no rate known'), pi?.upcomingBips !== null && pi?.upcomingBips !== undefined ? `${bips(pi.upcomingBips)} from ${day(pi.activatesAt)}` : 'programmatic incentives'),
      tile('Risk', risk(history.analytics), history.analytics?.riskScore ? `confidence ${Number(history.analytics.confidence).toFixed(0)} of 100` : '')),
    h('div', { class: 'grid' }, value(operator, history),
      h('div', { class: 'column' }, score(history.analytics), held(operator)),
      h('div', { class: 'column' }, holders(operator, history.concentration), withdrawals(operator), commissions(operator)),
      allocated(operator), worstCase(operator.worstCase, 'Lost if every operator set takes all that is allocated to it', 'No operator set can slash this operator.'), slashPreview(operator), state.get('asOf') ? null : yieldsCard(history.yields),
      h('div', { class: 'column' },
        rewardsByDay(history.rewardsByDay, [['Operator', 'operatorsUsd'], ['Its stakers', 'stakersUsd']]),
        earnedCard(operator.rewards, 'Of the address of the operator as an earner, in all', 'The operator earned and claimed nothing, or the source has no events of rewards.'),
        rewardsExport(operator.address, newest)),
      h('div', { class: 'column' }, slashes(operator), acts(operator))),
  ];
});
