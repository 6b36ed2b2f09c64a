DROP TABLE export_districts;
DROP TABLE export_rows;
DROP TABLE exports;
