ALTER TABLE jobs DROP COLUMN checkpoint;
ALTER TABLE jobs DROP COLUMN leaderboard;
