DROP TABLE screenings;
ALTER TABLE cases DROP COLUMN banners;
