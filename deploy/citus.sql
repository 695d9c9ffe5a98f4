-- Distributes a filled analytics database over the nodes of Citus. NOT TRIED ON A CLUSTER: see docs/citus.md.
-- Stop all servers, back up, and run it as the owner on the coordinator:
--   psql -d eigenlayer_analytics -v ON_ERROR_STOP=1 -f deploy/citus.sql
-- Tables that are not named here stay on the coordinator: runs, checkpoint, feed, data version, alerts.

-- small tables that rows of operators are joined with: a copy on each node
select create_reference_table('avs');
select create_reference_table('avs_daily_stakes');
select create_reference_table('avs_metadata');
select create_reference_table('avs_state');
select create_reference_table('commission_defaults');
select create_reference_table('distribution_roots');
select create_reference_table('duration_vaults');
select create_reference_table('list_counts');
select create_reference_table('metric_figures');
select create_reference_table('network_daily_aggregates');
select create_reference_table('network_daily_risk');
select create_reference_table('operator_set_daily_stakes');
select create_reference_table('operator_set_state');
select create_reference_table('operator_set_strategies');
select create_reference_table('operator_set_strategy_history');
select create_reference_table('operator_sets');
select create_reference_table('restaked_strategy_days');
select create_reference_table('rewards_submissions');
select create_reference_table('slash_settlements');
select create_reference_table('snapshot_days');
select create_reference_table('strategies');
select create_reference_table('strategy_call_rates');
select create_reference_table('strategy_call_tokens');
select create_reference_table('strategy_daily_quotes');
select create_reference_table('strategy_daily_snapshots');
select create_reference_table('strategy_event_rates');
select create_reference_table('strategy_event_tokens');
select create_reference_table('strategy_exchange_rates');
select create_reference_table('strategy_quotes');
select create_reference_table('strategy_state');
select create_reference_table('token_prices');

-- what an operator has: by operator, all of one operator on one node
select create_distributed_table('operators', 'operator_id');
select create_distributed_table('concentration_metrics', 'subject_id', colocate_with => 'operators');
select create_distributed_table('deposits', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_activity', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_allocation_delays', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_allocation_periods', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_allocations', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_analytics', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_approver_history', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_avs_daily_snapshots', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_avs_registration_history', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_avs_relationships', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_commission_history', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_commission_periods', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_commission_rates', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_current_state', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_daily_rewards', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_daily_snapshots', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_delegator_history', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_delegator_scaled_shares', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_delegator_share_history', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_delegator_shares', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_delegators', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_figures', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_flags', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_metadata', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_metadata_history', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_own_acts', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_ranks', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_registration', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_restaked_strategies', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_slash_losses', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_slashing_amounts', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_slashing_incidents', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_strategy_daily_flows', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_strategy_daily_snapshots', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_strategy_magnitudes', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_strategy_share_history', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_strategy_shares', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_strategy_state', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_withdrawal_queue', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operator_yields', 'operator_id', colocate_with => 'operators');
select create_distributed_table('operators_metadata', 'operator_id', colocate_with => 'operators');
select create_distributed_table('queued_withdrawal_shares', 'operator_id', colocate_with => 'operators');
select create_distributed_table('queued_withdrawals', 'operator_id', colocate_with => 'operators');
select create_distributed_table('volatility_metrics', 'operator_id', colocate_with => 'operators');

-- epochs: by their own number
select create_distributed_table('epochs', 'epoch');
select create_distributed_table('epoch_dictionaries', 'epoch', colocate_with => 'epochs');
select create_distributed_table('epoch_issues', 'epoch', colocate_with => 'epochs');
select create_distributed_table('epoch_quality', 'epoch', colocate_with => 'epochs');
select create_distributed_table('epoch_reward_sums', 'epoch', colocate_with => 'epochs');
select create_distributed_table('superseded_documents', 'epoch', colocate_with => 'epochs');
select create_distributed_table('chain_share_prices', 'epoch', colocate_with => 'epochs');
select create_distributed_table('operator_share_prices', 'epoch', colocate_with => 'epochs');
select create_distributed_table('operator_shares', 'epoch', colocate_with => 'epochs');

-- what an earner has: by earner
select create_distributed_table('earner_days', 'earner');
select create_distributed_table('earner_monthly_rewards', 'earner', colocate_with => 'earner_days');
select create_distributed_table('published_rewards', 'earner', colocate_with => 'earner_days');
select create_distributed_table('rewards_claimers', 'earner', colocate_with => 'earner_days');

-- what a staker has: by staker
select create_distributed_table('stakers', 'staker_id');
select create_distributed_table('eigen_pods', 'staker_id', colocate_with => 'stakers');
select create_distributed_table('staker_strategy_shares', 'staker_id', colocate_with => 'stakers');
