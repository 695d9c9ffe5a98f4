-- Stored documents of epochs for which an import has one of higher precedence.
-- Grain: one row per epoch that is replaced.
-- Units: those of the document.

select
    epoch,
    digest,
    end_block,
    "timestamp",
    source,
    data
from epochs
where epoch in (select unnest(:replaced_epochs))
