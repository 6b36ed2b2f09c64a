DROP TABLE finding_numbers;
DROP TABLE finding_replies;
DROP TABLE findings;
