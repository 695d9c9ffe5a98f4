package dev.operatoranalytics.api.pipeline;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.model.DataType;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A table that the pipeline reads or fills: a row of {@code pipeline_assets}. */
@MappedEntity("pipeline_assets")
public record Asset(
    @Id String asset,
    String stage,
    boolean isCurrent,
    boolean isDaily,
    @Nullable String codeVersion,
    @TypeDef(type = DataType.STRING_ARRAY) List<String> needs,
    @Nullable Long lastRunId,
    String staleness) {

  static final String ROWS =
      """
      select
          asset.asset, upper(asset.stage collate "C") as stage, asset.is_current,
          asset.stage in ('snapshot', 'analytics') as is_daily, asset.code_version,
          asset.depends_on as needs, last.run_id as last_run_id,
          case
              when asset.code_version is null then 'EXTERNAL'
              when last.run_id is null then 'NEVER'
              when made.code_version is distinct from asset.code_version then 'CODE_CHANGED'
              when asset.stage in ('snapshot', 'analytics') then
                  case
                      when exists (
                          select from pipeline_partitions as partition
                          where partition.stage = asset.stage and partition.status <> 'DONE'
                      )
                          then 'DAYS_STALE'
                      else 'FRESH'
                  end
              when exists (
                  select
                  from unnest(asset.depends_on) as needed (asset)
                  cross join lateral (
                      select run_id
                      from pipeline_run_steps as step
                      where step.asset = needed.asset and inserted + updated + deleted > 0
                      order by run_id desc
                      limit 1
                  ) as changed
                  where changed.run_id > last.run_id
              )
                  then 'UPSTREAM_CHANGED'
              else 'FRESH'
          end as staleness
      from pipeline_assets as asset
      left join lateral (
          select run_id
          from pipeline_run_steps as step
          where step.asset = asset.asset
          order by run_id desc
          limit 1
      ) as last on true
      left join lateral (
          select code_version
          from pipeline_run_steps as step
          where step.asset = asset.asset and step.stage = asset.stage
          order by run_id desc
          limit 1
      ) as made on true
      """;

  public String key() {
    return asset;
  }

  /** As its days are told of in {@code pipeline_partitions}. */
  String partitions() {
    return stage.toLowerCase(Locale.ROOT);
  }

  @Nullable String lastRunKey() {
    return lastRunId == null ? null : Long.toString(lastRunId);
  }
}
