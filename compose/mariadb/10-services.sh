# Runs once, when the server's data folder is new: one database a service, and two users with rights on it alone. One changes
# rows; the other changes tables, when the service starts.
# Sourced by the image's entry point (so it is not executable), which brings docker_process_sql.
for service in order inventory payment; do
  rows_password="${service^^}_DB_PASSWORD"
  tables_password="${service^^}_MIGRATION_PASSWORD"
  docker_process_sql <<SQL
CREATE DATABASE saga_$service CHARACTER SET utf8mb4;
CREATE USER 'saga_$service'@'%' IDENTIFIED BY '${!rows_password}';
GRANT SELECT, INSERT, UPDATE, DELETE ON \`saga\_$service\`.* TO 'saga_$service'@'%';
CREATE USER 'saga_${service}_migration'@'%' IDENTIFIED BY '${!tables_password}';
GRANT ALL PRIVILEGES ON \`saga\_$service\`.* TO 'saga_${service}_migration'@'%';
SQL
done
