DROP TRIGGER tariff_lines_are_never_emptied;
DROP TRIGGER tariff_lines_are_never_edited;
DROP TABLE tariff_lines;
DROP TABLE tariff_instruments;
