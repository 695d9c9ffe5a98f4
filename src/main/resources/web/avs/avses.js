import { h, state } from '../lib/dom.js';
import { bars, blank, chartCard } from '../lib/charts.js';
import { avsLink, count, day, money, nameOf, none, orReason } from '../lib/format.js';
import { heading, page } from '../lib/layout.js';
import { dataTable, pager } from '../lib/table.js';

const ORDERS = { operators: 'OPERATOR_COUNT', stake: 'DELEGATED_USD', name: 'NAME' };
const DEFAULT_ORDER = '-operators';

function orderBy() {
  const order = state.get('order', DEFAULT_ORDER);
  return [{ field: ORDERS[order.replace('-', '')] ?? 'OPERATOR_COUNT', direction: order.startsWith('-') ? 'DESC' : 'ASC' }];
}

/** What the operator sets of an AVS can slash; null without a set, and when nothing of it has a value. */
const slashable = ({ operatorSetCount, slashableUsd }) => (operatorSetCount ? slashableUsd : null);

const slashableReason = ({ operatorSetCount }) => (operatorSetCount ? 'nothing valued' : 'no operator set');

page(() => ({ where: state.get('name') ? { name: { contains: state.get('name') } } : {}, orderBy: orderBy(), first: 50, after: state.get('after') || null }), ({ avses }) => {
  const name = h('input', { type: 'search', name: 'name', value: state.get('name'), placeholder: 'Name', spellcheck: 'false' });
  const columns = [
    { name: 'AVS', order: 'name', ascends: true, cell: avsLink },
    { name: 'Operators', number: true, order: 'operators', cell: (each) => [count(each.operatorCount), h('small', null, ` of ${count(each.everOperatorCount)} ever`)] },
    { name: 'Operator sets', number: true, cell: (each) => count(each.operatorSetCount) },
    { name: 'Stake of its operators', number: true, order: 'stake', cell: (each) => money(each.delegatedUsd, 'no price') },
    { name: 'Slashable', number: true, cell: (each) => money(slashable(each), slashableReason(each)) },
    { name: 'Slashes', number: true, cell: (each) => count(each.slashingIncidents.totalCount) },
    { name: 'Last slash', cell: (each) => (each.slashingIncidents.nodes[0] ? day(each.slashingIncidents.nodes[0].slashedAt) : none('never')) },
  ];
  const exposed = avses.nodes.map((each) => ({ avs: each, usd: slashable(each) })).filter((each) => each.usd !== null).sort((a, b) => Number(b.usd) - Number(a.usd)).slice(0, 8);
  const largest = avses.nodes.filter((each) => each.delegatedUsd !== null).sort((a, b) => Number(b.delegatedUsd) - Number(a.delegatedUsd)).slice(0, 8);
  const figures = {
    columns: ['avs', 'name', 'operators', 'operator_sets', 'delegated_usd', 'slashable_usd', 'slashes'],
    rows: avses.nodes.map((each) => [each.address, orReason(each.metadata?.name, 'no name published'), each.operatorCount, each.operatorSetCount, orReason(each.delegatedUsd, 'no price'), orReason(slashable(each), slashableReason(each)), each.slashingIncidents.totalCount]),
  };
  return [
    heading('AVSs', 'Services that operators run, and the stake that they can slash.'),
    h('form', {
      class: 'toolbar', role: 'search', 'aria-label': 'Filters',
      onsubmit: (event) => {
        event.preventDefault();
        state.set({ name: name.value.trim(), after: '' });
      },
    }, h('label', null, 'Name', name), h('button', { class: 'secondary' }, 'Apply')),
    h('div', { class: 'grid' },
      chartCard({ title: 'AVSs by filter', size: 'wide listing', figures, exported: 'pages/export-avses' },
        dataTable({ caption: 'AVSs', columns, rows: avses.nodes, otherwise: DEFAULT_ORDER }), pager(avses.pageInfo, avses.totalCount, 'AVSs')),
      chartCard({ title: 'Stake of operators', note: 'USD that the operators of an AVS hold, whether or not it can slash it', figures: { columns: ['avs', 'delegated_usd'], rows: largest.map((each) => [nameOf(each), each.delegatedUsd]) } },
        bars(largest.map((each) => ({ name: nameOf(each), link: avsLink(each), value: each.delegatedUsd, text: money(each.delegatedUsd) })), { label: 'Stake of operators' })),
      chartCard({ title: 'Slashable stake', note: 'USD that the operator sets of an AVS can slash now', figures: { columns: ['avs', 'slashable_usd'], rows: exposed.map((each) => [nameOf(each.avs), each.usd]) } },
        exposed.length ? bars(exposed.map((each) => ({ name: nameOf(each.avs), link: avsLink(each.avs), value: each.usd, series: 3, text: money(each.usd) })), { label: 'Slashable stake' }) : blank('No operator set can slash anything that has a value.'))),
  ];
});
