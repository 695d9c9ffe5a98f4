// Runs the public audits of GraphQL over HTTP against a running server: node audit.mjs http://127.0.0.1:8080/graphql
import { serverAudits } from 'graphql-http';

const url = process.argv[2];
let passed = 0;
let total = 0;
for (const audit of serverAudits({ url, fetchFn: fetch })) {
  const result = await audit.fn();
  total++;
  if (result.status === 'ok') passed++;
  else console.log(`${result.status} ${audit.id} ${audit.name}: ${result.reason}`);
}
console.log(`${passed} of ${total} audits pass`);
process.exit(passed === total ? 0 : 1);
