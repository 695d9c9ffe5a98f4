// Queries a running server with every client that dashboards use: node clients.mjs http://127.0.0.1:8080/graphql
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Client, fetchExchange, gql as urqlGql } from '@urql/core';
import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client/core';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLClient } from 'graphql-request';

const url = process.argv[2] ?? 'http://127.0.0.1:8080/graphql';
const text = 'query Largest($first: Int!) { operators(first: $first) { nodes { id address state { tvsUsd } } } }';
const variables = { first: 3 };
const expected = (await (await fetch(url, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ query: text, variables }),
})).json()).data.operators.nodes;
assert.equal(expected.length, 3);

const rows = (nodes) => nodes.map(({ id, address, state }) => ({ id, address, state: { tvsUsd: state.tvsUsd } }));
const requests = [];
const watched = async (input, init) => {
  const response = await fetch(input, init);
  requests.push({ method: init?.method ?? 'GET', url: String(input), status: response.status });
  return response;
};
async function check(name, ask, method) {
  requests.length = 0;
  assert.deepEqual(rows(await ask()), expected);
  for (const request of requests) assert.equal(request.method, method, name);
  console.log(`${name}: ok, ${requests.map((request) => `${request.method} ${request.status}`).join(', ')}`);
}

for (const preferGetMethod of [false, 'force']) {
  const client = new Client({ url, fetch: watched, preferGetMethod, exchanges: [fetchExchange] });
  await check(`urql ${preferGetMethod ? 'GET' : 'POST'}`, async () => {
    const result = await client.query(urqlGql(text), variables).toPromise();
    assert.equal(result.error, undefined);
    return result.data.operators.nodes;
  }, preferGetMethod ? 'GET' : 'POST');
}

const apollo = (link) => new ApolloClient({ link, cache: new InMemoryCache() });
await check('Apollo Client', async () => {
  const { data } = await apollo(new HttpLink({ uri: url, fetch: watched })).query({ query: gql(text), variables });
  return data.operators.nodes;
}, 'POST');

// a new document, so that its hash is unknown at first
const fresh = text.replace('Largest', `Largest${Date.now()}`);
const persisted = new PersistedQueryLink({
  useGETForHashedQueries: true,
  sha256: (document) => createHash('sha256').update(document).digest('hex'),
});
const withHashes = () => apollo(persisted.concat(new HttpLink({ uri: url, fetch: watched, useGETForQueries: true })));
for (const time of ['first', 'again']) {
  await check(`Apollo persisted queries over GET, ${time}`, async () => {
    const { data } = await withHashes().query({ query: gql(fresh), variables });
    return data.operators.nodes;
  }, 'GET');
}
assert.equal(requests.length, 1);
assert.ok(!requests[0].url.includes('query='), 'the second time only the hash is sent');

await check('graphql-request', async () =>
  (await new GraphQLClient(url, { fetch: watched }).request(text, variables)).operators.nodes, 'POST');
