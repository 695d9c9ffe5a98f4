// Measures pages in one Chromium: node pages.mjs paint URL; node pages.mjs scroll URL DIR
//   paint   first contentful paint and compressed bytes of each page, median of three loads with an empty cache
//   scroll  scrolls through all operators with the mouse wheel, down, up and down, and finds the longest task of the page's main thread
import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';

const { chromium } = createRequire(new URL('../src/test/node/package.json', import.meta.url))('playwright-core');
const [kind, url, directory] = process.argv.slice(2);
const SIZE = { width: 1440, height: 900 };
const settled = (page) => page.waitForSelector('#page[aria-busy=false]', { timeout: 60000 });

async function ask(query) {
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
  return (await response.json()).data;
}

async function paths() {
  const { operators, strategies, avses, delegators } = await ask('{ operators(first: 4) { nodes { address } } strategies(first: 1) { nodes { address } } avses(first: 1) { nodes { address } } delegators(first: 1) { nodes { address } } }');
  const addresses = operators.nodes.map((each) => each.address);
  return ['/', '/operators', `/operators/${addresses[0]}`, `/compare?operators=${addresses}`, '/strategies', `/strategies/${strategies.nodes[0].address}`, '/avs',
    `/avs/${avses.nodes[0].address}`, `/delegators/${delegators.nodes[0].address}`, '/slashes', '/epochs', '/pipeline', '/developers'];
}

/** Loads a page with an empty cache. */
async function load(browser, path) {
  const context = await browser.newContext({ viewport: SIZE });
  const page = await context.newPage();
  const requests = [];
  page.on('requestfinished', (request) => requests.push(request));
  await page.goto(url + path);
  await settled(page);
  const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime);
  const sizes = await Promise.all(requests.map((request) => request.sizes()));
  await context.close();
  return { paint, bytes: sizes.reduce((sum, each) => sum + each.responseBodySize + each.responseHeadersSize, 0) };
}

async function paint(browser) {
  await load(browser, '/');
  console.log('| page | first contentful paint, ms | compressed, KB |\n|---|---|---|');
  for (const path of await paths()) {
    const loads = [];
    for (let i = 0; i < 3; i++) loads.push(await load(browser, path));
    loads.sort((a, b) => a.paint - b.paint);
    console.log(`| \`${path.replace(/0x[0-9a-f]{40}.*/, '…')}\` | ${loads[1].paint.toFixed(0)} | ${(Math.max(...loads.map((each) => each.bytes)) / 1024).toFixed(0)} |`);
  }
}

/** Tasks of the main thread that a trace has: by the clock, and by the time of the processor, which other processes do not change. */
function tasks(trace) {
  const { traceEvents } = JSON.parse(readFileSync(trace, 'utf8'));
  const main = new Set(traceEvents.filter((each) => each.name === 'thread_name' && each.args.name === 'CrRendererMain').map((each) => `${each.pid} ${each.tid}`));
  return traceEvents.filter((each) => each.name === 'RunTask' && each.ph === 'X' && main.has(`${each.pid} ${each.tid}`))
    .map((each) => ({ clock: each.dur / 1e3, cpu: each.tdur / 1e3 }));
}

async function scroll(browser) {
  const page = await (await browser.newContext({ viewport: SIZE })).newPage();
  const { operators } = await ask('{ operators(first: 1) { totalCount } }');
  await page.goto(`${url}/operators?status=all&rows=all`);
  await settled(page);
  const trace = `${directory}/trace.json`;
  await browser.startTracing(page, { path: trace, categories: ['toplevel', 'disabled-by-default-devtools.timeline', '-*'] });
  await page.mouse.move(SIZE.width / 2, SIZE.height / 2);
  const begun = Date.now();
  const wheel = async (by, done) => {
    while (!(await page.evaluate(done))) {
      await page.mouse.wheel(0, by);
      await page.waitForTimeout(16);
    }
  };
  const atEnd = () => /^All /.test(document.querySelector('.end').textContent) && scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
  await wheel(900, atEnd);
  await wheel(-900, () => scrollY === 0);
  await wheel(900, atEnd);
  const took = (Date.now() - begun) / 1000;
  await browser.stopTracing();
  const { rows, last } = await page.evaluate(() => ({
    rows: document.querySelectorAll('.table tbody tr:not([aria-hidden])').length,
    last: document.querySelector('.table tbody:last-of-type tr:last-child').getAttribute('aria-rowindex'),
  }));
  if (Number(last) !== Number(operators.totalCount) + 1) throw new Error(`the last row is ${last} of ${operators.totalCount}`);
  const all = tasks(trace);
  rmSync(trace);
  const longest = (time) => Math.max(...all.map((each) => each[time]));
  console.log('| rows | scrolling down, up and down, s | rows in the page at the end | tasks of the main thread over 50 ms | longest task, ms | of which on a processor, ms |\n|---|---|---|---|---|---|');
  console.log(`| ${operators.totalCount} | ${took.toFixed(0)} | ${rows} | ${all.filter((each) => each.clock > 50).length} of ${all.length} | ${longest('clock').toFixed(0)} | ${longest('cpu').toFixed(0)} |`);
}

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  await { paint, scroll }[kind](browser);
} finally {
  await browser.close();
}
