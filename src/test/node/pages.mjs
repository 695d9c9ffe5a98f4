// Opens every page in one Chromium, several at once: node pages.mjs URL LOCKED_URL TOKEN
// ONLY=TEXT runs only the pages and scenarios whose names contain the text.
// Writes screenshots of the pages of a demo instead: node pages.mjs URL "" "" docs/pages
import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const [url, lockedUrl, token, screenshots] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const MAX_BYTES = 120 * 1024;
const MAX_PAINT = 1000;
const MAX_SCREENSHOT = 150 * 1000;
const AT_ONCE = 3;
const SIZES = [[1440, 900, 'light', 'dark'], [390, 844, 'dark', 'light']];

let failures = 0;
const links = new Map();

function check(holds, what) {
  if (!holds) {
    failures++;
    console.log(`FAILED ${what}`);
  }
}

/** The data of a document. */
async function ask(query, variables = {}) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }),
  });
  return (await response.json()).data;
}

/** A new window that notes what a page must not do. */
async function open(browser, base, [width, height, colorScheme] = [1440, 900, 'light']) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const noted = { bytes: 0, complaints: [], hosts: new Set() };
  page.on('console', (message) => {
    if (message.type() === 'error') noted.complaints.push(message.text());
  });
  page.on('pageerror', (error) => noted.complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    noted.complaints.push(`dialog ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on('request', (request) => {
    if (/^(https?|wss?):/.test(request.url())) noted.hosts.add(new URL(request.url()).host);
  });
  page.on('requestfinished', async (request) => {
    const sizes = await request.sizes().catch(() => null);
    noted.bytes += (sizes?.responseBodySize ?? 0) + (sizes?.responseHeadersSize ?? 0);
  });
  const go = async (path) => {
    await page.goto(base + path);
    await settled(page);
  };
  const close = async (name) => {
    check(noted.complaints.length === 0, `${name}: the console has ${noted.complaints.join(' | ')}`);
    check([...noted.hosts].every((host) => host === new URL(base).host), `${name}: requests to ${[...noted.hosts]}`);
    await context.close();
  };
  return { page, noted, go, close };
}

const settled = (page) => page.waitForSelector('#page[aria-busy=false]', { timeout: 20000 });

/** Waits until charts have followed a change of the window. */
const drawn = (page) => page.evaluate(() => new Promise((resume) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resume)))));

/** The charts of the page that show no marks and do not say why. */
const emptyCharts = (page) => page.evaluate(() => [...document.querySelectorAll('.chart:not(.listing)')].filter((chart) => {
  const canvas = chart.querySelector('canvas');
  if (canvas) {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const colors = new Set();
    for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200) colors.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
    return colors.size < 3;
  }
  return !chart.querySelector('svg :is(path, rect:not(.track), circle, line), .blank');
}).map((chart) => chart.getAttribute('aria-label')));

/** Runs axe; a theme differs from the other one in colours only, so the rules about these suffice for the second. */
async function accessible(page, name, isFirstTheme) {
  const found = await page.evaluate((rules) => globalThis.axe.run(document, { resultTypes: ['violations'], ...(rules ? { runOnly: rules } : {}) }), isFirstTheme ? null : ['color-contrast', 'link-in-text-block']);
  for (const each of found.violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))) {
    check(false, `${name}: ${each.id} at ${each.nodes.slice(0, 3).map((node) => `${node.target} ${node.any[0]?.message ?? ''}`).join('; ')}`);
  }
}

/** Texts became neither elements nor links, and do not widen the page. */
async function isText(page, name, width) {
  check(!(await page.$(':is(#page, header, footer) :is(script, iframe, img:not([alt=""])), a[href^="javascript:" i]')), `${name}: markup became elements`);
  const scroll = await page.evaluate(() => document.documentElement.scrollWidth);
  check(scroll <= width, `${name}: ${scroll} px wide in a window of ${width}`);
}

/** The lines of the CSV of a chart. */
async function saved(page, title) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(`.chart[aria-label="${title}"] button:text-is("CSV")`)]);
  return readFileSync(await download.path(), 'utf8').trim().split(/\r?\n/);
}

async function looksRight(page, name, width) {
  await isText(page, name, width);
  const empty = await emptyCharts(page);
  check(empty.length === 0, `${name}: no marks in ${empty}`);
}

const NUMBER = /^[-−]?\d[\d,]*(\.\d+)?$/;
const INSTANT = /^\d{4}-\d\d-\d\dT/;
/** Texts of the test data, which must be shown as texts. */
const BAD_TEXTS = ['<img src=x onerror=alert(1)><script>alert(2)</script>', '\u202Egnidaer\u202C اسم المشغل', 'W'.repeat(5000)];

/** A number without separators, sign of typography and zeros at its end. */
const plain = (text) => text.replaceAll(',', '').replace('−', '-').replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
const normal = (value) => (NUMBER.test(value) ? plain(String(value)) : String(value));
const isObject = (value) => value !== null && typeof value === 'object';

/** All scalars of a JSON value, and the lengths of its lists. */
const leaves = (value) => (isObject(value) ? [...Object.values(value).flatMap(leaves), ...(Array.isArray(value) ? [String(value.length)] : [])] : value === null ? [] : [normal(value)]);

/** All lists of a JSON value, at any depth. */
const lists = (value) => (isObject(value) ? [...(Array.isArray(value) ? [value] : []), ...Object.values(value).flatMap(lists)] : []);

/** The scalar fields of an element of a list, by path. */
const fields = (value, path = '') => (isObject(value) ? Object.entries(value).flatMap(([name, each]) => (Array.isArray(each) && isObject(each[0]) ? [] : fields(each, `${path}.${name}`))) : [[path, value]]);

/** The values of a list, or of each field of its elements. */
function sequencesOf(list) {
  const found = new Map([['', list.filter((each) => each !== null && !isObject(each)).map(normal)]]);
  for (const [path, value] of list.filter(isObject).flatMap((each) => fields(each))) {
    if (!found.has(path)) found.set(path, []);
    if (value !== null) found.get(path).push(normal(value));
  }
  return [...found.values()];
}

const DIGITS = 40;
/** A decimal number in units of 10^-40. */
function units(text) {
  const [whole, fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(DIGITS, '0'));
}

/** Sums of one or two fields of the elements of each list, over all and over those with an equal field or day, and their counts. */
function sums(answers) {
  const found = new Set();
  for (const list of lists(answers)) {
    const groups = new Map();
    for (const each of list.filter(isObject)) {
      const scalars = fields(each);
      const numbers = scalars.filter(([, value]) => value !== null && NUMBER.test(value));
      const keys = scalars.flatMap(([path, value]) => [`${path} ${value}`, ...(INSTANT.test(value) ? [`${path} ${value.slice(0, 10)}`] : [])]);
      for (const key of ['', ...keys]) {
        const group = groups.get(key) ?? groups.set(key, { count: 0, sums: new Map() }).get(key);
        group.count++;
        for (const [path, value] of numbers) group.sums.set(path, (group.sums.get(path) ?? 0n) + units(normal(value)));
      }
    }
    for (const { count, sums: byField } of groups.values()) {
      const all = [...byField.values()];
      found.add(units(String(count)));
      all.forEach((one, index) => [0n, ...all.slice(index + 1)].forEach((other) => found.add(one + other)));
    }
  }
  return found;
}

/** Whether values appear in a sequence in their order. */
function isPart(values, sequence) {
  let at = 0;
  for (const each of sequence) if (values[at] === each) at++;
  return at >= values.length;
}

const isNear = (one, other) => Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(other));

/** Columns of tables that a page computes, by title: takes them away where they follow from the others. */
const COMPUTED = {
  'TVS by strategy': (rows, { known, note }) => {
    if (rows[0]?.[0] !== 'date' || rows[0].at(-1) !== 'All others') return rows;
    const isWhole = rows.slice(1).every(([, ...values]) => {
      const total = values.filter((value) => NUMBER.test(value)).reduce((sum, value) => sum + units(plain(value)), 0n);
      return [...known].some((value) => NUMBER.test(value) && units(value) === total);
    });
    if (!isWhole) note('the rest and the strategies are not the total');
    return rows.map((row) => row.slice(0, -1));
  },
  'TVS on a common base': (rows, { tables, note }) => {
    const days = new Map(tables.find((each) => each.title === 'TVS').rows.map((row) => [row[0], row]));
    const first = days.get(rows[1][0]);
    const isRebased = rows.slice(1).every((row) => row.slice(1).every((value, index) => isNear(Number(value), (Number(plain(days.get(row[0])[index + 1])) / Number(plain(first[index + 1]))) * 100)));
    if (!isRebased) note('the values are not those of TVS on a common base');
    return [];
  },
  Delegators: (rows, { known, note }) => {
    const at = rows[0].indexOf('share_up_to_here');
    if (at < 0) return rows;
    let sum = 0;
    const totals = rows.slice(1).map((row) => (sum += Number(plain(row[1]))) / Number(row[at]));
    if (!totals.every((each) => isNear(each, totals[0])) || ![...known].some((value) => isNear(Number(value), totals[0]))) note('the shares are not those of the TVS');
    return rows.map((row) => row.toSpliced(at, 1));
  },
  'Risk score': (rows, { known, note }) => {
    const [, , spread] = rows.find(([part]) => part === 'spread of delegators');
    if (!known.has(normal(spread))) note(`a spread of ${spread}`);
    // the weights are those of the formula
    return rows.filter(([part]) => part !== 'spread of delegators').map((row) => row.toSpliced(1, 1));
  },
};

/** The answers to the queries that the charts of a page offer. */
async function offered(page) {
  const all = new Set(await page.$$eval('.chart .tools a[href*="graphiql?"]', (found) => found.map((each) => each.href)));
  return Promise.all([...all].map(async (href) => {
    const { document, query, variables } = Object.fromEntries(new URL(href).searchParams);
    return ask(query ?? readFileSync(new URL(`../../../docs/queries/${document}.graphql`, import.meta.url), 'utf8'), JSON.parse(variables));
  }));
}

/** What a page shows: exact values on hover, texts that are numbers, instants, addresses, lines and tables of charts. */
const everything = (page) => page.evaluate((source) => {
  const number = new RegExp(source);
  const all = (selector, read) => [...document.querySelectorAll(`#page ${selector}`)].map((each) => [each.closest('[aria-label]')?.getAttribute('aria-label'), ...[read(each)].flat()]);
  return {
    hovered: all('[title]', (each) => [each.title.split(' ')[0], each.textContent, each.title]).filter(([, value]) => number.test(value)),
    written: all(':is(.tile strong, .table td.number):not(:has(*))', (each) => each.textContent).filter(([, text]) => number.test(text)),
    others: [...all('time', (each) => each.dateTime), ...all('copy-text', (each) => each.getAttribute('text')), ...all('a.name[title]', (each) => each.title)],
    lines: all('time-chart', (each) => [each.closest('.chart').getAttribute('aria-label'), each.spec.series.map((line) => line.values)]),
    tables: [...document.querySelectorAll('.figures table')].map((table) => ({ title: table.caption.textContent, rows: [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent)) })),
    empty: all(':is(.tile strong, .chart)', (each) => each.textContent.trim()).filter(([, text]) => !text).map(([where]) => where),
  };
}, NUMBER.source);

