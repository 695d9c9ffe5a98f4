// What is lost when every operator set takes all that it can slash.
import { bars, blank, chartCard } from './charts.js';
import { many, money, orReason, strategyLink, strategyName, sum } from './format.js';

/** Rows with equal strategies, of several operators, are one bar. */
export function worstCase(rows, note, empty) {
  const strategies = new Map();
  for (const row of rows) {
    const { address } = row.strategy;
    const known = strategies.get(address) ?? { strategy: row.strategy, usd: null, sets: 0, isKnown: true };
    known.sets += row.operatorSetCount;
    known.isKnown &&= row.sharesStatus === 'KNOWN';
    for (const part of [row.burnedUsd, row.redistributedUsd]) if (part !== null) known.usd = sum([known.usd ?? '0', part]);
    strategies.set(address, known);
  }
  const sums = [...strategies.values()].sort((a, b) => Number(b.usd ?? -1) - Number(a.usd ?? -1));
  return chartCard({
    title: 'Worst case', note,
    figures: { columns: ['strategy', 'operator_sets', 'burned_usd', 'redistributed_usd'], rows: rows.map((each) => [strategyName(each.strategy), each.operatorSetCount, ...[each.burnedUsd, each.redistributedUsd].map((value) => orReason(value, each.sharesStatus === 'KNOWN' ? 'no price' : 'shares not known'))]) },
  }, sums.length ? bars(sums.map((each) => ({
    name: strategyName(each.strategy), link: strategyLink(each.strategy), value: each.usd, color: 'var(--critical)',
    text: money(each.usd, each.isKnown ? 'no price' : 'shares not known'), title: many(each.sets, 'operator set'),
  })), { label: 'Worst case by strategy' }) : blank(empty));
}
