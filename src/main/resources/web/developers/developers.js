import { h } from '../lib/dom.js';
import { count, exact, link, title } from '../lib/format.js';
import { graphiql, heading, page } from '../lib/layout.js';
import { tableCard } from '../lib/table.js';

const ENDPOINTS = [
  ['graphql', 'POST, GET', 'GraphQL over HTTP; persisted documents, ETags, gzip'],
  ['graphql/stream', 'POST, GET', 'Subscriptions over server-sent events'],
  ['graphql', 'WebSocket', 'Subscriptions by graphql-transport-ws'],
  ['schema.graphqls', 'GET', 'The schema, with a description of every field'],
  ['graphiql', 'GET', 'GraphiQL with an example document for each page'],
  ['api/v1/operators/{id}/stats', 'GET', 'Figures of one operator'],
  ['api/epochs', 'GET', 'Epochs as rows, by limit and sample'],
  ['api/epochs-v2', 'GET', 'The same with meta in each row'],
  ['api/summary', 'GET', 'Summary of the epochs'],
  ['graphql/export.csv', 'POST, GET', 'All rows of the list that a query selects, as CSV; .jsonl for JSON lines'],
  ['api/exports/share-prices.csv', 'GET', 'Share prices as CSV; .jsonl for JSON lines'],
  ['prometheus', 'GET', 'Metrics'],
  ['health', 'GET', 'Health, also /health/readiness and /health/liveness'],
];
const DOCUMENTS = ['network-page', 'operators-table', 'operator-page', 'operator-delegators', 'slash-preview', 'comparison', 'strategies-table', 'strategy-page', 'avses-table', 'avs-page', 'reward-preview', 'delegator-page', 'slashes', 'epochs-chart', 'pipeline-status', 'search', 'caller'];
const words = (name) => title(name.replace(/([A-Z])/g, '_$1').replace(/^max_/, 'maximum_'));

page(() => ({}), ({ serviceConfig }) => [
  heading('For developers', 'Pages read only the API. Everything that they show can be asked for.', h('a', { class: 'primary', href: link('graphiql') }, 'Open GraphiQL'), h('a', { class: 'secondary', href: link('schema.graphqls') }, 'Schema')),
  h('div', { class: 'grid' },
    tableCard({
      title: 'Endpoints', size: 'wide',
      columns: [
        { name: 'Path', cell: ([path]) => h('code', null, new URL(link(path)).pathname.replaceAll('%7B', '{').replaceAll('%7D', '}')) },
        { name: 'By', cell: ([, method]) => method },
        { name: 'Serves', cell: ([, , what]) => what },
      ],
      rows: ENDPOINTS,
    }),
    h('section', { class: 'card' }, h('div', { class: 'card-head' }, h('div', null, h('h2', null, 'Documents of the pages'), h('p', { class: 'note' }, 'Each opens in GraphiQL'))),
      h('ul', { class: 'links' }, DOCUMENTS.map((name) => h('li', null, h('a', { href: graphiql(name, {}) }, title(name.replaceAll('-', '_'))))))),
    tableCard({
      title: 'Limits', note: serviceConfig.isKeyRequired ? 'Reading needs a key' : 'Reading needs no key',
      columns: [{ name: 'Limit', cell: ([name]) => words(name) }, { name: 'Value', number: true, cell: ([, value]) => h('span', { title: exact(value) }, count(value)) }],
      rows: Object.entries(serviceConfig).filter(([name]) => name !== 'isKeyRequired'),
    })),
]);