/** Tables whose rows are sums of rows of an answer. */
const SUMMED = new Set(['Withdrawal queue', 'Rewards by day']);

/** Compares every figure of a page with the answers to the queries that the page offers. */
async function equalsAnswers(page, name) {
  const answers = await offered(page);
  const known = new Set(leaves(answers));
  const hhi = answers.find((each) => each.history)?.history.analytics.delegationHhi;
  if (hhi) known.add(normal((100 - 100 * Number(hhi)).toFixed(6)));
  const texts = [...known].filter((each) => !NUMBER.test(each)).join('\n');
  let summed;
  const isSum = (value) => (summed ??= sums(answers)).has(units(value));
  const isKnown = (value) => known.has(normal(value)) || (NUMBER.test(value) ? isSum(plain(value)) : texts.includes(value));

  await page.$$eval('.chart .tools button[aria-expanded=false]', (all) => all.forEach((each) => each.click()));
  const { hovered, written, others, lines, tables, empty } = await everything(page);
  const wrong = new Map();
  const note = (where, what) => wrong.set(where, [...(wrong.get(where) ?? []), what]);
  const isSentence = (title) => title?.split('\n').every((line) => known.has(line));
  for (const [where, value, , title] of [...hovered, ...written, ...others]) if (!isKnown(value) && !isSentence(title)) note(where, value);
  for (const [where, value, text, title] of hovered) {
    const [, sign, digits, power] = /^([−-]?)\$?([\d,.]+)([KMBT]?)$/.exec(text) ?? [];
    const isOfUnit = /^\S+( USD)?$/.test(title);
    const short = digits && Number(plain(sign + digits)) * 1000 ** ' KMBT'.indexOf(power || ' ');
    if (isOfUnit && digits && Math.abs(short - Number(plain(value))) > Math.max(0.006, Math.abs(short) * 0.006)) note(where, `${text} for ${value}`);
  }
  for (const [, where, series] of lines) {
    const numbers = new Set([0, ...tables.find((each) => each.title === where).rows.flat().filter((cell) => NUMBER.test(cell)).flatMap((cell) => [Number(plain(cell)), Number(plain(cell)) / 1e18])]);
    for (const value of series.flat()) if (value !== null && !numbers.has(value)) note(`line of ${where}`, value);
  }
  const objects = answers.flatMap(lists).flat().filter(isObject).map((each) => new Set(leaves(each)));
  const sequences = answers.flatMap(lists).flatMap(sequencesOf);
  for (const { title, rows } of tables) {
    const [head = [], ...body] = COMPUTED[title]?.(rows, { known, answers, tables, note: (what) => note(title, what) }) ?? rows;
    const numbers = (cells) => cells.filter((cell) => NUMBER.test(cell)).map(plain);
    const isOfObject = (cells) => {
      const answered = cells.map(normal).filter((cell) => NUMBER.test(cell) || known.has(cell));
      return !answered.length || objects.some((each) => answered.every((cell) => each.has(cell)));
    };
    const isOfFacts = () => body.every((row) => numbers(row).every(isKnown));
    const isRight = body.every(isOfObject)
      || head.every((cell, index) => sequences.some((each) => isPart(numbers(body.map((row) => row[index])), each)))
      || head.every((cell, index) => !index || isOfObject(body.map((row) => row[index])))
      || ((head.length === 2 || SUMMED.has(title)) && isOfFacts());
    if (!isRight) note(`table ${title}`, body.find((row) => !isOfObject(row)));
  }
  for (const [where, values] of wrong) check(false, `${name}: ${where} shows ${values.length}: ${values.slice(0, 3)}, not what the offered query answers`);
  check(hovered.length + written.length > 0 && tables.length > 0 && empty.length === 0, `${name}: ${hovered.length} figures, nothing in ${empty}`);

  const shown = await page.textContent('#page');
  for (const text of BAD_TEXTS.filter((each) => known.has(each))) check(shown.includes(text.slice(0, 60)), `${name}: "${text.slice(0, 60)}" is not shown as text`);
  await page.$$eval('.chart .tools button[aria-expanded=true]', (all) => all.forEach((each) => each.click()));
}

