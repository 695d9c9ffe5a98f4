// Subscribes to the change feed while bench/follow writes it.
//   node bench/follow.mjs live URL SOCKETS WARM EVENTS until all sockets received all events; latency from commit to client of EVENTS after WARM
//   node bench/follow.mjs stalled URL SECONDS FIELD    reads nothing for SECONDS, then everything until the end
// Needs npm install in bench/clients.
import { createRequire } from 'node:module';
const WebSocket = createRequire(new URL('./clients/x.js', import.meta.url))('ws');

const [mode, url, ...rest] = process.argv.slice(2);
const documents = {
  operatorUpdated:
    'subscription { operatorUpdated { ... on OperatorUpdated { cursor at skipped } ... on Gap { cursor dropped } } }',
  analyticsPublished:
    'subscription { analyticsPublished { ... on AnalyticsPublished { cursor at } ... on Gap { cursor dropped } } }',
};

function follow(field, heard) {
  return new Promise((ready, failed) => {
    const socket = new WebSocket(url, 'graphql-transport-ws');
    socket.on('error', failed);
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    socket.on('message', (data) => {
      const message = JSON.parse(data);
      if (message.type === 'connection_ack') {
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: documents[field] } }));
        // subscriptions are not acknowledged, so wait a moment
        setTimeout(ready, 2_000, socket);
      } else if (message.type === 'next') {
        heard(message.payload.data[field]);
      } else if (message.type === 'error') {
        failed(new Error(JSON.stringify(message.payload)));
      } else if (message.type === 'ping') {
        socket.send('{"type":"pong"}');
      }
    });
  });
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]?.toFixed(0);

if (mode === 'live') {
  const [sockets, warm, events] = rest.map(Number);
  const took = [];
  let accounted = 0;
  const all = await Promise.all(
    Array.from({ length: sockets }, () => {
      let heard = 0;
      return follow('operatorUpdated', (event) => {
        const now = Date.now();
        heard += event.dropped ?? 1 + event.skipped;
        if (heard <= warm) return;
        accounted += event.dropped ?? 1 + event.skipped;
        if (event.at) took.push(now - Date.parse(event.at));
      });
    }),
  );
  console.log('following');
  for (let waited = 0; accounted < sockets * events && waited < 1_200; waited++) {
    await new Promise((done) => setTimeout(done, 100));
  }
  took.sort((a, b) => a - b);
  console.log(
    `${sockets} subscribers, ${events} events: ${accounted} of ${sockets * events} accounted for, ` +
      `${took.length} delivered one by one; commit to client p50 ${quantile(took, 0.5)} ms, p99 ${quantile(took, 0.99)} ms, max ${quantile(took, 1)} ms`,
  );
  all.forEach((socket) => socket.terminate());
  process.exit(accounted === sockets * events ? 0 : 1);
} else {
  const [seconds, field] = [Number(rest[0]), rest[1]];
  let delivered = 0;
  let omitted = 0;
  let gaps = 0;
  let last = Date.now();
  const socket = await follow(field, (event) => {
    last = Date.now();
    if (event.dropped === undefined) delivered++; else gaps++;
    omitted += event.dropped ?? event.skipped ?? 0;
  });
  socket.on('close', (code) => console.log(`closed with ${code}`));
  socket.pause();
  console.log('following');
  await new Promise((done) => setTimeout(done, seconds * 1_000));
  socket.resume();
  last = Date.now();
  while (Date.now() - last < 5_000) await new Promise((done) => setTimeout(done, 200));
  console.log(`${field}: ${delivered} delivered, ${omitted} omitted, ${gaps} gaps, ${delivered + omitted} accounted for`);
  socket.terminate();
}
