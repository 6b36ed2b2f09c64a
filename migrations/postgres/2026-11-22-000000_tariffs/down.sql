DROP TRIGGER tariff_lines_are_never_emptied ON tariff_lines;
DROP TRIGGER tariff_lines_are_never_edited ON tariff_lines;
DROP TABLE tariff_lines;
DROP TABLE tariff_instruments;
DROP FUNCTION refuse_rewrite();
