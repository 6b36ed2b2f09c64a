DROP TABLE safe_contacts;
DROP TABLE protection_readers;
DROP TABLE protections;
DROP TABLE recognitions;
