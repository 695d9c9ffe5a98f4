// Rewards and their yields, as pages of operators, strategies, AVSs and delegators show them.
import { h } from './dom.js';
import { timeChart } from './charts.js';
import { copy, count, figure, money, percent, short, strategyLink, time, title, usd, words } from './format.js';
import { tableCard } from './table.js';

/** Days of the charts of rewards; a day has a row for each submission that pays. */
export const REWARD_DAYS = 14;
/** Rows that documents ask for. */
const ROWS = 300;

const KIND = { ALL: 'All rewards', AVS: 'Of AVSs', PI: 'Programmatic incentives' };
const amount = (value, decimals) => figure(value, (each) => short(Number(each) / 10 ** (decimals ?? 18)), { unit: decimals === null ? 'base units, decimals not known' : 'base units' });
const part = (value, reason) => figure(value, (each) => percent(each, 2), { reason: words(reason ?? 'no value') });

/** Yields by kind and window, or by strategy. */
export function yieldsCard(yields) {
  // an operator has yields over all strategies, by kind, and of each strategy; a strategy only its own, by kind
  const isOfOperator = yields.some((each) => each.strategy === null);
  const rows = (isOfOperator ? yields.filter((each) => each.strategy === null || each.kind === 'ALL') : [...yields]).sort((a, b) => Number(a.strategy !== null) - Number(b.strategy !== null));
  return tableCard({
    title: 'Yields of rewards', note: rows.length ? `Rewards in USD divided by TVS, a year on, without compounding; up to ${rows[0].lastDate}` : 'Rewards in USD divided by TVS, a year on',
    columns: [
      { name: 'Of', cell: (each) => (isOfOperator && each.strategy ? strategyLink(each.strategy) : KIND[each.kind]) },
      { name: 'Window', number: true, cell: (each) => `${each.windowDays} d` },
      { name: 'Stakers', number: true, cell: (each) => part(each.netYield, each.reason) },
      { name: 'Before commission', number: true, cell: (each) => part(each.grossYield, each.reason) },
      { name: 'Token itself', number: true, cell: (each) => part(each.baseYield, each.baseYieldReason) },
      { name: 'Rewards', number: true, cell: (each) => money(each.netUsd, words(each.usdStatus)) },
    ],
    rows, limit: 8, empty: 'No yield is computed yet: a run has to analyse days with rewards first.',
  });
}

/** Sums of rows by day; a day whose rows have no price at all has no value. */
function byDay(rows, field) {
  const days = new Map();
  for (const row of rows) {
    const known = days.get(row.date) ?? null;
    days.set(row.date, row[field] === null ? known : (known ?? 0) + Number(row[field]));
  }
  return days;
}

/**
 * Rewards in USD by the day that they pay.
 * @param lines [[name, field]]: what the rows hold
 */
export function rewardsByDay({ nodes, totalCount }, lines) {
  const dates = [...new Set(nodes.map((row) => row.date))].sort();
  // the last row that was read may not be the last of its day
  if (Number(totalCount) > ROWS) dates.shift();
  const unpriced = nodes.filter((row) => row.usdStatus !== 'COMPLETE').length;
  const rough = nodes.find((row) => row.exactness !== 'EXACT');
  return timeChart({
    title: 'Rewards by day', format: usd, fromZero: true, stacked: lines.length > 1, days: dates,
    note: [`USD at the prices of each day, by the day that is paid for; newest ${REWARD_DAYS} days.`, unpriced ? ` ${count(unpriced)} rows have no price.` : '', rough ? ` Some amounts are approximate: ${words(rough.approximateReason)}.` : ''],
    series: dates.length ? lines.map(([name, field]) => {
      const sums = byDay(nodes, field);
      return { name, values: dates.map((date) => sums.get(date) ?? null) };
    }) : [],
    empty: 'No submission paid anything for these days, or the source has no events of rewards.',
  });
}

/** What an address earned and claimed, by token. */
export const earnedCard = (rewards, note, empty) => tableCard({
  title: 'Rewards by token', note,
  columns: [
    { name: 'Token', cell: (each) => (each.symbol ? h('span', { title: each.token }, each.symbol) : copy(each.token)) },
    { name: 'Earned', number: true, cell: (each) => amount(each.earned, each.decimals) },
    { name: 'Value', number: true, cell: (each) => money(each.earnedUsd, words(each.earnedUsdStatus)) },
    { name: 'Claimed', number: true, cell: (each) => amount(each.claimed, each.decimals) },
    { name: 'Claimable', number: true, cell: (each) => amount(each.claimable, each.decimals) },
  ],
  rows: rewards, empty,
});

/** Submissions of an AVS. */
export function submissionsCard({ nodes, totalCount }, rewards) {
  const tokens = new Map(rewards.map((each) => [each.token, each]));
  return tableCard({
    title: 'Submissions of rewards', note: `${count(totalCount)} in all, latest first`,
    columns: [
      { name: 'Submitted', cell: (each) => time(each.submittedAt) },
      { name: 'Pays', cell: (each) => title(each.kind) },
      { name: 'Days', cell: (each) => h('span', { title: `Up to ${each.endDate}, exclusive` }, `${each.startDate}, ${(Date.parse(each.endDate) - Date.parse(each.startDate)) / 86400000} d`) },
      { name: 'Amount', number: true, cell: (each) => (tokens.has(each.token) ? amount(each.amount, tokens.get(each.token).decimals) : figure(each.amount, count, { unit: 'base units' })) },
      { name: 'Token', cell: (each) => tokens.get(each.token)?.symbol ?? copy(each.token) },
      { name: 'Strategies', number: true, cell: (each) => count(each.strategies.length) },
    ],
    rows: nodes, limit: 8, empty: 'The AVS submitted no rewards, or the source has no events of rewards.',
  });
}
