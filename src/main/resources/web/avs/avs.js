import { h } from '../lib/dom.js';
import { bars, blank, chartCard, range, rangeChoice, timeChart } from '../lib/charts.js';
import { copy, count, day, lost, many, money, nameOf, none, number, operatorLink, orReason, shorten, strategyLink, symbolOf, time, tvs, usd } from '../lib/format.js';
import { ApiError } from '../lib/graphql.js';
import { heading, page, subject, tile } from '../lib/layout.js';
import { earnedCard, rewardsByDay, rewardsExport, rewardsFrom, submissionsCard } from '../lib/rewards.js';
import { dataTable, tableCard } from '../lib/table.js';
import { rewardPreview } from './preview.js';

const SLASHERS = { AVS_DEFAULT: 'the AVS itself, no event names one', UNKNOWN: 'the source has no events of slashers' };

const slasherReason = ({ slasherSource }) => SLASHERS[slasherSource] ?? 'not known';
const slasher = (set) => [
  set.slasher ? copy(set.slasher) : none(slasherReason(set)),
  set.pendingSlasher ? h('small', null, ' then ', copy(set.pendingSlasher), ` from block ${count(set.pendingSlasherEffectBlock)}`) : null,
];

let newest;

page((days) => {
  newest = days.newestDay;
  return { address: subject(), ...range(days), rewardsFrom: rewardsFrom(newest) };
}, ({ avs }) => {
  if (!avs) throw new ApiError('NOT_FOUND', `No event names an AVS ${shorten(subject())}.`);
  document.title = `${nameOf(avs).slice(0, 80)} · Operator Analytics`;
  const website = avs.metadata?.website;
  const days = avs.dailySnapshots;
  return [
    heading(nameOf(avs), [copy(avs.address, true)], rangeChoice()),
    h('div', { class: 'chips identity' }, /^https?:\/\//i.test(website ?? '') ? h('a', { href: website, rel: 'noreferrer noopener', target: '_blank' }, 'Website') : null,
      avs.registrar ? h('span', { class: 'chip' }, 'registrar ', copy(avs.registrar)) : h('span', { class: 'chip' }, 'no registrar')),
    avs.metadata?.description ? h('p', { class: 'lead free', dir: 'auto' }, avs.metadata.description) : null,
    h('section', { class: 'tiles', 'aria-label': 'Figures' },
      tile('Operators', number(avs.operatorCount), `${count(avs.everOperatorCount)} ever`),
      tile('Operator sets', number(avs.operatorSetCount), ''),
      tile('Stake of its operators', money(avs.delegatedUsd, 'no price'), avs.unpricedOperatorCount ? `${many(avs.unpricedOperatorCount, 'operator')} without price` : 'all operators priced'),
      tile('Slashes', number(avs.slashingIncidents.totalCount), avs.slashingIncidents.nodes[0] ? `last on ${day(avs.slashingIncidents.nodes[0].slashedAt)}` : 'never')),
    h('div', { class: 'grid' },
      timeChart({
        title: 'Stake that it can slash', note: 'USD at the prices of each day: allocated to its operator sets, and the part that can be slashed', size: 'wide', format: usd, fromZero: true, days: days.map((each) => each.date),
        series: [{ name: 'Slashable', values: days.map((each) => each.slashableUsd) }, { name: 'Allocated', values: days.map((each) => each.allocatedUsd) }],
      }),
      chartCard({
        title: 'Slashable stake by operator set', size: 'wide', note: 'USD that each set can slash now',
        figures: { columns: ['set', 'members', 'slashable_usd', 'delegated_usd', 'slasher', 'recipient'], rows: avs.operatorSets.map((set) => [set.number, set.memberCount, orReason(set.slashableUsd, 'nothing valued'), orReason(set.delegatedUsd, 'no price'), orReason(set.slasher, slasherReason(set)), orReason(set.redistributionRecipient, 'burned')]) },
      }, avs.operatorSets.length ? bars(avs.operatorSets.map((set) => ({ name: `Set ${set.number}`, value: set.slashableUsd, series: 3, text: money(set.slashableUsd, 'nothing valued') })), { label: 'Slashable stake' }) : blank('This AVS has no operator set.'),
      dataTable({
        caption: 'Operator sets',
        columns: [
          { name: 'Set', cell: (set) => `Set ${set.number}` },
          { name: 'Members', number: true, cell: (set) => count(set.memberCount) },
          { name: 'Stake of members', number: true, cell: (set) => money(set.delegatedUsd, 'no price') },
          { name: 'Strategies', cell: (set) => h('span', { class: 'chips' }, set.strategies.slice(0, 6).map(strategyLink), set.strategies.length > 6 ? h('small', null, `and ${set.strategies.length - 6} more`) : null) },
          { name: 'Slashed by', cell: slasher },
          { name: 'Slashed stake goes to', cell: (set) => (set.isRedistributing ? copy(set.redistributionRecipient) : 'burned') },
          { name: 'Created', cell: (set) => (set.createdAt ? day(set.createdAt) : none('not seen')) },
        ],
        rows: avs.operatorSets, empty: 'This AVS has no operator set.',
      })),
      h('div', { class: 'column' },
      tableCard({
        title: 'Operators', note: `${count(avs.relationships.totalCount)} registered`, limit: 15,
        columns: [
          { name: 'Operator', cell: (each) => operatorLink(each.operator) },
          { name: 'TVS', number: true, cell: (each) => tvs(each.operator.state.tvsUsd, each.operator.state.tvsStatus) },
          { name: 'Sets', number: true, cell: (each) => count(each.operatorSetCount) },
          { name: 'Since', cell: (each) => day(each.registeredAt) },
        ],
        rows: avs.relationships.nodes, empty: 'No operator is registered.',
      }),
      chartCard({
        title: 'Slashes', note: `${count(avs.slashingIncidents.totalCount)} in all`, size: 'listing',
        figures: {
          columns: ['slashed_at', 'operator', 'set', 'strategy', 'wad_slashed', 'slashed_usd', 'description'],
          rows: avs.slashingIncidents.nodes.flatMap((each) => each.amounts.map((amount) => [each.slashedAt, each.operator.address, each.operatorSet.number, orReason(amount.strategy.symbol, 'symbol not known'), amount.wadSlashed, orReason(amount.slashedUsd, 'value not known'), orReason(each.description, 'none given')])),
        },
      }, avs.slashingIncidents.nodes.length ? h('ol', { class: 'feed' }, avs.slashingIncidents.nodes.map((each) => h('li', null,
          h('div', null, operatorLink(each.operator), ` by set ${each.operatorSet.number}, `, money(each.slashedUsd, 'value not known')),
          h('div', { class: 'amounts' }, each.amounts.map((amount) => h('span', { class: 'chip' }, symbolOf(amount.strategy), ` ${lost(amount.wadSlashed)}`))),
          h('small', null, time(each.slashedAt), ' · ', h('span', { dir: 'auto', class: 'free' }, each.description))))) : blank('This AVS has slashed nobody.')),
      submissionsCard(avs.rewardsSubmissions, avs.rewards)),
      h('div', { class: 'column' },
        rewardsByDay(avs.rewardsByDay, [['Stakers', 'stakersUsd'], ['Operators', 'operatorsUsd'], ['Back to the AVS', 'refundUsd']], 'What its submissions paid.'),
        earnedCard(avs.rewards, 'Returned to the AVS, because no operator could be paid', 'Nothing was returned to the AVS.'),
        rewardsExport(avs.address, newest)),
      rewardPreview(avs)),
  ];
});
