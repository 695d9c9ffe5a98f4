#!/usr/bin/env bash
# Lints the schema and compiles the documents of docs/queries and a sample app against it, as clients would. Any warning fails.
set -euo pipefail
cd "$(dirname "$0")"
rm -rf generated && mkdir generated
cp ../../schema.graphqls generated/
cp generated/schema.graphqls generated/schema.graphql # the only name that relay-compiler takes
npx eslint --max-warnings 0 generated/schema.graphqls
npx graphql-codegen --config codegen.yml | tee generated/codegen.log
! grep -iE 'warn|deprecat' generated/codegen.log
npx tsc --noEmit --strict --skipLibCheck generated/schema.ts generated/operations.ts
rm -rf relay/__generated__
npx relay-compiler relay.config.json | tee generated/relay.log
! grep -iE 'warn' generated/relay.log
echo 'the schema is clean'
