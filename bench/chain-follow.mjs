// Blocks of Anvil, one a second, each with a change of one operator, and a subscriber of the server that reads them.
//   node bench/chain-follow.mjs node PORT NETWORK               starts Anvil, places the contracts, writes the network file, waits
//   node --experimental-websocket bench/chain-follow.mjs measure PORT URL BLOCKS
//                                                               time from the announcement of a block to the subscriber's event
// Needs npm ci --ignore-scripts --prefix src/test/node.
import { spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';

const [mode, port, ...rest] = process.argv.slice(2);
const node = `http://127.0.0.1:${port}`;
const OPERATORS = 50;
const names = ['DelegationManager', 'StrategyManager', 'AllocationManager', 'EigenPodManager'];
const address = (number) => '0x' + number.toString(16).padStart(40, '0');
const word = (number) => number.toString(16).padStart(64, '0');
const manager = address(0x1000);
const operator = (index) => address(0xa000 + index);
// turns its call data into a log: number of topics, four topics, data
const EMITTER =
  '0x60a036038060a060003760003580600214602b578060031460395780600414604b5750602035906000a1005b5060403590602035' +
  '906000a2005b506060359060403590602035906000a3005b50608035906060359060403590602035906000a400';
const topics = {
  OperatorRegistered: '0xa453db612af59e5521d6ab9284dc3e2d06af286eb1b1b7b771fce4716c19f2c1',
  OperatorSharesIncreased: '0x1ec042c965e2edd7107b51188ee0f383e22e76179041ab3a9d18ff151405166c',
};

async function call(method, ...params) {
  const answer = await fetch(node, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = await answer.json();
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}

let sender;
function emit(...data) {
  return call('eth_sendTransaction', { from: sender, to: manager, gas: '0x186a0', data: '0x' + data.join('') });
}

const emitShares = (index, shares) =>
  emit(
    word(2), topics.OperatorSharesIncreased.slice(2), word(0xa000 + index), word(0), word(0),
    word(0xb000 + index), word(0xc000), word(shares),
  );

if (mode === 'node') {
  const home = 'src/test/node/node_modules/@foundry-rs';
  const program = `${home}/${readdirSync(home).find((name) => name.startsWith('anvil-'))}/bin/anvil`;
  const anvil = spawn(program, ['--port', port, '--block-time', '1', '--slots-in-an-epoch', '1', '--silent']);
  process.on('SIGTERM', () => anvil.kill());
  anvil.on('exit', () => process.exit());
  for (let tries = 0; tries < 100; tries++) {
    try {
      await call('eth_chainId');
      break;
    } catch {
      await new Promise((done) => setTimeout(done, 100));
    }
  }
  [sender] = await call('eth_accounts');
  for (const [index] of names.entries()) await call('anvil_setCode', address(0x1000 + index), EMITTER);
  for (let index = 0; index < OPERATORS; index++) {
    await emit(word(2), topics.OperatorRegistered.slice(2), word(0xa000 + index), word(0), word(0), word(0));
    await emitShares(index, 1);
  }
  writeFileSync(
    rest[0],
    'name: anvil\nchainId: 31337\nfirstBlock: 0\nslotSeconds: 1\nwithdrawalDelayBlocks: 40\n' +
      'deallocationDelayBlocks: 40\nallocationConfigurationDelayBlocks: 15\ncontracts:\n' +
      names.map((name, index) => `  ${name}: "${address(0x1000 + index)}"\n`).join(''),
  );
  console.log('mining');
} else {
  const [url, blocks] = rest;
  [sender] = await call('eth_accounts');
  const changedAt = new Map();
  const took = [];
  const server = new WebSocket(url, 'graphql-transport-ws');
  server.onopen = () => server.send('{"type":"connection_init"}');
  await new Promise((ready, failed) => {
    server.onerror = failed;
    server.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === 'connection_ack') {
        const query = 'subscription { operatorUpdated { ... on OperatorUpdated { skipped operator { address } } } }';
        server.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
        setTimeout(ready, 2_000);
      } else if (message.type === 'next') {
        const at = changedAt.get(message.payload.data.operatorUpdated.operator?.address);
        if (at) took.push(Date.now() - at);
        changedAt.delete(message.payload.data.operatorUpdated.operator?.address);
      } else if (message.type === 'ping') {
        server.send('{"type":"pong"}');
      } else if (message.type === 'error') {
        failed(new Error(data));
      }
    };
  });
  const heads = new WebSocket(`ws://127.0.0.1:${port}`);
  heads.onopen = () => heads.send('{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}');
  let block = 0;
  await new Promise((done) => {
    heads.onmessage = ({ data }) => {
      if (!JSON.parse(data).params) return;
      if (block > 0) changedAt.set(operator((block - 1) % OPERATORS), Date.now());
      if (block === Number(blocks)) return done();
      emitShares(block % OPERATORS, 1_000 + block++);
    };
  });
  for (let waited = 0; changedAt.size > 0 && waited < 600; waited++) await new Promise((done) => setTimeout(done, 100));
  took.sort((a, b) => a - b);
  const quantile = (q) => took[Math.min(took.length - 1, Math.floor(took.length * q))];
  console.log(
    `${took.length} of ${blocks} blocks; block to subscriber p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms, max ${took.at(-1)} ms`,
  );
  process.exit(took.length === Number(blocks) ? 0 : 1);
}
