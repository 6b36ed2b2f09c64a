DROP TABLE declaration_marks;
DROP TABLE declarations;
