# Runs once, when the server's data folder is new. Creates the database of the reports and a user with rights on only that
# database. The image's entry point sources this file (so it is not executable) and provides docker_process_sql.
docker_process_sql <<SQL
CREATE DATABASE reporting CHARACTER SET utf8mb4;
CREATE USER 'reporting'@'%' IDENTIFIED BY '$REPORTING_DB_PASSWORD';
GRANT SELECT, INSERT, UPDATE, CREATE, ALTER ON reporting.* TO 'reporting'@'%';
SQL
