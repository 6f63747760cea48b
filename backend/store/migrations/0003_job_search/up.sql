-- What a search tried, the best first; null for jobs that search nothing.
ALTER TABLE jobs ADD COLUMN leaderboard jsonb;
-- How far a search is, so that the next attempt goes on from there; null when there is nothing to go on from.
ALTER TABLE jobs ADD COLUMN checkpoint jsonb;
