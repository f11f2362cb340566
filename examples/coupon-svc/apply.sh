#!/bin/sh
# Makes a copy of this checkout, its tracked files, with coupon-svc in it. In the copy ./mvnw verify and ./saga up work as usual.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
home=$(dirname -- "$(dirname -- "$here")")

if [ $# -ne 1 ]; then
  echo "Usage: apply.sh FOLDER   The folder must not exist; it becomes the copy." >&2
  exit 2
fi
if [ -e "$1" ]; then
  echo "$1 exists already. Name a folder that does not." >&2
  exit 2
fi
mkdir -p -- "$1"
copy=$(CDPATH='' cd -- "$1" && pwd)

# An unpacked archive has no list of tracked files: there everything is copied but build output.
cd "$home"
if git ls-files --error-unmatch saga >/dev/null 2>&1; then
  git ls-files -z | tar --null -T - -cf -
else
  tar --exclude=target --exclude=node_modules --exclude=.env -cf - .
fi | tar -xf - -C "$copy"

cp -R "$here/new/." "$copy"
# This test applies the patch to a shop without it.
rm -f "$copy/saga-lab/src/test/java/dev/saga/lab/docs/AddedParticipantIT.java"
# The ceiling keeps git from taking a repository above the copy for the copy's own.
cd "$copy"
GIT_CEILING_DIRECTORIES=$(dirname -- "$copy") git apply "$here/shop.patch"
echo "The shop with coupon-svc is in $copy."
