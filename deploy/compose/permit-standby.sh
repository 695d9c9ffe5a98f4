#!/bin/bash
# The image of PostgreSQL runs this once, when it initializes the database.
echo 'host replication all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
