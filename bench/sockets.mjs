// Repeatedly opens sockets with subscriptions, receives the first event on each, and closes them.
//   node bench/sockets.mjs ws://127.0.0.1:8080/graphql 10000 10 200
// sockets in all, subscriptions on each, sockets open at once. Needs npm install in bench/clients; the
// server needs OPERATOR_ANALYTICS_SOCKETS_PER_CLIENT above the number of sockets open at once.
import { createRequire } from 'node:module';
const WebSocket = createRequire(new URL('./clients/x.js', import.meta.url))('ws');

const [url, sockets, each, atOnce] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const query =
  'subscription { operatorUpdated(after: "0") { ... on OperatorUpdated { cursor } ... on Gap { cursor } } }';
let opened = 0;
let failed = 0;
const took = [];

function one() {
  return new Promise((done) => {
    const began = performance.now();
    const heard = new Set();
    const socket = new WebSocket(url, 'graphql-transport-ws');
    let isOver = false;
    const end = (hasFailed) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      // half close properly, half just disconnect
      if (hasFailed || opened % 2) socket.terminate(); else socket.close();
      if (hasFailed) failed++; else { opened++; took.push(performance.now() - began); }
      done();
    };
    const timer = setTimeout(end, 60_000, true);
    socket.on('error', () => end(true));
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    socket.on('message', (data) => {
      const message = JSON.parse(data);
      if (message.type === 'connection_ack') {
        for (let i = 0; i < each; i++) {
          socket.send(JSON.stringify({ id: String(i), type: 'subscribe', payload: { query } }));
        }
      } else if (message.type === 'next' && heard.add(message.id).size === each) {
        end(false);
      }
    });
  });
}

let left = sockets;
await Promise.all(Array.from({ length: atOnce }, async () => { while (left-- > 0) await one(); }));
took.sort((a, b) => a - b);
console.log(`${opened} sockets, ${opened * each} subscriptions, ${failed} failed, p50 ${took[took.length >> 1]?.toFixed(0)} ms`);
