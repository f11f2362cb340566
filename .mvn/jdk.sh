# shellcheck shell=sh
# Sets JAVA_HOME to a JDK 25, whatever `java` happens to be, or ends the script that reads this file: mvnw and saga.
# Looks in JAVA_HOME, on the PATH and in the usual places.
is_jdk25() { [ -x "$1/bin/javac" ] && [ -f "$1/release" ] && grep -Eq '^JAVA_VERSION="(2[5-9]|[3-9][0-9])' "$1/release"; }

find_jdk() {
  if [ -n "${JAVA_HOME:-}" ] && is_jdk25 "$JAVA_HOME"; then echo "$JAVA_HOME"; return; fi
  on_path=$(command -v javac || true)
  if [ -n "$on_path" ]; then
    while [ -L "$on_path" ]; do
      target=$(readlink "$on_path")
      case $target in /*) on_path=$target ;; *) on_path=$(dirname "$on_path")/$target ;; esac
    done
    candidate=$(cd "$(dirname "$on_path")/.." && pwd)
    if is_jdk25 "$candidate"; then echo "$candidate"; return; fi
  fi
  for candidate in /usr/lib/jvm/* /opt/java/* /opt/jdk* /usr/local/java/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    "$HOME"/.asdf/installs/java/* "$HOME"/.local/share/mise/installs/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if is_jdk25 "$candidate"; then echo "$candidate"; return; fi
  done
}

JAVA_HOME=$(find_jdk)
if [ -z "$JAVA_HOME" ]; then
  echo "No JDK 25 was found: install one (Eclipse Temurin 25, for instance) or set JAVA_HOME to it." >&2
  exit 1
fi
export JAVA_HOME
