# Runs once, when the server's data folder is new: one database and one user a service, with rights on its own alone.
# Sourced by the image's entry point (so it is not executable), which brings docker_process_sql.
for service in order inventory payment; do
  variable="${service^^}_DB_PASSWORD"
  docker_process_sql <<SQL
CREATE DATABASE saga_$service CHARACTER SET utf8mb4;
CREATE USER 'saga_$service'@'%' IDENTIFIED BY '${!variable}';
GRANT ALL PRIVILEGES ON \`saga\_$service\`.* TO 'saga_$service'@'%';
SQL
done