/** Checks one page at both widths and in both themes, from one load. */
async function examine(browser, { name, path }) {
  const [wide, narrow] = SIZES;
  const { page, noted, go, close } = await open(browser, url, wide);
  await go(path);
  check(!(await page.$('.notice')), `${name}: ${await page.$eval('.notice', (notice) => notice.innerText).catch(() => '')}`);
  const painted = () => page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1);
  let paint = await painted();
  const { bytes } = noted;
  for (let tries = 0; paint > MAX_PAINT && tries < 3; tries++) {
    // the other pages load and are examined at the same time
    await go(path);
    paint = Math.min(paint, await painted());
  }
  check(paint > 0 && paint < MAX_PAINT, `${name}: first contentful paint after ${paint} ms`);
  check(bytes > 0 && bytes < MAX_BYTES, `${name}: ${bytes} bytes`);
  await equalsAnswers(page, name);
  await page.evaluate(axe);
  for (const [width, height, ...schemes] of [wide, narrow]) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      await drawn(page);
      await looksRight(page, `${name} ${width} ${colorScheme}`, width);
      await accessible(page, `${name} ${width} ${colorScheme}`, colorScheme === schemes[0]);
    }
  }
  for (const href of await page.$$eval('a[href]', (all) => all.map((each) => each.href))) {
    if (!links.has(href)) links.set(href, name);
  }
  console.log(`${name}: paint ${paint.toFixed(0)} ms, ${(bytes / 1024).toFixed(0)} KB`);
  await close(name);
}

