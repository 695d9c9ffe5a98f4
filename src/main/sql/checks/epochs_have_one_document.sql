-- Epochs with more than one document.
-- Grain: one row per document that is not used.
-- Units: none.

select epoch, end_block, "timestamp", source
from superseded_documents
