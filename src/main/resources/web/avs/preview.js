// Who would receive what of a pool of rewards that the AVS plans: terms chosen by the reader.
import { h, menu, state } from '../lib/dom.js';
import { blank } from '../lib/charts.js';
import { bips, copy, count, figure, many, none, operatorLink, short, strategyName, words } from '../lib/format.js';
import { query } from '../lib/graphql.js';
import { tableCard } from '../lib/table.js';

const ONE = 10n ** 18n;
const KINDS = [['AVS', 'All operators of the AVS'], ['TOTAL_STAKE', 'An operator set, by delegated stake'], ['UNIQUE_STAKE', 'An operator set, by allocated stake']];

/** A decimal number such as 1.5 as a part of 10^18, exactly. */
function units(text) {
  const [whole, fraction = ''] = text.split('.');
  return String(BigInt(whole || '0') * ONE + BigInt(fraction.padEnd(18, '0').slice(0, 18)));
}

const decimal = (amount) => String(Number(amount) / 1e18);
const amount = (value) => figure(value, (each) => short(Number(each) / 1e18), { unit: 'base units' });

function result({ rewardPreview: preview }, variables) {
  const rough = preview.exactness === 'EXACT' ? '' : ` Approximate: ${words(preview.approximateReason)}.`;
  return h('div', { class: 'column' },
    h('p', null, 'Each of ', many(preview.days, 'day'), ' pays ', amount(preview.tokensPerDay), ' tokens: ', amount(preview.stakersAmount), ' to stakers, ', amount(preview.operatorsAmount), ' to operators, ',
      amount(preview.refundAmount), ' back to the AVS, ', amount(preview.unpaidAmount), ` to nobody. By the stakes of ${preview.date}.${rough}`),
    tableCard({
      title: 'Planned rewards by operator', note: `${count(preview.operators.totalCount)} operators for a day, the most for stakers first`, document: 'reward-preview', variables,
      columns: [
        { name: 'Operator', cell: (each) => (each.operator ? operatorLink(each.operator) : each.address ? copy(each.address) : none('nobody')) },
        { name: 'Stakers', number: true, cell: (each) => amount(each.stakersAmount) },
        { name: 'Operator itself', number: true, cell: (each) => amount(each.operatorAmount) },
        { name: 'Commission', number: true, cell: (each) => figure(each.commissionBips, bips, { unit: 'bips', reason: 'no part in the day' }) },
        { name: 'Back to the AVS', number: true, cell: (each) => amount(each.refundAmount) },
      ],
      rows: preview.operators.nodes, limit: 8, empty: 'No operator would receive anything.',
    }),
    tableCard({
      title: 'Planned rewards by earner', note: `${count(preview.earners.totalCount)} addresses for a day, the most first`, document: 'reward-preview', variables,
      columns: [
        { name: 'Earner', cell: (each) => copy(each.earner) },
        { name: 'Tokens', number: true, cell: (each) => amount(each.amount) },
      ],
      rows: preview.earners.nodes, limit: 5, empty: 'Nobody would receive anything.',
    }));
}

/** The pool that the URL has, if it has one. */
function chosen() {
  try {
    return JSON.parse(state.get('pool') || 'null');
  } catch {
    return null;
  }
}

/** A form whose choice is in the URL as pool=JSON, the variable of the query. */
export function rewardPreview({ address, operatorSets, rewardsSubmissions }) {
  const known = chosen();
  const { kind: latestKind, operatorSetId, strategies: latest } = rewardsSubmissions.nodes.find((each) => KINDS.some(([value]) => value === each.kind)) ?? { kind: operatorSets.length ? 'TOTAL_STAKE' : 'AVS', operatorSetId: null, strategies: [] };
  const latestSet = operatorSetId?.split('-')[1];
  const multipliers = new Map((known?.strategies ?? latest).map((each) => [each.strategy, each.multiplier]));
  const names = new Map([...latest.map((each) => [each.strategy, strategyName({ address: each.strategy })]), ...operatorSets.flatMap((set) => set.strategies).map((each) => [each.address, strategyName(each)])]);
  const kinds = operatorSets.length ? KINDS : KINDS.slice(0, 1);
  const place = h('div', { 'aria-live': 'polite' });
  const kind = h('select', { name: 'kind' }, kinds.map(([value, name]) => h('option', { value, selected: value === (known?.kind ?? latestKind) }, name)));
  const set = h('select', { name: 'operatorSet' }, operatorSets.map((each) => h('option', { value: each.number, selected: String(each.number) === String(known?.operatorSet ?? latestSet) }, `Set ${each.number}`)));
  const setLabel = h('label', null, 'Operator set', set);
  const isOfSet = () => { setLabel.hidden = kind.value === 'AVS'; };
  kind.addEventListener('change', isOfSet);
  isOfSet();
  const pool = h('input', { name: 'amount', type: 'number', min: '0', step: 'any', required: true, value: known ? decimal(known.amount) : '1000' });
  const days = h('input', { name: 'days', type: 'number', min: '1', max: '730', required: true, value: known?.days ?? '7' });
  const weights = [...names].map(([strategy, name]) => {
    const multiplier = multipliers.get(strategy);
    return {
      strategy,
      name,
      input: h('input', { type: 'number', min: '0', step: 'any', value: multiplier ? decimal(multiplier) : multipliers.size ? '' : '1', 'aria-label': `Multiplier of ${name}`.slice(0, 80), placeholder: 'none' }),
    };
  });
  const run = async (value) => {
    const variables = { pool: value };
    place.replaceChildren(blank('Computing…'));
    try {
      place.replaceChildren(result((await query('reward-preview', variables)).data, variables));
    } catch (error) {
      place.replaceChildren(blank(`${error.message} ${error.advice ?? ''}`));
    }
  };
  const card = h('section', { class: 'card wide', 'aria-label': 'Reward preview' },
    h('div', { class: 'card-head' }, h('div', null, h('h2', null, 'Reward preview'), h('p', { class: 'note' }, 'Who would receive what of a pool that the AVS plans, for one day, after the protocol fee; tokens with 18 decimals'))));
  if (!names.size) {
    card.append(blank('No event names strategies of this AVS.'));
    return card;
  }
  card.append(h('form', {
    class: 'toolbar',
    onsubmit: (event) => {
      event.preventDefault();
      const strategies = weights.filter((each) => Number(each.input.value) > 0).map((each) => ({ strategy: each.strategy, multiplier: units(each.input.value) }));
      const value = {
        kind: kind.value, avs: address, ...(kind.value === 'AVS' ? {} : { operatorSet: set.value }),
        strategies, amount: units(pool.value), days: Number(days.value),
      };
      state.keep({ pool: JSON.stringify(value) });
      run(value);
    },
  }, h('label', null, 'Pays', kind), setLabel, h('label', null, 'Tokens', pool), h('label', null, 'Days', days),
  menu('Multipliers of strategies', weights.map((each) => h('label', { class: 'weight' }, h('span', { class: 'name', dir: 'auto' }, each.name), each.input))),
  h('button', { class: 'secondary' }, 'Preview')), place);
  if (known) run(known);
  return card;
}
