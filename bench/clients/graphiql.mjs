// Opens GraphiQL in a headless Chromium, runs its first example, and lets no request leave the host:
// node graphiql.mjs http://127.0.0.1:8080/graphiql
import assert from 'node:assert/strict';
import puppeteer from 'puppeteer-core';

const url = process.argv[2] ?? 'http://127.0.0.1:8080/graphiql';
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const page = await browser.newPage();
  const hosts = new Set();
  const complaints = [];
  page.on('request', (request) => {
    if (/^(https?|wss?):/.test(request.url())) hosts.add(new URL(request.url()).host);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url, { waitUntil: 'networkidle0' });
  await page.waitForSelector('.graphiql-execute-button');
  const tabs = await page.$$eval('.graphiql-tab', (found) => found.length);
  await page.click('.graphiql-execute-button');
  await page.waitForFunction(() => document.querySelector('.result-window')?.textContent.includes('totalCount'), { timeout: 15000 });
  if (process.argv[3]) await page.screenshot({ path: process.argv[3] });
  assert.deepEqual([...hosts], [new URL(url).host]);
  assert.deepEqual(complaints, []);
  console.log(`GraphiQL: ok, ${tabs} tabs, a query returned, all requests to ${[...hosts]}`);
} finally {
  await browser.close();
}
