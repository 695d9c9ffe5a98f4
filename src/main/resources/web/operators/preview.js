// What a slash would take: an operator set and a part, chosen by the reader.
import { h, state } from '../lib/dom.js';
import { blank } from '../lib/charts.js';
import { copy, count, delegatorLink, figure, lost, money, nameOf, strategyLink, words } from '../lib/format.js';
import { query } from '../lib/graphql.js';
import { tableCard } from '../lib/table.js';

/** A percentage such as 12.5 as a part of 10^18, exactly. */
function wad(percent) {
  const [whole, fraction = ''] = percent.split('.');
  return String(BigInt(whole || '0') * 10n ** 16n + BigInt(fraction.padEnd(16, '0').slice(0, 16)));
}

const shares = (value, status) => figure(value, (each) => count(Number(each) / 1e18), { unit: 'base units', reason: status === 'KNOWN' ? 'queued shares not known' : words(status) });

function result({ operator: { slashPreview: preview } }, variables) {
  if (!preview) return blank('No event names this operator set.');
  const taken = preview.totalLostUsd === null ? 'nothing that has a price' : money(preview.totalLostUsd);
  return h('div', { class: 'column' },
    h('p', null, preview.status === 'SLASHABLE' ? ['This slash would take ', taken, preview.unvaluedStrategyCount ? `, ${preview.unvaluedStrategyCount} strategies without value left out` : '', '. It is ',
      preview.isRedistributing ? ['sent to ', copy(preview.recipient)] : 'burned', '.'] : 'The operator set cannot slash the operator, so the amounts are 0.'),
    tableCard({
      title: 'Slash by strategy', note: 'As the contracts would compute it', document: 'slash-preview', variables,
      columns: [
        { name: 'Strategy', cell: (each) => strategyLink(each.strategy) },
        { name: 'Of the stake', number: true, cell: (each) => figure(each.wadSlashed, lost, { unit: 'of 10^18', reason: 'no stake is left' }) },
        { name: 'Shares', number: true, cell: (each) => shares(each.sharesLost, each.sharesStatus) },
        { name: 'Queued shares', number: true, cell: (each) => shares(each.queuedLost, each.sharesStatus) },
        { name: 'Value', number: true, cell: (each) => money(each.totalLostUsd, each.totalLost === null ? 'shares not known' : 'no price') },
      ],
      rows: preview.strategies, limit: 8, empty: 'Nothing of the operator is allocated to this operator set.',
    }),
    tableCard({
      title: 'Slash by delegator', note: `${count(preview.delegators.totalCount)} rows, the greatest loss first`, document: 'slash-preview', variables,
      columns: [
        { name: 'Delegator', cell: delegatorLink },
        { name: 'Strategy', cell: (each) => strategyLink(each.strategy) },
        { name: 'Shares', number: true, cell: (each) => shares(each.sharesLost, each.sharesStatus) },
        { name: 'Queued shares', number: true, cell: (each) => shares(each.queuedLost, each.sharesStatus) },
        { name: 'Value', number: true, cell: (each) => money(each.lostUsd, each.totalLost === null ? 'shares not known' : 'no price') },
      ],
      rows: preview.delegators.nodes, limit: 5, empty: 'No delegator would lose anything.',
    }));
}

/** A form whose choice is in the URL as preview=AVS-SET-PERCENT. */
export function slashPreview({ address, allocations }) {
  const sets = [...new Map(allocations.nodes.filter((each) => each.isSlashable).map(({ operatorSet: set }) => [`${set.avs.address}-${set.number}`, `${nameOf(set.avs).slice(0, 60)} set ${set.number}`]))];
  const [avs, number, percent = '10'] = state.get('preview').split('-');
  const asOf = state.get('asOf');
  const when = asOf ? `at the end of ${asOf}` : 'now';
  const place = h('div', { 'aria-live': 'polite' });
  const choose = h('select', { name: 'set' }, sets.map(([key, name]) => h('option', { value: key, selected: key === `${avs}-${number}` }, name)));
  const part = h('input', { name: 'percent', type: 'number', min: '0', max: '100', step: 'any', required: true, value: percent });
  const run = async () => {
    const [chosenAvs, chosenNumber] = choose.value.split('-');
    const variables = { address, avs: chosenAvs, number: chosenNumber, wad: wad(part.value), ...(asOf ? { asOf: { date: asOf } } : {}) };
    place.replaceChildren(blank('Computing…'));
    try {
      place.replaceChildren(result((await query('slash-preview', variables)).data, variables));
    } catch (error) {
      place.replaceChildren(blank(`${error.message} ${error.advice ?? ''}`));
    }
  };
  const card = h('section', { class: 'card', 'aria-label': 'Slash preview' },
    h('div', { class: 'card-head' }, h('div', null, h('h2', null, 'Slash preview'), h('p', { class: 'note' }, `What a slash of a part of an allocation would take ${when}`))));
  if (!sets.length) card.append(blank(`No operator set can slash this operator ${when}.`));
  else {
    card.append(h('form', {
      class: 'toolbar',
      onsubmit: (event) => {
        event.preventDefault();
        state.keep({ preview: `${choose.value}-${part.value}` });
        run();
      },
    }, h('label', null, 'Operator set', choose), h('label', null, 'Part of the allocation, %', part), h('button', { class: 'secondary' }, 'Preview')), place);
    if (avs) run();
  }
  return card;
}
