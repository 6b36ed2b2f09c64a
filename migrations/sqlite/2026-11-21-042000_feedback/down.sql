DROP TABLE feedback_about;
DROP TABLE feedback;