const LARGEST = (await ask('{ operators(first: 4) { nodes { address } } }')).operators.nodes.map((each) => each.address);

const FOUND = await ask(`{
  slashingIncidents(first: 1) { nodes { operator { address } operatorSet { avs { address } } } }
  operators(first: 10) { nodes { metadata { name } queuedWithdrawals(first: 1) { nodes { delegator { address } } } } }
  strategies(first: 1) { nodes { address } }
}`);
const DELEGATOR = FOUND.operators.nodes.flatMap((each) => each.queuedWithdrawals.nodes).find((each) => each.delegator).delegator.address;
const NAME = FOUND.operators.nodes.map((each) => each.metadata?.name).find((each) => each && !BAD_TEXTS.includes(each));

const PAGES = [
  { name: 'network', path: '/' },
  { name: 'operators', path: '/operators?status=all' },
  { name: 'operator', path: `/operators/${LARGEST[3]}` },
  { name: 'operator-bad-name', path: `/operators/${LARGEST[2]}` },
  { name: 'strategies', path: '/strategies' },
  { name: 'strategy', path: `/strategies/${FOUND.strategies.nodes[0].address}` },
  { name: 'avses', path: '/avs' },
  { name: 'avs', path: `/avs/${FOUND.slashingIncidents.nodes[0].operatorSet.avs.address}` },
  { name: 'delegator', path: `/delegators/${DELEGATOR}` },
  { name: 'slashes', path: '/slashes' },
  { name: 'epochs', path: '/epochs' },
  { name: 'pipeline', path: '/pipeline' },
  { name: 'developers', path: '/developers' },
  { name: 'compare', path: `/compare?operators=${LARGEST.join(',')}` },
];

/** Writes what a reader sees first of each page. */
async function photograph(browser) {
  for (const [width, height, scheme, suffix] of [[1280, 720, 'light', ''], [1280, 720, 'dark', '-dark'], [390, 844, 'light', '-narrow']]) {
    const { page, go, close } = await open(browser, url, [width, height, scheme]);
    for (const { name, path } of PAGES.filter((each) => !each.name.endsWith('bad-name'))) {
      if (suffix && !['network', 'operator'].includes(name)) continue;
      await go(path);
      const { length } = await page.screenshot({ path: `${screenshots}/${name}${suffix}.png` });
      check(length < MAX_SCREENSHOT, `${name}${suffix}.png has ${length} bytes`);
    }
    await close('screenshots');
  }
}

/** Walks from page to page below a prefix: links, data, search, subscription, GraphiQL. */
async function browse(browser, base, key) {
  const { page, go, close } = await open(browser, base);
  const name = `below ${base}`;
  const answered = [];
  page.on('response', (response) => answered.push(response));
  const isAnswered = (path) => answered.some((each) => each.url().startsWith(base + path) && each.status() === 200);
  await go('/');
  if (key) {
    await page.fill('input[name=key]', key);
    await Promise.all([page.waitForNavigation(), page.click('text="Unlock"')]);
    await settled(page);
  }
  await page.click('nav a:text-is("Operators")');
  await page.waitForURL(`${base}/operators`);
  await settled(page);
  await page.click('.chart tbody tr:nth-child(3) a');
  await page.waitForURL(/operators\/0x/);
  await settled(page);
  check((await emptyCharts(page)).length === 0, `${name}: charts are empty`);
  await page.fill('search-box input', NAME.toLowerCase());
  await page.click('search-box li a');
  await page.waitForURL(/operators\/0x/);
  await settled(page);
  await page.click('nav a:text-is("Epochs")');
  await page.waitForURL(`${base}/epochs`);
  await settled(page);
  await page.click('.chart a:text-is("GraphQL")');
  await page.waitForSelector('.graphiql-container');
  check(page.url().startsWith(`${base}/graphiql?document=epochs-chart`), `${name}: GraphiQL is at ${page.url()}`);
  check(isAnswered('/graphql/stream'), `${name}: no subscription`);
  check(answered.every((each) => each.url().startsWith(base) || each.url().startsWith('data:')), `${name}: requests outside of the prefix`);
  check(answered.every((each) => each.status() < 400), `${name}: ${answered.filter((each) => each.status() >= 400).map((each) => `${each.status()} ${each.url()}`)}`);
  await close(name);
}

