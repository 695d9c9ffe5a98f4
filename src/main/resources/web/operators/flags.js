import { h } from '../lib/dom.js';
import { words } from '../lib/format.js';

/** What each flag says of its operator. */
export const FLAGS = {
  ALLOCATION_DELAY_BELOW_WITHDRAWAL_DELAY: 'can be slashed anew before delegators can leave', REDISTRIBUTING_SET: 'slashed shares are redistributed',
  RECIPIENT_IS_OPERATOR_OR_AVS: 'slashed shares go to an AVS or operator', FULLY_ALLOCATED: 'fully allocated', SLASHER_CHANGE_PENDING: 'slasher changes',
  COMMISSION_RISES: 'commission rises', DORMANT: 'dormant', DURATION_VAULT: 'duration vault',
};

/** A chip for each kind of flag, whose title has the figures. */
export const flagChips = (flags) => [...Map.groupBy(flags, (each) => each.flag)].map(([flag, all]) =>
  h('span', { class: 'chip warn', title: all.map((each) => each.reason).join('\n') }, FLAGS[flag] ?? words(flag), all.length > 1 ? ` ×${all.length}` : ''));
