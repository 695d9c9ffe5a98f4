import { h, state } from '../lib/dom.js';
import { chartCard, sparkline } from '../lib/charts.js';
import { count, figure, money, none, orReason, strategyLink, strategyName, title, tvs, words } from '../lib/format.js';
import { daysBefore, heading, page } from '../lib/layout.js';
import { dataTable, pager } from '../lib/table.js';

const ORDERS = { tvs: 'TVS_USD', operators: 'OPERATOR_COUNT', symbol: 'SYMBOL' };
const DEFAULT_ORDER = '-tvs';

function orderBy() {
  const order = state.get('order', DEFAULT_ORDER);
  return [{ field: ORDERS[order.replace('-', '')] ?? 'TVS_USD', direction: order.startsWith('-') ? 'DESC' : 'ASC' }];
}

page(({ newestDay }) => ({
  where: state.get('symbol') ? { symbol: { contains: state.get('symbol') } } : {}, orderBy: orderBy(), first: 50, after: state.get('after') || null, from: daysBefore(newestDay, 30),
}), ({ strategies }) => {
  const symbol = h('input', { type: 'search', name: 'symbol', value: state.get('symbol'), placeholder: 'Symbol', spellcheck: 'false' });
  const columns = [
    { name: 'Strategy', order: 'symbol', ascends: true, cell: strategyLink },
    { name: 'Category', cell: (each) => (each.category ? title(each.category) : none('not imported')) },
    { name: 'TVS', number: true, order: 'tvs', cell: (each) => tvs(each.tvsUsd, each.unknownOperatorCount ? 'UNKNOWN_SHARES' : 'MISSING_PRICE') },
    { name: 'Trend', cell: (each) => sparkline(each.dailySnapshots.map((day) => day.tvsUsd), 'TVS in 30 days') },
    { name: 'Price', number: true, cell: (each) => money(each.priceUsd, 'no price') },
    { name: 'Tokens per share', number: true, cell: (each) => [figure(each.exchangeRate, (rate) => Number(rate).toFixed(4), { reason: 'no rate' }), each.rateStatus === 'RATE_ASSUMED' ? h('abbr', { class: 'partial', title: words(each.rateStatus) }, 'assumed') : null] },
    { name: 'Operators', number: true, order: 'operators', cell: (each) => count(each.operatorCount) },
    { name: 'Delegators', number: true, cell: (each) => count(each.delegatorCount) },
  ];
  return [
    heading('Strategies', 'What stakers deposit, what it is worth, and who holds it.'),
    h('form', {
      class: 'toolbar', role: 'search', 'aria-label': 'Filters',
      onsubmit: (event) => {
        event.preventDefault();
        state.set({ symbol: symbol.value.trim(), after: '' });
      },
    }, h('label', null, 'Symbol', symbol), h('button', { class: 'secondary' }, 'Apply')),
    chartCard({
      title: 'Strategies by filter', size: 'wide listing', exported: 'pages/export-strategies',
      figures: {
        columns: ['strategy', 'symbol', 'category', 'tvs_usd', 'price_usd', 'exchange_rate', 'operators', 'delegators'],
        rows: strategies.nodes.map((each) => [each.address, strategyName(each), orReason(each.category, 'not imported'), orReason(each.tvsUsd, each.unknownOperatorCount ? 'shares not known' : 'no price'), orReason(each.priceUsd, 'no price'), orReason(each.exchangeRate, 'no rate'), each.operatorCount, each.delegatorCount]),
      },
    }, dataTable({ caption: 'Strategies', columns, rows: strategies.nodes, otherwise: DEFAULT_ORDER }), pager(strategies.pageInfo, strategies.totalCount, 'strategies')),
  ];
});
