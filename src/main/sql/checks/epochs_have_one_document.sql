-- Epochs of which other documents came, too.
-- Grain: one row per document that does not count.
-- Units: none.

select epoch, end_block, "timestamp", source
from superseded_documents
