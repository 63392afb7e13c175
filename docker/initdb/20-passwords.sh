#!/usr/bin/env bash
# Runs once, when PostgreSQL makes its first data folder, after 10-roles.sql: gives the roles their passwords.
# They come from secret files and reach psql as variables from a file, never as an argument that a process list shows.
set -euo pipefail

for role in app reader migrator backup; do
  file="/run/secrets/${role}_password"
  [ -s "$file" ] || { echo "The secret $file is missing or empty." >&2; exit 1; }
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<SQL
\\set password \`cat $file\`
SET log_statement = 'none';
SET password_encryption = 'scram-sha-256';
ALTER ROLE liangxin_$role PASSWORD :'password';
SQL
done
