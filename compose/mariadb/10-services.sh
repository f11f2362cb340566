# Runs once, when the server's data folder is new. Creates one database per variable NAME_DB_PASSWORD, and two users with rights on only that
# database. One user changes rows; the other changes tables when the service starts.
# The image's entry point sources this file (so it is not executable) and provides docker_process_sql.
for rows_password in $(compgen -v | grep '_DB_PASSWORD$'); do
  service=${rows_password%_DB_PASSWORD} && service=${service,,}
  tables_password="${service^^}_MIGRATION_PASSWORD"
  docker_process_sql <<SQL
CREATE DATABASE saga_$service CHARACTER SET utf8mb4;
CREATE USER 'saga_$service'@'%' IDENTIFIED BY '${!rows_password}';
GRANT SELECT, INSERT, UPDATE, DELETE ON \`saga\_$service\`.* TO 'saga_$service'@'%';
CREATE USER 'saga_${service}_migration'@'%' IDENTIFIED BY '${!tables_password}';
GRANT ALL PRIVILEGES ON \`saga\_$service\`.* TO 'saga_${service}_migration'@'%';
SQL
done