const SCENARIOS = {
  async 'search finds an operator by its name'(browser) {
    const { page, go, close } = await open(browser, url);
    await go('/');
    await page.keyboard.press('/');
    await page.keyboard.type(NAME.toLowerCase());
    await page.waitForSelector('search-box li a');
    check((await page.textContent('search-box li a')).includes(NAME), `search does not find ${NAME}`);
    await page.keyboard.press('ArrowDown');
    check(await page.$eval('search-box li', (found) => found.getAttribute('aria-selected')) === 'true', 'arrow keys do not select');
    await page.fill('search-box input', DELEGATOR);
    await page.waitForSelector('search-box li small:text-is("delegator")');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${url}/delegators/${DELEGATOR}`);
    await close('search');
  },

  async 'bad texts are found and shown as texts'(browser) {
    const { page, go, close } = await open(browser, url, SIZES[1]);
    for (const text of BAD_TEXTS) {
      const name = text.slice(0, 20);
      await go('/');
      await page.fill('search-box input', name);
      await page.waitForSelector('search-box li a');
      await isText(page, `search for ${name}`, SIZES[1][0]);
      const found = await page.$$eval('search-box li a', (all) => all.map((each) => [each.querySelector('small').textContent.split(' · ')[0], each.querySelector('.name').textContent, new URL(each.href).pathname]));
      for (const noun of ['operator', 'strategy', 'AVS', 'domain operator']) {
        const [, shown, path] = found.find((each) => each[0] === noun) ?? [];
        check(shown === text, `search for ${name} finds ${shown} of ${noun}`);
        // the first text is the name of objects whose pages are examined
        if (noun === 'domain operator' || text === BAD_TEXTS[1] || (text === BAD_TEXTS[0] && noun !== 'operator')) continue;
        await go(path);
        await isText(page, `${noun} ${name}`, SIZES[1][0]);
        check((await page.title()).startsWith(text.slice(0, 80)), `${noun} ${name}: the title is ${await page.title()}`);
        check(await page.textContent('h1') === text, `${noun} ${name}: the heading is ${await page.textContent('h1')}`);
      }
    }
    await go('/epochs');
    const legend = await page.$$eval('[aria-label="Share prices"] .legend button', (all) => all.map((each) => each.textContent));
    check(legend.join() === BAD_TEXTS.join(), `the legend is ${legend.map((each) => each.slice(0, 60))}`);
    await go('/');
    const file = await saved(page, 'Latest slashes');
    for (const text of BAD_TEXTS) check(file.some((line) => line.includes(`,${text},`)), `the CSV of slashes lacks ${text.slice(0, 60)}`);
    await close('bad texts');
  },

  async 'the range survives reload and back'(browser) {
    const { page, go, close } = await open(browser, url);
    await go('/');
    await page.click('text="30 d"');
    await settled(page);
    await page.reload();
    await settled(page);
    check(await page.getAttribute('button:text-is("30 d")', 'aria-pressed') === 'true', 'the range is lost by reload');
    await page.goBack();
    await settled(page);
    await page.waitForSelector('button:text-is("90 d")[aria-pressed=true]');
    await close('range');
  },

  async 'filters and order survive reload and back'(browser) {
    const { page, go, close } = await open(browser, url);
    await go('/operators');
    const rows = () => page.$$eval('.chart tbody tr', (all) => all.length);
    const before = await rows();
    await page.selectOption('select[name=status]', 'inactive');
    await settled(page);
    await page.click('button.sort:has-text("Delegators")');
    await settled(page);
    const after = await rows();
    await page.reload();
    await settled(page);
    check(await page.$eval('select[name=status]', (select) => select.value) === 'inactive', 'the filter is lost by reload');
    check(await page.getAttribute('th:has(button:has-text("Delegators"))', 'aria-sort') === 'descending', 'the order is lost by reload');
    check(await rows() === after, 'reload shows other rows');
    await page.goBack();
    await page.goBack();
    await page.waitForFunction((count) => document.querySelectorAll('.chart tbody tr').length === count, before);
    await settled(page);
    await page.check('.chart tbody tr:nth-child(1) input[type=checkbox]');
    await page.check('.chart tbody tr:nth-child(2) input[type=checkbox]');
    await page.reload();
    await settled(page);
    check(await page.isChecked('.chart tbody tr:nth-child(2) input[type=checkbox]'), 'checked operators are lost by reload');
    await page.click('text="Compare 2"');
    await page.waitForURL(/compare/);
    await settled(page);
    await close('filters');
  },

  async 'filters of AVSs, strategies and slashes survive reload and back'(browser) {
    const { page, go, close } = await open(browser, url);
    const filters = [['/avs', 'name', 'sequenc'], ['/strategies', 'symbol', 'usd'], ['/slashes', 'operator', FOUND.slashingIncidents.nodes[0].operator.address]];
    for (const [path, field, value] of filters) {
      await go(path);
      const shown = () => page.evaluate((name) => [document.querySelectorAll('.table tbody tr, .lives > li').length, document.querySelector(`input[name=${name}]`).value], field);
      const [all] = await shown();
      await page.fill(`input[name=${field}]`, value);
      await page.click('button:text-is("Apply")');
      await page.waitForURL(/\?/);
      await settled(page);
      const [some] = await shown();
      check(some > 0 && some < all, `${path}: ${some} of ${all} rows match ${value}`);
      await page.reload();
      await settled(page);
      check((await shown()).join() === [some, value].join(), `${path}: after reload ${await shown()}, not ${some} of ${value}`);
      await page.goBack();
      await settled(page);
      await page.waitForFunction((name) => document.querySelector(`input[name=${name}]`)?.value === '', field);
      check((await shown())[0] === all, `${path}: back shows ${await shown()} of ${all}`);
    }
    await close('filters of lists');
  },

  async 'a subscription moves a line'(browser) {
    const { page, go, close } = await open(browser, url);
    await go('/epochs');
    const newest = () => page.$eval('time-chart', (chart) => [chart.spec.x.at(-1), chart.spec.series[0].values.at(-1)].join());
    const before = await newest();
    await page.waitForTimeout(1000);
    console.log('waiting for an epoch');
    await page.waitForFunction((known) => {
      const { spec } = document.querySelector('time-chart') ?? {};
      return spec && [spec.x.at(-1), spec.series[0].values.at(-1)].join() !== known;
    }, before, { timeout: 20000 });
    await close('subscription');
  },

  async 'only the token unlocks actions'(browser) {
    const { page, noted, go, close } = await open(browser, url);
    await go('/pipeline');
    check(!(await page.$('text="Start state update"')), 'actions are shown without a token');
    await page.fill('input[name=key]', 'no token');
    await page.click('text="Unlock"');
    await page.waitForFunction(() => document.querySelector('.said')?.textContent);
    check(!(await page.$('text="Start state update"')), 'a wrong token shows actions');
    // the answer to it, of status 401
    noted.complaints.length = 0;
    await page.fill('input[name=key]', token);
    await page.click('text="Unlock"');
    await page.waitForSelector('text="Start state update"');
    await page.click('text="Start state update"');
    await page.waitForFunction(() => /Done/.test(document.querySelector('.said')?.textContent));
    await page.click('text="Lock"');
    await page.waitForSelector('input[name=key]');
    check(!(await page.$('text="Start state update"')), 'actions stay after Lock');
    await close('token');
  },

  async 'a date shows earlier numbers'(browser) {
    const { page, go, close } = await open(browser, url);
    await go(`/operators/${LARGEST[3]}`);
    const tvs = () => page.getAttribute('.tile .figure', 'title');
    const now = await tvs();
    await page.fill('input[type=date]', '2026-01-10');
    await page.waitForSelector('.banner');
    const { operator } = await ask('query ($address: Address!) { operator(address: $address, asOf: { date: "2026-01-10" }) { state { tvsUsd } } }', { address: LARGEST[3] });
    const then = await tvs();
    check(now !== then, 'asOf does not change the TVS');
    check(then.replaceAll(',', '').startsWith(operator.state.tvsUsd.replace(/\.?0+$/, '')), `TVS of 10 January is ${then}, the API says ${operator.state.tvsUsd}`);
    await page.click('text="Now"');
    await page.waitForFunction((title) => document.querySelector('.tile .figure')?.title === title, now);
    await close('asOf');
  },

  async 'a page is used by keyboard'(browser) {
    const { page, go, close } = await open(browser, url);
    await go('/operators');
    const focused = () => page.evaluate(() => document.activeElement.textContent.replace(/[↓↑↕]/g, '').trim());
    await page.keyboard.press('Tab');
    check(await focused() === 'Skip to content', 'the first stop is not the link to the content');
    await page.keyboard.press('Enter');
    check(await page.evaluate(() => document.activeElement.id) === 'main', 'the link does not skip to the content');
    await page.focus('button.sort:has-text("Delegators")');
    await page.keyboard.press('Enter');
    await page.waitForSelector('th[aria-sort=descending]:has(button:has-text("Delegators"))');
    check(await focused() === 'Delegators', `sorting moves the focus to ${await focused()}`);
    await page.focus('.menu summary');
    await page.keyboard.press('Enter');
    await page.focus('input[name=column-address]');
    await page.keyboard.press('Space');
    await page.waitForSelector('th:text-is("Address")');
    check(await page.evaluate(() => document.activeElement.name) === 'column-address', 'the menu of columns closes after a choice');
    await page.keyboard.press('Escape');
    check(await focused() === 'Columns' && !(await page.$('.menu[open]')), 'Escape does not close the menu');

    await go(`/operators/${LARGEST[3]}`);
    await page.focus('input[type=date]');
    await page.keyboard.type('01102026');
    check(!new URL(page.url()).searchParams.has('asOf'), 'a date is applied before it is complete');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.banner');
    check(new URL(page.url()).searchParams.get('asOf') === '2026-01-10', `the typed date is ${page.url()}`);
    await page.focus('time-chart');
    await page.keyboard.press('ArrowLeft');
    check(await page.isVisible('time-chart .tip'), 'arrow keys show no values of a chart');
    await close('keyboard');
  },

  async 'a failure says what to do, and is tried again'(browser) {
    const { page, noted, close } = await open(browser, url);
    const busy = { errors: [{ message: 'server busy, retry in 1 s', extensions: { code: 'TOO_MANY_REQUESTS' } }] };
    const failures = [
      ['**/graphql?*', (route) => route.abort(), 'No answer from the server.', 'Check the connection, then try again.'],
      ['**/queries/*', (route) => route.abort(), 'No answer from the server.', 'Check the connection, then try again.'],
      ['**/graphql?*', (route) => route.fulfill({ status: 429, json: busy }), 'server busy, retry in 1 s', 'Wait a moment, then try again.'],
      ['**/graphql?*', (route) => route.fulfill({ status: 500, json: { errors: [{ message: 'failed', extensions: { code: 'INTERNAL', errorId: 'e-1' } }] } }), 'Error id: e-1.', 'Try again.'],
      ['**/graphql?*', (route) => route.fulfill({ status: 502, body: '<html>Bad gateway</html>' }), 'The server answered 502.', 'Try again in a few seconds.'],
      ['**/queries/*', (route) => route.fulfill({ status: 404, body: '' }), 'This page belongs to another version of the server.', 'Reload the page.'],
    ];
    for (const [path, fail, ...sentences] of failures) {
      await page.route(path, fail);
      await page.goto(`${url}/strategies/${FOUND.strategies.nodes[0].address}`);
      await settled(page);
      const said = await page.innerText('.notice');
      for (const sentence of sentences) check(said.includes(sentence), `a failure says "${said}", not "${sentence}"`);
      await page.unroute(path);
      await page.click('.notice button:text-is("Try again")');
      await page.waitForSelector('.tiles');
      await settled(page);
      check((await emptyCharts(page)).length === 0 && !(await page.$('.chart.wide .blank')), `the page has no charts after a failure (${sentences[0]})`);
      check((await page.innerText('data-freshness')).includes('Block'), `the freshness is not tried again (${sentences[0]})`);
    }
    let answer;
    await page.route('**/graphql?*', (route) => new Promise((resume) => { answer = resume; }).then(() => route.continue()));
    await page.goto(`${url}/slashes`);
    await page.waitForSelector('#page[aria-busy=true] :text("Loading…")');
    await page.unroute('**/graphql?*', { behavior: 'ignoreErrors' });
    answer();
    // the browser notes each failed request
    noted.complaints = noted.complaints.filter((each) => !each.startsWith('Failed to load resource'));
    await close('failures');
  },

  async 'everything is reached by Tab, in sight and with a visible focus'(browser) {
    const { page, go, close } = await open(browser, url);
    const focused = () => page.evaluate(() => {
      const each = document.activeElement;
      const [box] = each.getClientRects();
      const style = getComputedStyle(each);
      globalThis.stops ??= [];
      const stop = globalThis.stops.indexOf(each);
      if (stop < 0) globalThis.stops.push(each);
      const at = box && document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, innerHeight) / 2);
      return {
        isBody: each === document.body, isNew: stop < 0,
        name: `${each.tagName} ${(each.getAttribute('aria-label') ?? each.name ?? '') || each.textContent.trim()}`.slice(0, 60),
        text: each.textContent,
        isMarked: each.matches(':focus-visible') && (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2),
        isLegend: each.matches('.legend button'),
        isSeen: Boolean(at) && (each.contains(at) || at.contains(each)),
      };
    });
    const walk = async (name, onStop) => {
      for (let stops = 0; stops < 500; stops++) {
        await page.keyboard.press('Tab');
        const stop = await focused();
        if (stop.isBody) break;
        check(stop.isNew, `${name}: Tab comes back to ${stop.name}`);
        check(stop.isMarked, `${name}: no focus is seen on ${stop.name}`);
        check(stop.isSeen, `${name}: ${stop.name} is out of sight`);
        if (!stop.isNew) break;
        await onStop(stop);
      }
      const missed = await page.evaluate(() => [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')]
        .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.disabled && each.tabIndex >= 0 && !globalThis.stops.includes(each)).map((each) => each.outerHTML.slice(0, 80)));
      check(missed.length === 0, `${name}: Tab misses ${missed.length}: ${missed.slice(0, 3)}`);
    };
    const done = new Set();
    const once = (name, holds) => holds && !done.has(name) && done.add(name);

    await go('/');
    await walk('network', async ({ text, isLegend }) => {
      if (once('table', text === 'Table')) {
        await page.keyboard.press('Enter');
        check(await page.evaluate(() => document.activeElement.getAttribute('aria-expanded')) === 'true' && await page.isVisible('.figures table'), 'Enter opens no table');
      }
      if (once('legend', isLegend)) {
        await page.keyboard.press('Space');
        check(await page.$('.legend button[aria-pressed=false]'), 'Space hides no line');
      }
    });
    check(['table', 'legend'].every((each) => done.has(each)), `the walk met ${[...done]}`);

    await go('/operators');
    await walk('operators', async ({ name, text }) => {
      if (once('menu', text === 'Columns')) await page.keyboard.press('Enter');
      once('choice', name === 'INPUT column-address');
    });
    check(['menu', 'choice'].every((each) => done.has(each)), `the walk met ${[...done]}`);
    check(!(await page.$('.menu[open]')), 'the menu stays open, over what Tab goes to');
    await close('walk');
  },

  async 'a slash preview equals the answer of the API'(browser) {
    const { page, go, close } = await open(browser, url);
    await go(`/operators/${LARGEST[3]}`);
    await page.fill('input[name=percent]', '12.5');
    await page.click('button:text-is("Preview")');
    await page.waitForSelector('.chart[aria-label="Slash by strategy"]');
    check(new URL(page.url()).searchParams.get('preview')?.endsWith('-12.5'), 'the preview is not in the URL');
    const offered = new URL(await page.getAttribute('.chart[aria-label="Slash by strategy"] a:text-is("GraphQL")', 'href'));
    const { address, avs, number, wad } = JSON.parse(offered.searchParams.get('variables'));
    const { operator } = await ask('query ($address: Address!, $avs: Address!, $number: BigInt!, $wad: BigInt!) { operator(address: $address) { slashPreview(avs: $avs, number: $number, wad: $wad) { totalLostUsd } } }', { address, avs, number, wad });
    const shown = await page.getAttribute('[aria-label="Slash preview"] p .figure', 'title');
    check(wad === '125000000000000000' && shown.replaceAll(',', '').replace(' USD', '') === operator.slashPreview.totalLostUsd.replace(/\.?0+$/, ''), `the preview says ${shown}, the API ${operator.slashPreview.totalLostUsd}`);
    await page.reload();
    await settled(page);
    await page.waitForSelector('.chart[aria-label="Slash by strategy"]');
    await close('preview');
  },

  async 'a preview of rewards equals the answer of the API'(browser) {
    const { page, go, close } = await open(browser, url);
    await go(PAGES.find((each) => each.name === 'avs').path);
    await page.click('[aria-label="Reward preview"] button:text-is("Preview")');
    await page.waitForSelector('.chart[aria-label="Planned rewards by operator"]');
    const pool = JSON.parse(new URL(page.url()).searchParams.get('pool'));
    const { rewardPreview } = await ask('query ($pool: RewardPreviewInput!) { rewardPreview(pool: $pool) { tokensPerDay stakersAmount } }', { pool });
    const shown = await page.$$eval('[aria-label="Reward preview"] p .figure', (all) => all.slice(0, 2).map((each) => each.title.split(' ')[0].replaceAll(',', '')));
    check(shown.join() === `${rewardPreview.tokensPerDay},${rewardPreview.stakersAmount}`, `the preview says ${shown}, the API ${JSON.stringify(rewardPreview)}`);
    await close('reward preview');
  },

  async 'rewards are saved with the prices of their days'(browser) {
    const { page, go, close } = await open(browser, url);
    await go(`/operators/${LARGEST[3]}`);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('text="Save CSV"')]);
    const [head, ...lines] = readFileSync(await download.path(), 'utf8').trim().split(/\r?\n/);
    check(head === 'date,token,symbol,decimals,role,amount,tokens,priceUsd,usd,usdStatus,exactness', `the head is ${head}`);
    const { operator } = await ask('query ($address: Address!) { operator(address: $address) { rewards { dailyRewards(from: "2026-01-01") { totalCount } } } }', { address: LARGEST[3] });
    const days = operator.rewards.reduce((sum, each) => sum + Number(each.dailyRewards.totalCount), 0);
    check(lines.length === days && days > 0, `${lines.length} lines of ${days}`);
    await close('rewards for taxes');
  },

  async 'the CSV of a table has all rows that match'(browser) {
    const { page, go, close } = await open(browser, url);
    await go('/operators?status=all');
    const { operators } = await ask('{ operators(first: 1) { totalCount } }');
    const all = await saved(page, 'Operators by filter');
    check(all.length >= Number(operators.totalCount) + 1 && all[0].startsWith('address,'), `CSV of ${all.length} lines, ${all[0]}`);
    await go('/');
    const leaders = await saved(page, 'Largest operators');
    check(leaders.length === 11 && leaders[0].startsWith('Operator,Operator address,TVS,'), `CSV of leaders: ${leaders[0]}`);
    check(leaders[1].includes(LARGEST[0]), `CSV of leaders without address: ${leaders[1].slice(0, 200)}`);
    await close('CSV');
  },

  async 'a table of all operators grows while one scrolls'(browser) {
    const { page, go, close } = await open(browser, url);
    await go('/operators?status=all&rows=all');
    const { operators } = await ask('{ operators(first: 1) { totalCount } }');
    const last = () => page.$eval('.table tbody:last-of-type tr:last-child', (row) => Number(row.getAttribute('aria-rowindex')) - 1);
    check(await last() < operators.totalCount, 'all rows are loaded at once');
    await page.$eval('.end', (end) => end.scrollIntoView());
    await page.waitForFunction(() => /^All /.test(document.querySelector('.end').textContent));
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await page.waitForSelector('.table tbody:last-of-type tr[aria-rowindex]');
    check(await last() === Number(operators.totalCount), `the last row is ${await last()} of ${operators.totalCount}`);
    await page.waitForSelector('.table tbody tr[aria-hidden=true]', { state: 'attached' });
    await page.evaluate(() => scrollTo(0, 0));
    await page.waitForFunction(() => !document.querySelector('.table tbody tr').ariaHidden);
    await close('growing table');
  },

  async 'pages work behind a proxy that strips a prefix'(browser) {
    const proxy = createServer((incoming, outgoing) => {
      const upstream = request(url + incoming.url.replace(/^\/behind\/proxy/, ''), { method: incoming.method, headers: incoming.headers }, (answer) => {
        outgoing.writeHead(answer.statusCode, answer.headers);
        answer.pipe(outgoing);
      });
      upstream.on('error', () => outgoing.destroy());
      outgoing.on('close', () => upstream.destroy());
      incoming.pipe(upstream);
    });
    await new Promise((resume) => proxy.listen(0, '127.0.0.1', resume));
    try {
      await browse(browser, `http://127.0.0.1:${proxy.address().port}/behind/proxy`);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  },

  async 'pages work on a server with a path prefix'(browser) {
    const { origin } = new URL(lockedUrl);
    const status = async (path) => (await fetch(origin + path, { redirect: 'manual' })).status;
    const prefix = new URL(lockedUrl).pathname;
    check(await status('/') === 404, 'the server answers outside of its prefix');
    check((await fetch(lockedUrl)).url === `${lockedUrl}/`, 'the prefix without a slash is not redirected');
    check(await status(`${prefix}/health`) === 200, 'no health below the prefix');
    check(await status(`${prefix}/api/epochs`) === 401, 'REST needs no key below the prefix');
    check(await status(`${prefix}/prometheus`) === 401, 'metrics need no key below the prefix');
    await browse(browser, lockedUrl, token);
  },

  async 'a server that requires a key asks for it first'(browser) {
    const { page, noted, go, close } = await open(browser, lockedUrl);
    await go('/');
    check((await page.innerText('#page')).includes('asks for a key'), 'no key is asked for');
    await page.fill('input[name=key]', token);
    await Promise.all([page.waitForNavigation(), page.click('text="Unlock"')]);
    await settled(page);
    await page.waitForSelector('.tiles');
    check(noted.complaints.length === 0, 'the page asked the API without a key');
    await close('key');
  },
};

/** Every link leads somewhere on this server. */
async function followLinks() {
  for (const [href, name] of links) {
    const target = new URL(href);
    if (target.origin !== new URL(url).origin) {
      check(/^https:/.test(href), `${name}: link to ${href}`);
      continue;
    }
    const response = await fetch(target);
    check(response.status === 200, `${name}: ${target.pathname} answers ${response.status}`);
    await response.body.cancel();
  }
}

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const work = screenshots ? [['screenshots', () => photograph(browser)]] : [
    ...PAGES.map((page) => [page.name, () => examine(browser, page)]),
    ...Object.entries(SCENARIOS).map(([name, run]) => [name, () => run(browser)]),
  ].filter(([name]) => name.includes(process.env.ONLY ?? ''));
  // the first page of a browser also pays for starting its processes
  const first = await open(browser, url, SIZES[1]);
  await first.go('/');
  await looksRight(first.page, 'a first load', SIZES[1][0]);
  await first.close('first page');
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let next = work.shift(); next; next = work.shift()) {
      const [name, run] = next;
      const begun = Date.now();
      await run().catch((error) => check(false, `${name}: ${error.stack}`));
      console.log(`${name} took ${((Date.now() - begun) / 1000).toFixed(1)} s`);
    }
  }));
  if (!screenshots) await followLinks();
} finally {
  await browser.close();
}
if (!failures) console.log('every page works');
process.exit(failures ? 1 : 0);
