// Rewards and their yields, as pages of operators, strategies, AVSs and delegators show them.
import { download, h, state } from './dom.js';
import { choice, timeChart } from './charts.js';
import { copy, count, figure, many, money, percent, short, strategyLink, sum, symbolOf, time, title, usd, words } from './format.js';
import { exportCsv } from './graphql.js';
import { daysBefore } from './layout.js';
import { tableCard } from './table.js';

const REWARD_RANGES = [['30', '30 d'], ['90', '90 d'], ['365', '1 y']];
const REWARD_DAYS = '30';

const KIND = { ALL: 'All rewards', AVS: 'Of AVSs', PI: 'Programmatic incentives' };
const amount = (value, decimals) => figure(value, (each) => short(Number(each) / 10 ** (decimals ?? 18)), { unit: decimals === null ? 'base units, decimals not known' : 'base units' });
const part = (value, reason) => figure(value, (each) => percent(each, 2), { reason: words(reason ?? 'no value') });

/** Yields by kind and window, or by strategy. */
export function yieldsCard(yields) {
  // an operator has yields over all strategies, by kind, and of each strategy; a strategy only its own, by kind
  const isOfOperator = yields.some((each) => each.strategy === null);
  const rows = (isOfOperator ? yields.filter((each) => each.strategy === null || each.kind === 'ALL') : [...yields]).sort((a, b) => Number(a.strategy !== null) - Number(b.strategy !== null));
  return tableCard({
    title: 'Yields of rewards', size: isOfOperator ? 'wide' : '', note: rows.length ? `Rewards in USD divided by TVS, a year on, without compounding; up to ${rows[0].lastDate}` : 'Rewards in USD divided by TVS, a year on',
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

/** The first UTC day of the chart of rewards by day. */
export const rewardsFrom = (newestDay) => daysBefore(newestDay, Number(state.get('rewards', REWARD_DAYS)) - 1);

/**
 * Rewards in USD by the day that they pay.
 * @param days {date, usdStatus} with an amount in each field, ascending; null where nothing paid for the day has a price
 * @param lines [[name, field]]
 */
export function rewardsByDay(days, lines, note = '') {
  const unpriced = days.filter((each) => each.usdStatus !== 'COMPLETE').length;
  return timeChart({
    title: 'Rewards by day', format: usd, fromZero: true, stacked: lines.length > 1, days: days.map((each) => each.date),
    controls: [choice('rewards', 'Days of rewards', REWARD_RANGES, REWARD_DAYS)],
    note: ['USD at the prices of each day, by the day that is paid for. Submissions to come can still pay the newest days.', note && ` ${note}`,
      unpriced ? ` On ${many(unpriced, 'day')} a token has no price and is left out.` : ''],
    series: days.length ? lines.map(([name, field]) => ({ name, values: days.map((each) => each[field]) })) : [],
    empty: 'No submission paid anything for these days, or the source has no events of rewards.',
  });
}

/** Rows that rewardsByDay shows, from groups of a list by day, status of the value and reason for which amounts are approximate; the newest day first. */
export function summedByDay(groups, field) {
  const days = new Map();
  for (const { keys: [date, status], aggregate } of groups.toReversed()) {
    const known = days.get(date) ?? { date, [field]: null, usdStatus: 'COMPLETE' };
    if (aggregate[field].sum !== null) known[field] = sum([known[field] ?? '0', aggregate[field].sum]);
    if (status !== 'COMPLETE') known.usdStatus = status;
    days.set(date, known);
  }
  return [...days.values()];
}

/** Why amounts in such groups are approximate. */
export function roughness(groups) {
  const reasons = new Set(groups.map(({ keys }) => keys[2]).filter(Boolean).map(words));
  return reasons.size ? `Some amounts are approximate: ${[...reasons].join(', ')}.` : '';
}

/** What an address earned and claimed, by token. */
export const earnedCard = (rewards, note, empty) => tableCard({
  title: 'Rewards by token', note,
  columns: [
    { name: 'Token', cell: (each) => (each.symbol ? symbolOf(each) : copy(each.token)) },
    { name: 'Earned', number: true, cell: (each) => amount(each.earned, each.decimals) },
    { name: 'Value', number: true, cell: (each) => money(each.earnedUsd, words(each.earnedUsdStatus)) },
    { name: 'Claimed', number: true, cell: (each) => amount(each.claimed, each.decimals) },
    { name: 'Claimable', number: true, cell: (each) => amount(each.claimable, each.decimals) },
  ],
  rows: rewards, empty,
});

/** A form that saves what an address was paid each day, with prices: a basis for taxes. */
export function rewardsExport(earner, newestDay) {
  const said = h('p', { class: 'said', role: 'status' });
  const field = (name, label, value) => h('label', null, label, h('input', { type: 'date', name, required: true, value, max: newestDay }));
  const button = h('button', { class: 'secondary' }, 'Save CSV');
  return h('section', { class: 'card', 'aria-label': 'Rewards for taxes' },
    h('div', { class: 'card-head' }, h('div', null, h('h2', null, 'Rewards for taxes'),
      h('p', { class: 'note' }, 'One line for each UTC day, token and role, with the amount, the price of the day and the value in USD'))),
    h('form', {
      class: 'toolbar',
      onsubmit: async (event) => {
        event.preventDefault();
        const { from, to } = event.target.elements;
        button.disabled = true;
        said.textContent = 'Reading…';
        try {
          const text = await exportCsv('pages/export-rewards', { earner, from: from.value, to: to.value });
          const lines = text.trim().split('\n').length - 1;
          if (lines) download(`rewards-${earner}-${from.value}-${to.value}.csv`, 'text/csv', text);
          said.textContent = lines ? `Saved ${many(lines, 'line')}.` : 'Nothing was paid for these days.';
        } catch (error) {
          said.textContent = `${error.message} ${error.advice ?? ''}`;
        } finally {
          button.disabled = false;
        }
      },
    }, field('from', 'From', `${newestDay.slice(0, 4)}-01-01`), field('to', 'To', newestDay), button), said);
}

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
      { name: 'Token', cell: ({ token }) => (tokens.get(token)?.symbol ? symbolOf(tokens.get(token)) : copy(token)) },
      { name: 'Strategies', number: true, cell: (each) => count(each.strategies.length) },
    ],
    rows: nodes, limit: 8, empty: 'The AVS submitted no rewards, or the source has no events of rewards.',
  });
}
