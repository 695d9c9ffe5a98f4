import { h } from '../lib/dom.js';
import { words } from '../lib/format.js';

/** Each flag in two words, and what it says of its operator. */
export const FLAGS = {
  ALLOCATION_DELAY_BELOW_WITHDRAWAL_DELAY: ['short delay', 'can be slashed anew before delegators can leave'],
  REDISTRIBUTING_SET: ['redistributing', 'slashed shares are redistributed'],
  RECIPIENT_IS_OPERATOR_OR_AVS: ['interested recipient', 'slashed shares go to an AVS or operator'],
  FULLY_ALLOCATED: ['fully allocated', 'fully allocated'],
  SLASHER_CHANGE_PENDING: ['slasher changes', 'slasher changes'],
  COMMISSION_RISES: ['commission rises', 'commission rises'],
  DORMANT: ['dormant', 'dormant'],
  DURATION_VAULT: ['duration vault', 'duration vault'],
};

const chips = (flags, text) => [...Map.groupBy(flags, (each) => each.flag)].map(([flag, all]) =>
  h('span', { class: 'chip warn', title: all.map((each) => each.reason).join('\n') }, text(FLAGS[flag] ?? [words(flag), words(flag)], all.length)));

/** A chip for each kind of flag, whose title has the figures. */
export const flagChips = (flags) => chips(flags, ([, sentence], number) => sentence + (number > 1 ? ` ×${number}` : ''));

/** The same in two words. */
export const shortFlagChips = (flags) => chips(flags, ([short]) => short);

/** The first chips, and the number of the others, which its title lists. */
export function compact(all, shown = 2) {
  if (all.length <= shown) return all;
  const others = all.slice(shown).map((each) => each.textContent);
  return [...all.slice(0, shown), h('span', { class: 'chip warn', tabindex: '0', title: others.join('\n') },
    h('span', { 'aria-hidden': 'true' }, `+${others.length}`), h('span', { class: 'visually-hidden' }, others.join(', ')))];
}
